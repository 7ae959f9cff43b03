"""One exchange of a composed conversation, with what its answer states in a form that a machine can check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from llamo.chem.facts import Facts

Polarity = Literal["yes", "no", ""]


@dataclass(frozen=True)
class Stated:
    """One statement of an answer.

    Attributes:
        kind: What is stated: "formula", "mass", "atoms", "rings", "group", "stereocentres", ...
        about: Of what: an element, a group, a ring size; empty where the kind says it all.
        value: What the answer says.
        molecule: Index of the molecule in the conversation.
    """

    kind: str
    about: str
    value: int | float | str | bool
    molecule: int = 0


@dataclass(frozen=True)
class Turn:
    """A question and its answer.

    Attributes:
        topic: What it is about; a conversation has each topic once a molecule.
        question: As the user words it.
        answer: As the assistant words it.
        stated: What the answer states.
        polarity: "yes" or "no" for a yes/no question.
    """

    topic: str
    question: str
    answer: str
    stated: tuple[Stated, ...] = ()
    polarity: Polarity = ""


@dataclass(frozen=True)
class Subject:
    """A molecule to talk about.

    Attributes:
        facts: What is known exactly.
        name: Its name, or empty.
        text: A published description, or empty.
        index: Its place among the conversation's molecules.
        foils: Groups of another molecule: what "no" questions ask for, so that the name of a group tells
            little about the answer.
        flat: Canonical SMILES without stereo and isotopes, or empty where unknown.
        has_clear_rings: Whether there is only one smallest set of smallest rings; cages have several (in
            bicyclo[2.2.2]octane any two of three rings), and their sizes are better not asked for.
    """

    facts: Facts
    name: str = ""
    text: str = ""
    index: int = 0
    foils: tuple[str, ...] = ()
    flat: str = ""
    has_clear_rings: bool = True

    def states(self, kind: str, value: int | float | str | bool, about: str = "") -> tuple[Stated, ...]:
        """Return one statement about this molecule, as the tuple that `Turn.stated` wants."""
        return (Stated(kind, about, value, self.index),)
