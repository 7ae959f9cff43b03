"""What a source yields: one small frozen dataclass a layout, strings as published."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceCard:
    """Where a layout's data come from and on what terms they may be used."""

    title: str
    licence: str
    citation: str


@dataclass(frozen=True)
class TextRow:
    """A molecule and a text about it: a description or an IUPAC name."""

    number: int
    smiles: str
    text: str


@dataclass(frozen=True)
class PropertyRow:
    """A molecule and its orbital energies in Hartree."""

    number: int
    smiles: str
    homo: float
    lumo: float
    gap: float


@dataclass(frozen=True)
class ReactionRow:
    """A reaction; each side is SMILES with fragments joined by '.', reagents may be empty."""

    number: int
    reactants: str
    reagents: str
    product: str


@dataclass(frozen=True)
class MoleculeRow:
    """A molecule alone, with another one of the same pool to ask about or compare with ('' where none)."""

    number: int
    smiles: str
    other_smiles: str = ""
    text: str = ""


Row = TextRow | PropertyRow | ReactionRow | MoleculeRow


def row_smiles(row: Row) -> tuple[str, ...]:
    """Return the SMILES fields of a row that must not hold a blocked molecule."""
    if isinstance(row, ReactionRow):
        return (row.product, row.reactants)
    return (row.smiles,)
