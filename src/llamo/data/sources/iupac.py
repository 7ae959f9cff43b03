"""Molecules and their IUPAC names: files with the columns `smiles` and `text`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llamo.data.sources.rows import SourceCard, TextRow
from llamo.data.sources.tables import read_table

CARD = SourceCard(
    title="IUPAC names of PubChem324k",
    licence="PubChem (public domain; names computed by LexiChem)",
    citation="Kim et al. 2023, PubChem; Liu et al. 2023, MolCA",
)


def read(path: Path) -> Iterator[TextRow]:
    """Yield the rows of a file of IUPAC names."""
    for number, fields in read_table(path, ["smiles", "text"]):
        yield TextRow(number=number, smiles=fields["smiles"].strip(), text=fields["text"])
