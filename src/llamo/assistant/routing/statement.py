"""A fact in words, and how it is put."""

from __future__ import annotations

from typing import NamedTuple

from llamo.assistant.answer import Value


class Statement(NamedTuple):
    """A fact in words.

    Attributes:
        clause: Without a full stop, about "it": "it has 2 rings, of 5 and 6 atoms".
        value: What the clause says.
        unit: Of the value; or empty.
        number: What a comparison ("more than two") looks at; None where there is nothing to compare.
        holds: Whether the plain yes-or-no question is to be answered by yes; None where that is not known.
        is_estimate: Whether a model gives the value.
    """

    clause: str
    value: Value
    unit: str = ""
    number: float | None = None
    holds: bool | None = None
    is_estimate: bool = False


def atoms_counted(smiles: str) -> str:
    """Say what numbers of atoms mean: "(atoms are counted from 0 in CCO)"."""
    return f"(atoms are counted from 0 in {smiles})"
