"""Putting the rows of two predictions files side by side."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from llamo.errors import DataError
from llamo.evaluation.predictions import Predictions

_REMEDY = "compare answers to the same questions: predict both from one input file"


def pair_rows(first: Predictions, second: Predictions) -> Predictions:
    """Bring the rows of a second file into the order of a first.

    Rows belong together by `id` where both files have that column, else by their place. They have to have the same
    reference and property, and the same molecule where both files name one.

    Returns:
        The second file's rows in the order of the first.

    Raises:
        DataError: If the files have other rows, or an id twice.
    """
    if len(first.texts) != len(second.texts):
        raise DataError(
            f"{first.path} has {len(first.texts)} rows and {second.path} {len(second.texts)}; {_REMEDY}"
        )
    ordered = _by_id(first, second) if first.ids is not None and second.ids is not None else second
    for number, (here, there) in enumerate(zip(_asked(first), _asked(ordered), strict=True), start=1):
        if any(one != other for one, other in zip(here, there, strict=True) if one and other):
            raise DataError(
                f"row {number} is {' '.join(filter(None, here))!r} in {first.path} and "
                f"{' '.join(filter(None, there))!r} in {second.path}; {_REMEDY}"
            )
    return ordered


def _asked(rows: Predictions) -> list[tuple[str, str, str]]:
    """Return what tells samples apart: reference, property, molecule."""
    molecules = rows.molecules or [""] * len(rows.texts)
    return list(zip((text.strip() for text in rows.references), rows.properties, molecules, strict=True))


def _by_id(first: Predictions, second: Predictions) -> Predictions:
    """Order the second file's rows by the ids of the first."""
    for rows in (first, second):
        if rows.num_duplicate_ids:
            raise DataError(
                f"{rows.path} has {rows.num_duplicate_ids} rows whose id another row has, so its rows cannot be "
                "matched; give each row an id of its own, or remove the column `id` from both files"
            )
    places = {name: place for place, name in enumerate(second.ids or ())}
    unknown = [name for name in first.ids or () if name not in places]
    if unknown:
        raise DataError(
            f"{second.path} lacks {len(unknown)} ids of {first.path}, {unknown[0]!r} first; {_REMEDY}"
        )
    order = [places[name] for name in first.ids or ()]

    columns = {one.name: getattr(second, one.name) for one in fields(second)}
    arranged: dict[str, Any] = {  # Any: columns of several types
        name: tuple(column[place] for place in order)
        for name, column in columns.items()
        if isinstance(column, tuple) and column
    }
    return replace(second, **arranged)
