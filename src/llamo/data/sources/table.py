"""Any table or JSON-lines file, by the names of its columns: texts, values with a unit, yes-or-no labels, reactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from llamo.data.sources.columns import read_columns
from llamo.data.sources.field_rows import TASK_FIELDS, Asked, make_rows
from llamo.data.sources.left_out import OnLeftOut, refuse_faults
from llamo.data.sources.rows import Row, SourceCard

CARD = SourceCard(title="A table of your own", licence="that of the table", citation="whoever made the table")


def read(
    path: Path,
    *,
    task: str | None,
    columns: Mapping[str, str] | None = None,
    asked: Asked | None = None,
    on_left_out: OnLeftOut = refuse_faults,
) -> Iterator[Row]:
    """Yield the rows of a file.

    Args:
        path: TSV, CSV or JSON lines, plain or gzip.
        task: what the rows are for; it decides which columns are wanted (`TASK_FIELDS`).
        columns: the file's own name of a wanted column, e.g. `{"value": "logP"}`.
        asked: what a column of values or labels is about.
        on_left_out: told about broken lines and values that are no numbers or labels.

    Raises:
        DataError: the file is missing or empty, or lacks a column.
    """
    numbered = read_columns(path, TASK_FIELDS[task], columns=columns, on_left_out=on_left_out)
    about = asked or Asked(path.name.split(".")[0])
    return make_rows(task, numbered, about, file=path.name, on_left_out=on_left_out)
