"""Ready-made conversations: one record a line, as `llamo.data.records` describes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llamo.data.record_files import read_records
from llamo.data.sources.left_out import OnLeftOut, refuse_faults
from llamo.data.sources.rows import RecordRow, SourceCard

CARD = SourceCard(
    title="Conversation records (JSON lines)",
    licence="that of the molecules and texts they were made from",
    citation="whoever made the file",
)


def read(path: Path, *, on_left_out: OnLeftOut = refuse_faults) -> Iterator[RecordRow]:
    """Yield the records of a file; lines that break the schema or repeat an id are left out and counted.

    Raises:
        DataError: The file is missing or empty.
    """
    for number, record in read_records(path, on_left_out=on_left_out):
        yield RecordRow(number=number, record=record)
