"""A claim, and the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "group",
    "ring",
    "atom_count",
    "charge",
    "formula",
    "mass",
    "stereo",
    "aromaticity",
    "acid_base",
    "fragments",
    "isotope",
    "radical",
    "bonds",
    "h_bond",
    "class",
    "unread",
]
Comparison = Literal["==", ">=", "<=", "~"]
Status = Literal["true", "false", "unclear"]


@dataclass(frozen=True)
class Claim:
    """One checkable statement.

    Attributes:
        kind: What sort of fact it is about; "unread" is a sentence too long to be read, `value` characters.
        text: The words that make the claim: `answer[start:end]`.
        start: Where they begin in the text.
        end: Where they end.
        subject: What is counted or named: a group of the catalogue, an element's symbol, "6-membered ring".
        value: The number or formula that is claimed; presence is `>= 1`.
        comparison: How the molecule's own value has to stand to it; "~" is "about".
        negated: Whether the text denies it.
        about: "" the molecule of the talk, "first", "second" ... one of several, "each" all of them.
    """

    kind: Kind
    text: str
    start: int
    end: int
    subject: str
    value: float | int | str | bool | None
    comparison: Comparison
    negated: bool
    about: str = ""


@dataclass(frozen=True)
class Verdict:
    """A claim and whether it holds.

    Attributes:
        claim: The claim.
        status: "true", "false", or "unclear" where chemists' readings of the words differ.
        expected: What RDKit finds, for people: "no carboxylic acid", "2 rings".
    """

    claim: Claim
    status: Status
    expected: str
