"""Writing result tables whole or not at all: JSON Lines, CSV and Parquet."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from llamo.files import REMEDY, replacing
from llamo.inference.readers import plain_json
from llamo.inference.tables import TableInfo

if TYPE_CHECKING:
    import pyarrow

_ROWS_A_GROUP = 10_000
ColumnKind = Literal["text", "number", "texts"]


def write_table(
    path: Path,
    rows: Iterable[Mapping[str, object]],
    columns: Sequence[str],
    schema: pyarrow.Schema | None = None,
    remedy: str = REMEDY,
) -> None:
    """Write rows to `path` in the format of its suffix; the file appears only when it is complete.

    Args:
        path: Where to; its suffix is .jsonl, .csv or .parquet.
        rows: The rows; a missing cell is null (empty in CSV).
        columns: The columns, in order.
        schema: Types of the columns, for Parquet; all text without it.
        remedy: What an error tells to do.

    Raises:
        LlamoError: If the disk is full or the folder cannot be written to.
    """
    with replacing(path, remedy=remedy) as temporary:
        if path.suffix.lower() == ".parquet":
            _write_parquet(temporary, rows, columns, schema)
            return
        with temporary.open("w", encoding="utf-8", errors="replace", newline="") as file:
            write = _write_csv if path.suffix.lower() == ".csv" else _write_jsonl
            write(file, rows, columns)


def _write_jsonl(file: IO[str], rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Write one object a line, with every column in it."""
    for row in rows:
        file.write(
            json.dumps({name: plain_json(row.get(name)) for name in columns}, ensure_ascii=False) + "\n"
        )


def _write_csv(file: IO[str], rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Write a header and the rows; nested values as JSON."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])


def _cell(value: object) -> str:
    """Show a value in one cell of text: null is empty, lists and objects are JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    plain = plain_json(value)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list | bool) else str(plain)


def _write_parquet(
    path: Path, rows: Iterable[Mapping[str, object]], columns: Sequence[str], schema: pyarrow.Schema | None
) -> None:
    """Write row groups of ten thousand, so that memory does not grow with the file."""
    import pyarrow
    import pyarrow.parquet

    if schema is None:
        schema = pyarrow.schema([(name, pyarrow.string()) for name in columns])
    is_text = {field.name: pyarrow.types.is_string(field.type) for field in schema}
    remaining = iter(rows)
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        while group := list(itertools.islice(remaining, _ROWS_A_GROUP)):
            cells = {
                name: [_text_or_null(row.get(name)) if is_text[name] else row.get(name) for row in group]
                for name in columns
            }
            writer.write_table(pyarrow.table(cells, schema=schema))


def _text_or_null(value: object) -> str | None:
    """Keep null apart from empty text in a column of text."""
    return None if value is None else _cell(value)


def make_way(columns: Sequence[str], added: Sequence[str]) -> dict[str, str]:
    """Rename input columns that have the name of an added one: "error" -> "input_error"; returns old and new names."""
    renamed: dict[str, str] = {}
    for name in columns:
        if name in added:
            new = f"input_{name}"
            while new in columns:
                new = f"input_{new}"
            renamed[name] = new
    return renamed


def parquet_schema(
    info: TableInfo, renamed: Mapping[str, str], added: Sequence[str] | Mapping[str, ColumnKind]
) -> pyarrow.Schema:
    """Give the input's columns their types (Parquet's own; JSON's where rows agree), the added ones theirs or text."""
    import pyarrow
    import pyarrow.parquet

    if info.format == ".parquet":
        own = {field.name: field for field in pyarrow.parquet.read_schema(info.path)}
    else:
        types = {"int64": pyarrow.int64(), "double": pyarrow.float64(), "bool": pyarrow.bool_()}
        own = {
            name: pyarrow.field(name, types.get(info.kinds[name], pyarrow.string())) for name in info.columns
        }
    fields = [own[name].with_name(renamed.get(name, name)) for name in info.columns]
    of_kind = {
        "text": pyarrow.string(),
        "number": pyarrow.float64(),
        "texts": pyarrow.list_(pyarrow.string()),
    }
    kinds = added if isinstance(added, Mapping) else dict.fromkeys(added, "text")
    return pyarrow.schema([*fields, *(pyarrow.field(name, of_kind[kind]) for name, kind in kinds.items())])
