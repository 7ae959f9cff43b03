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
            detail = f"record {record.id!r} has split 'test': its molecules are in no record at all"
            on_left_out(LeftOut(number, MARKED_AS_TEST, detail, path.name, is_fault=False))
        else:
            yield RecordRow(number=number, record=record)


def read_marked_as_test(path: Path) -> Iterator[RecordRow]:
    """Yield the records that are marked as test; of what cannot be read, `read` tells.

    Raises:
        DataError: The file is missing or empty.
    """
    rows = read(path, keeps_test=True, on_left_out=lambda _: None)
    return (row for row in rows if row.record.split == "test")
