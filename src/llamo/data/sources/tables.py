"""Reading delimited text, plain or gzip: every row comes out, or is left out with its place and reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults, shown
from llamo.data.sources.text_files import MAX_LINE, NOT_UTF8, Place, is_utf8, open_text, stray_bytes
from llamo.errors import DataError

BROKEN = "broken line"
Numbered = tuple[int, dict[str, str]]


def read_table(
    path: Path, columns: Sequence[str], *, header: Sequence[str] = (), on_left_out: OnLeftOut = refuse_faults
) -> Iterator[Numbered]:
    """Yield (row number from 1, fields) of a TSV or CSV file, plain or `.gz`; missing fields are "".

    The delimiter is a comma when the name has `.csv` in it, else a tab.

    Args:
        path: the file.
        columns: names of the columns that are wanted.
        header: the file's column names where its first line holds none.
        on_left_out: told about rows with too many fields, broken quotes or bytes that are not UTF-8, and about
            the end of a truncated file; refuses them unless told otherwise.

    Raises:
        DataError: the file is missing, empty, UTF-16, or lacks one of `columns`.
    """
    csv.field_size_limit(MAX_LINE)
    place = Place()
    delimiter = "," if ".csv" in path.name else "\t"
    with open_text(path, place, on_left_out) as stream:
        rows = csv.reader(stream, delimiter=delimiter, strict=True)
        names = header or next(rows, [])
        wanted = _positions(path, names, columns)
        while (fields := _next_row(rows, path, place, on_left_out)) is not None:
            if fields:  # a blank line is no row
                place.row += 1
            if fields and _is_sound(fields, names, path, place.row, on_left_out):
                yield place.row, {name: fields[i] if i < len(fields) else "" for name, i in wanted.items()}
        if place.row == 0:
            raise DataError(f"{path} has a header but no rows; fetch it again or leave this source out")


def column_names(path: Path) -> list[str]:
    """Return the names in the first line of a TSV or CSV file.

    Raises:
        DataError: the file is missing, damaged, empty or UTF-16.
    """
    with open_text(path, Place(), refuse_faults) as stream:
        names = next(csv.reader(stream, delimiter="," if ".csv" in path.name else "\t"), [])
        if not names:
            raise DataError(
                f"{path} is empty; expected a header with the names of its columns; fetch it again"
            )
        return names
    return []


def _next_row(rows: Any, path: Path, place: Place, on_left_out: OnLeftOut) -> list[str] | None:
    """Read a row; one that cannot be read is counted, reported and comes as an empty one; None is the end."""
    first = rows.line_num + 1
    try:
        return cast("list[str]", next(rows))
    except StopIteration:
        return None
    except csv.Error as error:
        place.row += 1
        lines = f"line {first}" if rows.line_num <= first else f"lines {first} to {rows.line_num}"
        on_left_out(LeftOut(place.row, BROKEN, f"{error} ({lines}); check the quotes there", path.name))
        return []


def _is_sound(
    fields: list[str], names: Sequence[str], path: Path, number: int, on_left_out: OnLeftOut
) -> bool:
    """Tell whether a row has no more fields than the header and is UTF-8; reports it otherwise."""
    stray = next((field for field in fields if not is_utf8(field)), None)
    if stray is not None:
        on_left_out(LeftOut(number, NOT_UTF8, stray_bytes(stray), path.name))
    elif len(fields) > len(names):
        detail = f"{len(fields)} fields under a header of {len(names)}, the last is {shown(fields[-1])}"
        on_left_out(LeftOut(number, BROKEN, detail, path.name))
    else:
        return True
    return False


def _positions(path: Path, found: Sequence[str], expected: Sequence[str]) -> Mapping[str, int]:
    """Find the wanted columns in the header."""
    if not found:
        raise DataError(f"{path} is empty; expected a header with {', '.join(expected)}; fetch it again")
    missing = [name for name in expected if name not in found]
    if missing:
        raise DataError(
            f"{path} has no column {', '.join(map(repr, missing))}; its columns are {', '.join(found)}; "
            f"rename the column, name it under `columns`, or choose another source layout"
        )
    return {name: list(found).index(name) for name in expected}
