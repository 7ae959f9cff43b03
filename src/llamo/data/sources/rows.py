"""What a source yields: one small frozen dataclass a layout, strings as published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llamo.data.records import Record


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


@dataclass(frozen=True)
class ScalarRow:
    """A molecule and one measured or computed number.

    Attributes:
        name: short name of the property, e.g. "homo", "esol", "lipophilicity".
        phrase: the property as a question says it, e.g. "HOMO energy".
        unit: as a question says it, e.g. "Hartree", "log mol/L"; "" for a pure number.
    """

    number: int
    smiles: str
    name: str
    phrase: str
    value: float
    unit: str


@dataclass(frozen=True)
class LabelRow:
    """A molecule and the answer to one yes-or-no question about it.

    Attributes:
        name: short name of the question, e.g. "bbbp".
        question: in full, e.g. "Does this molecule cross the blood-brain barrier?".
    """

    number: int
    smiles: str
    name: str
    question: str
    label: bool


@dataclass(frozen=True)
class TagsRow:
    """A molecule and the names of its properties, as L+M-24 lists them, e.g. ("antibacterial", "pesticide")."""

    number: int
    smiles: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class RecordRow:
    """A conversation that is a record already, e.g. a line of a JSONL file."""

    number: int
    record: Record

    @property
    def is_validation(self) -> bool:
        """Whether its author marked it as validation, so that its molecules are held back."""
        return self.record.split == "validation"


Row = TextRow | PropertyRow | ReactionRow | MoleculeRow | ScalarRow | LabelRow | TagsRow | RecordRow


def row_smiles(row: Row) -> tuple[str, ...]:
    """Return the SMILES of a row that must not hold a blocked molecule; of a reaction the sides without reagents."""
    if isinstance(row, ReactionRow):
        return (row.product, row.reactants)
    if isinstance(row, RecordRow):
        return tuple(dict.fromkeys(row.record.molecules))
    return (row.smiles,)
