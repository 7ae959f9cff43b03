"""Any data set of the Hugging Face hub, or a local folder in its layout, by id and a map of its columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from llamo.data.sources.columns import resolve
from llamo.data.sources.field_rows import TASK_FIELDS, Asked, make_rows
from llamo.data.sources.left_out import OnLeftOut, refuse_faults
from llamo.data.sources.rows import Row, SourceCard
from llamo.data.sources.tables import Numbered
from llamo.errors import DataError

CARD = SourceCard(
    title="A data set of the Hugging Face hub",
    licence="see the card of the data set",
    citation="see the card of the data set",
)


def read(
    dataset: str,
    *,
    task: str | None,
    columns: Mapping[str, str] | None = None,
    subset: str | None = None,
    revision: str | None = None,
    dataset_split: str = "train",
    asked: Asked | None = None,
    on_left_out: OnLeftOut = refuse_faults,
) -> Iterator[Row]:
    """Yield the rows of a data set.

    Args:
        dataset: id on the hub ("user/name") or a local folder.
        task: what the rows are for; it decides which columns are wanted (`TASK_FIELDS`).
        columns: the data set's own name of a wanted column, e.g. `{"smiles": "SMILES"}`.
        subset: name of its configuration.
        revision: commit, tag or branch; name a commit to make the recipe reproducible.
        dataset_split: one of its splits.
        asked: what a column of values or labels is about.
        on_left_out: told about values that are no numbers or labels.

    Raises:
        DataError: the data set cannot be reached or has no such split or column.
    """
    table = _load(dataset, subset, revision, dataset_split)
    own = resolve(TASK_FIELDS[task], table.column_names, columns or {}, where=f"data set {dataset!r}")
    numbered = _numbered(table.select_columns(list(dict.fromkeys(own.values()))), own)
    about = asked or Asked(dataset.rsplit("/", 1)[-1])
    return make_rows(task, numbered, about, file=dataset, on_left_out=on_left_out)


def _numbered(table: Any, own: Mapping[str, str]) -> Iterator[Numbered]:
    for number, fields in enumerate(table, start=1):
        yield number, {name: _text(fields[column]) for name, column in own.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _load(dataset: str, subset: str | None, revision: str | None, split: str) -> Any:  # Any: a Dataset
    import datasets

    try:
        return datasets.load_dataset(dataset, subset, revision=revision, split=split)
    except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"data set {dataset!r} (split {split!r}) cannot be loaded: {reason[:200]}; go online, correct the id, "
            "or give the path of a local copy"
        ) from error
