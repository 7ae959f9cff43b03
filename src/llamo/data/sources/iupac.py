"""Molecules and their IUPAC names: tables or JSON lines with a column of SMILES and one of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from llamo.data.sources.columns import read_columns
from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults, shown
from llamo.data.sources.naming_style import OTHER_STYLE, is_other_style
from llamo.data.sources.rows import SourceCard, TextRow

CARD = SourceCard(
    title="IUPAC names of PubChem324k",
    licence="PubChem (public domain; names computed by LexiChem)",
    citation="Kim et al. 2023, PubChem; Liu et al. 2023, MolCA",
)


def read(
    path: Path, *, columns: Mapping[str, str] | None = None, on_left_out: OnLeftOut = refuse_faults
) -> Iterator[TextRow]:
    """Yield the rows of a file of IUPAC names; names in the other naming style are left out and counted.

    Raises:
        DataError: the file is missing or empty, or lacks a column.
    """
    for number, fields in read_columns(path, ["smiles", "text"], columns=columns, on_left_out=on_left_out):
        if is_other_style(fields["text"]):
            on_left_out(LeftOut(number, OTHER_STYLE, shown(fields["text"]), path.name, is_fault=False))
        else:
            yield TextRow(number=number, smiles=fields["smiles"].strip(), text=fields["text"])
