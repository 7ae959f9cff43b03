"""Varied wording: templates with alternatives in square brackets, and the voice that speaks them.

`"[Count|Tell me] the rings of {it}."` stands for two sentences; brackets nest, `[|please ]` may be empty.
Fields in braces are filled after the choice, so that a chemical name may hold brackets of its own.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

INNERMOST = re.compile(r"\[([^\[\]]*)\]")
NUMBER_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
SHORT_FORM_SHARE = 0.45  # of follow-up questions that have one: "And its formula?"


def spin(template: str, rng: random.Random) -> str:
    """Choose one alternative of each bracket: `"[a|b] c" -> "a c"` or `"b c"`."""
    while True:
        template, changes = INNERMOST.subn(lambda match: rng.choice(match.group(1).split("|")), template)
        if not changes:
            return template


def number(value: int, rng: random.Random) -> str:
    """Write a number as a word or in digits; from thirteen on in digits."""
    return NUMBER_WORDS[value] if 0 < value < len(NUMBER_WORDS) and rng.random() < 0.5 else str(value)


def counted(value: int, noun: str, rng: random.Random, plural: str = "") -> str:
    """Write a count with its noun: `"two rings"`, `"1 ring"`, `"no rings"`."""
    words = noun if value == 1 else (plural or f"{noun}s")
    return f"no {words}" if value == 0 else f"{number(value, rng)} {words}"


def capital(text: str) -> str:
    """Make the first letter a capital; formulas and names that begin otherwise stay as they are."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Reference:
    """How a molecule is spoken of: "this molecule", "it", "the second one"."""

    it: str
    its: str

    def fields(self) -> dict[str, str]:
        """Return the fields that templates use."""
        return {"it": self.it, "its": self.its, "It": capital(self.it), "Its": capital(self.its)}


IT = Reference("it", "its")


def named_reference(noun: str) -> Reference:
    """Refer to a molecule by a noun: `"this molecule" -> its: "this molecule's"`."""
    return Reference(noun, f"{noun}'s")


@dataclass(frozen=True)
class Voice:
    """Words questions and answers about one molecule.

    Args:
        rng: The conversation's generator.
        asked: How the question refers to the molecule.
        answered: How the answer does.
        is_follow_up: Whether short forms ("And the rings?") may be used.
    """

    rng: random.Random
    asked: Reference
    answered: Reference
    is_follow_up: bool = False

    def ask(self, templates: Sequence[str], short: Sequence[str] = (), **fields: object) -> str:
        """Word a question; a follow-up takes a short form now and then."""
        use_short = bool(short) and self.is_follow_up and self.rng.random() < SHORT_FORM_SHARE
        return self._say(short if use_short else templates, self.asked, fields)

    def answer(self, templates: Sequence[str], **fields: object) -> str:
        """Word an answer."""
        return self._say(templates, self.answered, fields)

    def counted(self, value: int, noun: str, plural: str = "") -> str:
        """Write a count with its noun, in this voice's manner."""
        return counted(value, noun, self.rng, plural)

    def speaking_of(self, asked: Reference, answered: Reference) -> Voice:
        """Return the same voice, speaking of another molecule."""
        return replace(self, asked=asked, answered=answered)

    def _say(self, templates: Sequence[str], reference: Reference, fields: dict[str, object]) -> str:
        text = spin(self.rng.choice(templates), self.rng)
        return capital(text.format(**reference.fields(), **fields))
