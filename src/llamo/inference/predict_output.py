"""The output of a prediction: the input's rows and columns, in order, with what came out for each."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Iterator

from llamo.errors import DataError
from llamo.inference.journal import Entry
from llamo.inference.predict_request import Plan
from llamo.inference.readers import read_rows
from llamo.inference.writers import ColumnKind, parquet_schema, write_table

logger = logging.getLogger(__name__)


def write_output(plan: Plan, entries: Iterator[Entry]) -> int:
    """Join the input's columns with the journal's entries; returns the number of rows with an error.

    Raises:
        LlamoError: If the disk is full.
    """
    request, info = plan.request, plan.info
    kinds = _added_columns(plan)
    added = list(kinds)
    renamed = plan.renamed
    for old, new in renamed.items():
        logger.warning("the input's column %r is written as %r, since the results need that name", old, new)
    columns = [renamed.get(name, name) for name in info.columns] + added
    num_errors = 0

    def rows() -> Iterator[dict[str, object]]:
        nonlocal num_errors
        for row, entry in zip(read_rows(info), _in_order(entries), strict=True):
            num_errors += bool(entry.error)
            values = {renamed.get(name, name): value for name, value in row.values.items()}
            found = {
                "prediction": entry.prediction,
                "score": entry.score,
                "spread": entry.spread,
                "candidates": list(entry.candidates),
                "error": entry.error,
            }
            values |= {name: found[name] for name in added if name in found}
            if request.target_column:
                values["reference"] = _reference(row.values.get(request.target_column))
            yield values

    schema = parquet_schema(info, renamed, kinds) if request.output.suffix.lower() == ".parquet" else None
    remedy = "free space and run again with --resume: the finished rows are kept"
    write_table(request.output, rows(), columns, schema, remedy)
    return num_errors


def _added_columns(plan: Plan) -> dict[str, ColumnKind]:
    """Name the columns that come after the input's, with their types."""
    columns: dict[str, ColumnKind] = {"prediction": "text"}
    if plan.choices:
        columns["score"] = "number"
    if plan.request.numbers != "written":
        columns["spread"] = "number"
    if plan.request.num_candidates > 1:
        columns["candidates"] = "texts"
    if plan.request.target_column:
        columns["reference"] = "text"
    return columns | {"error": "text"}


def _reference(value: object) -> object:
    """Write the true answer as text, as predictions are; null where there is none."""
    return value if value is None or isinstance(value, str) else str(value)


def _in_order(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Sort journal entries by row, holding only those that came before their turn (a window's worth).

    Raises:
        DataError: If a row is missing.
    """
    waiting: list[Entry] = []
    expected = 0
    for entry in entries:
        heapq.heappush(waiting, entry)
        while waiting and waiting[0].row <= expected:
            ready = heapq.heappop(waiting)
            if ready.row == expected:  # a smaller one is a duplicate of a row that was given out
                yield ready
                expected += 1
    if waiting:
        raise DataError(f"the journal lacks row {expected + 1}; delete it and start again")
