"""Putting the answers to several questions about the same rows into one predictions file, told apart by `property`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from llamo.errors import DataError
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.writers import write_table


def join_properties(parts: Mapping[str, Path], out: Path) -> None:
    """Write the rows of several predictions files one after the other, with a column `property`.

    A row's `id` becomes `id:property`, so that each is there once.

    Args:
        parts: predictions file of each property.
        out: where they go together.

    Raises:
        DataError: a file is missing or damaged.
    """
    rows: list[dict[str, object]] = []
    columns: dict[str, None] = {}
    for name, path in parts.items():
        info = inspect_table(path)
        columns.update(dict.fromkeys((*info.columns, "property")))
        for number, row in enumerate(read_rows(info), start=1):
            if row.error:
                raise DataError(f"row {number} of {path} cannot be read: {row.error}; run its command again")
            rows.append({**row.values, "id": f"{row.values.get('id', number)}:{name}", "property": name})
    write_table(out, rows, list(columns))
