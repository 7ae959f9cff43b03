"""QM9: small molecules and their orbital energies in Hartree."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from llamo.data.sources.rows import PropertyRow, SourceCard
from llamo.data.sources.tables import read_table
from llamo.errors import DataError

CARD = SourceCard(
    title="QM9, B3LYP/6-31G(2df,p) properties",
    licence="CC0 1.0",
    citation="Ramakrishnan et al. 2014, Quantum chemistry structures and properties of 134 kilo molecules",
)

COLUMNS = ("homo_hartree", "lumo_hartree", "gap_hartree")


def read(path: Path) -> Iterator[PropertyRow]:
    """Yield the rows of a QM9 table.

    Raises:
        DataError: an energy is not a number; the message names file, row and value.
    """
    for number, fields in read_table(path, ["smiles", *COLUMNS]):
        homo, lumo, gap = (_energy(path, number, column, fields[column]) for column in COLUMNS)
        yield PropertyRow(number=number, smiles=fields["smiles"].strip(), homo=homo, lumo=lumo, gap=gap)


def _energy(path: Path, number: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(
            f"{path} row {number}: {column} is {text!r}, expected a number in Hartree; correct the row"
        )
    return value
