"""Which of a few answers a model prefers: one that follows the instruction, or one that does not; all of them true.

A model that is too weak to write an answer of its own may still find the right kind of answer the likelier one. Answers
are compared by their mean log-probability a token. What is compared:

- asked for a property, or for what no graph tells: the mass, the formula, the number of rings, a refusal;
- asked for a form: the bare value or a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from llamo.chem.facts import exact_facts
from llamo.data.tasks.wording import count
from llamo.studies.frame.results import Row
from llamo.studies.instruction_tuning.following import REFUSALS
from llamo.studies.robustness.question import Asked, Question

REFUSAL = "refusal"
REFUSED = "I cannot tell from the structure."
Ask = Callable[[Sequence[Question]], Sequence[Asked]]


class Choice(NamedTuple):
    """A question with the answers to choose from, by name; `right` is the one that follows the instruction."""

    question: Question
    answers: Mapping[str, str]
    right: str


def choices_of(questions: Sequence[Question]) -> list[Choice]:
    """Put answers beside the questions; those for one sentence have none to compare and are left out."""
    found = []
    for one in questions:
        kind, name = str(one.labels["kind"]), str(one.labels["name"])
        if kind == "format":
            forms = bare_and_whole(one.molecule).get(name)
            if forms is not None:
                found.append(Choice(one, dict(zip(("bare", "whole"), forms, strict=True)), "bare"))
        else:
            found.append(Choice(one, said_of(one.molecule), REFUSAL if kind in REFUSALS else name))
    return found


@lru_cache(maxsize=1000)
def said_of(molecule: str) -> Mapping[str, str]:
    """Say three properties of a molecule in the words of training, and refuse."""
    facts = exact_facts(molecule)
    return {
        "mass": f"About {facts.molar_mass:.1f} g/mol.",
        "formula": f"The molecular formula is {facts.formula}.",
        "rings": f"It has {count(facts.rings, 'ring')}.",
        REFUSAL: REFUSED,
    }


@lru_cache(maxsize=1000)
def bare_and_whole(molecule: str) -> Mapping[str, tuple[str, str]]:
    """Answer the questions for a form as asked for, and in a whole sentence."""
    facts = exact_facts(molecule)
    rings = count(facts.aromatic_rings, "aromatic ring")
    yes_no = (
        ("Yes.", f"Yes, it has {rings}.") if facts.aromatic_rings else ("No.", "No, it has no aromatic ring.")
    )
    return {
        "one word, Yes or No": yes_no,
        "a count only": (f"{facts.rings}.", f"It has {count(facts.rings, 'ring')}."),
        "the formula only": (f"{facts.formula}.", f"The molecular formula is {facts.formula}."),
    }


def preferred_rows(questions: Sequence[Question], ask: Ask) -> list[Row]:
    """Let a model choose: rows of table "preferred"."""
    choices = choices_of(questions)
    asked = [replace(one.question, said=text) for one in choices for text in one.answers.values()]
    scores = iter([float(one.answer.log_probability or 0.0) for one in ask(asked)])
    rows: list[Row] = []
    for one in choices:
        by_name = {name: next(scores) for name in one.answers}
        said = max(by_name, key=lambda name: by_name[name])
        rows.append({
            "table": "preferred", "molecule": one.question.molecule, "kind": str(one.question.labels["kind"]),
            "name": str(one.question.labels["name"]), "said": said, "followed": float(said == one.right),
            "refused": float(said == REFUSAL),
        })  # fmt: skip
    return rows
