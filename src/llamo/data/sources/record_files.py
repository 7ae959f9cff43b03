"""Ready-made conversations: one record a line, as `llamo.data.records` describes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llamo.data.record_files import read_records
from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults
from llamo.data.sources.rows import RecordRow, SourceCard

CARD = SourceCard(
    title="Conversation records (JSON lines)",
    licence="that of the molecules and texts they were made from",
    citation="whoever made the file",
)
MARKED_AS_TEST = "marked as test"


def read(
    path: Path, *, keeps_test: bool = False, on_left_out: OnLeftOut = refuse_faults
) -> Iterator[RecordRow]:
    """Yield the records of a file; lines that break the schema or repeat an id are left out and counted.

    Args:
        path: `.jsonl` or `.json`, plain or `.gz`.
        keeps_test: whether records marked as test come, too; else they are left out and counted, by design.
        on_left_out: told about lines that are left out.

    Raises:
        DataError: The file is missing or empty.
    """
    for number, record in read_records(path, on_left_out=on_left_out):
        if record.split == "test" and not keeps_test:
            detail = f"record {record.id!r} has split 'test'; only a source with `split: test` takes it"
            on_left_out(LeftOut(number, MARKED_AS_TEST, detail, path.name, is_fault=False))
        else:
            yield RecordRow(number=number, record=record)
