"""What the assistant hands back: the text, where it comes from, and what is known about its truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from llamo.chem.claims import Verdict

VERSION = 1
"""Of the dictionary that `Answer.to_dict` makes; raised when a key goes or changes its meaning, not for a new one."""

Origin = Literal["model", "facts"]
Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]
"""What a fact can be: a number, a name, yes or no, None where it is not defined, or lists and tables of these."""


@dataclass(frozen=True)
class UsedFact:
    """One computed fact that an answer states, or that the model was shown.

    Attributes:
        name: What it is, by the name of the intent that asks for it: "rings", "molar_mass", "has_group".
        smiles: Canonical SMILES of its molecule.
        value: The value itself.
        argument: What was asked about: a group's name, an element's symbol, a ring's size; or empty.
        unit: Of the value, "g/mol" for example; or empty.
        is_estimate: Whether a model of the property gives the value (logP), and not the structure alone.
    """

    name: str
    smiles: str
    value: Value
    argument: str = ""
    unit: str = ""
    is_estimate: bool = False

    def to_dict(self) -> dict[str, Value]:
        """Return the fact as plain values, ready for JSON."""
        return {**asdict(self), "value": _plain(self.value)}


@dataclass(frozen=True)
class Source:
    """A known text about a similar molecule that the model was shown.

    Attributes:
        id: First block of the InChIKey of the entry in the bank.
        smiles: Canonical SMILES of the entry.
        text: What the model was shown of what is known about it.
        source: Name of the collection it is from.
        similarity: Tanimoto of Morgan fingerprints to the molecule asked about, 0 to 1.
        is_copied: Whether the answer repeats the text instead of answering anew.
    """

    id: str
    smiles: str
    text: str
    source: str
    similarity: float
    is_copied: bool = False


class ClaimDict(TypedDict):
    """A checked claim in `AnswerDict`; its fields are those of `Claim` and `Verdict`."""

    kind: str
    text: str
    start: int
    end: int
    subject: str
    value: float | int | str | bool | None
    comparison: str
    negated: bool
    about: str
    status: str
    expected: str


class AnswerDict(TypedDict):
    """An answer as JSON takes it, version 1."""

    version: int
    text: str
    smiles: list[str]
    model: str
    origin: Origin
    facts: list[dict[str, Value]]
    claims: list[ClaimDict]
    sources: list[dict[str, str | float | bool]]
    confidence: float | None


@dataclass(frozen=True)
class Answer:
    """An answer. What the model says is its opinion; what comes from facts was computed, not generated.

    Attributes:
        text: The answer.
        smiles: Canonical SMILES of the molecules asked about.
        model: Name of the model; of one that was not asked (and perhaps never loaded) where `origin` is "facts".
        origin: "facts" where the structure decides the question, and the text only words the computed values;
            "model" where the model wrote the text.
        facts: The facts that the text states, or that the model was shown.
        claims: What the text claims about the structure, each with RDKit's verdict; empty where nothing was
            checked or nothing checkable is said. Spans are places in `text`.
        sources: What is known of similar molecules, where the model was shown it, the nearest first.
        confidence: How probable it is that the answer is right, from 0 to 1, where this has been estimated for
            such a question; None where it has not, and always for facts: they are no guess.
    """

    text: str
    smiles: tuple[str, ...]
    model: str
    origin: Origin = "model"
    facts: tuple[UsedFact, ...] = ()
    claims: tuple[Verdict, ...] = ()
    sources: tuple[Source, ...] = ()
    confidence: float | None = None

    def to_dict(self) -> AnswerDict:
        """Return the answer as plain dicts, lists, numbers and strings, ready for JSON."""
        return {
            "version": VERSION,
            "text": self.text,
            "smiles": list(self.smiles),
            "model": self.model,
            "origin": self.origin,
            "facts": [fact.to_dict() for fact in self.facts],
            "claims": [_claim_dict(verdict) for verdict in self.claims],
            "sources": [asdict(source) for source in self.sources],
            "confidence": self.confidence,
        }

    def _repr_html_(self) -> str:
        """Show the answer in a notebook: the drawing, the text with its claims marked, facts and sources."""
        from llamo.assistant.answer_html import answer_html

        return answer_html(self)


def _claim_dict(verdict: Verdict) -> ClaimDict:
    claim = verdict.claim
    return {
        "kind": claim.kind,
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "subject": claim.subject,
        "value": claim.value,
        "comparison": claim.comparison,
        "negated": claim.negated,
        "about": claim.about,
        "status": verdict.status,
        "expected": verdict.expected,
    }


def _plain(value: Value) -> Value:
    """Turn tuples into lists and mappings into dicts, all the way down."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
