"""Rows that a source does not hand on: each with its place and reason, so that none vanishes uncounted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from llamo.data.sources.rows import ReactionRow, RecordRow, Row
from llamo.errors import DataError

SHOWN = 80  # characters of a value in a message


@dataclass(frozen=True)
class LeftOut:
    """A row of a file that gives no row of the source.

    Attributes:
        number: row of the file, from 1, the header not counted.
        reason: the same words for all such rows: it is what a report counts.
        detail: what is wrong with this one, value and column included.
        file: name of the file, or of the data set.
        is_fault: True where the file is broken there; False where the row is left out by design, e.g. because
            another row has the same tags.
    """

    number: int
    reason: str
    detail: str
    file: str
    is_fault: bool = True

    def __str__(self) -> str:
        return f"{self.file} row {self.number}: {self.reason}: {self.detail}"


OnLeftOut = Callable[[LeftOut], None]


def refuse_faults(row: LeftOut) -> None:
    """Stop at the first broken row; rows left out by design pass.

    Raises:
        DataError: the row is broken; the message names file, row and value.
    """
    if row.is_fault:
        raise DataError(
            f"{row}; correct the row, or write `on_bad_row: skip` in the recipe to count and skip it"
        )


def refuse_molecule(source: str, place: str) -> NoReturn:
    """Stop at a molecule that cannot be read.

    Raises:
        DataError: always; the message names source, place and molecule.
    """
    raise DataError(
        f"source {source!r}, {place}: the molecule cannot be read; correct the row, or write `on_bad_molecule: skip` "
        "in the recipe to count and skip it"
    )


def shown(value: object) -> str:
    """Quote a value, shortened: `shown("abc") -> "'abc'"`."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}... ({len(text):,} characters)"


def place_of(row: Row | LeftOut) -> str:
    """Say where a row stands, and what is wrong with it or it is about: "row 17: text is 'nan'", "row 2: 'C1CC'"."""
    if isinstance(row, LeftOut):
        return f"row {row.number}: {row.detail}"
    if isinstance(row, RecordRow):
        return f"row {row.number}: record {shown(row.record.id)}"
    if isinstance(row, ReactionRow):
        return f"row {row.number}: {shown(f'{row.reactants}>{row.reagents}>{row.product}')}"
    return f"row {row.number}: {shown(row.smiles)}"
