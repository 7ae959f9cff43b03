"""From the tokens of a sentence to its parts: facts that it names, and the words around them.

At each place the longest reading counts: a fact (`concepts`), or a phrase of the frame. A word that is neither is
unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from llamo.assistant.routing.concepts import Concept, concept_at, presumed_at
from llamo.assistant.routing.frame_words import Role, frame_phrases
from llamo.assistant.routing.intents import phrase_table
from llamo.assistant.routing.phrases import longest_phrase
from llamo.assistant.routing.question_words import MINUS, mended
from llamo.chem.claim_terms import lexicon
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import number_value, word_set

CONCEPT, AMOUNT, UNKNOWN, FORMULA, PRESUMED = "concept", "amount", "unknown", "formula", "presumed"
STATED_FORMULA = "statedformula"
"""The word that stands for a formula that the question names."""

_NO_NUMBERS = word_set("both sole lone couple pair dozen zero")
_WEIGHING = word_set("heavier lighter")  # they compare, and say what
_VAGUE = word_set("approximate approximately roughly")  # of a number: near it, but how near?
_EMPTY_MARKS = frozenset(".,?:;({}/&_\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00b7")
"""Signs that say nothing of their own, beside those that `question_tokens` leaves out. All others do: "<", "~", "%"."""


class Part(NamedTuple):
    """A part of a sentence: a concept, a number, a role of `frame_words`, or an unknown word.

    Attributes:
        role: What it is.
        text: Its words as written.
        concept: The fact, where it is one.
        value: The number, an operator, or the place of a molecule.
    """

    role: Role | str
    text: str
    concept: Concept | None = None
    value: str = ""


def read_parts(words: list[Token]) -> list[Part]:
    """Read a sentence from left to right; fillers are left out."""
    words = [_with_mended_word(token) for token in words]
    parts: list[Part] = []
    position = 0
    while position < len(words):
        part, end = _part_at(words, position, parts)
        if part.role != "filler":
            parts.append(part)
        if part.role == "compare" and words[position].word in _WEIGHING:
            parts.append(Part(CONCEPT, part.text, Concept("molar_mass")))
        position = end
    if any(part.role == AMOUNT for part in parts) and _is_vague(words):
        parts.append(Part(UNKNOWN, "about"))
    return parts


def _is_vague(words: list[Token]) -> bool:
    """Tell whether a question wants its number nearly met: "roughly 180", "180 or so"."""
    texts = [token.word for token in words]
    return not _VAGUE.isdisjoint(texts) or ("or", "so") in pairwise(texts)


def _part_at(words: list[Token], position: int, before: list[Part]) -> tuple[Part, int]:
    """Read the longest part that begins at a place."""
    presumed, presumed_end = presumed_at(words, position)
    if presumed is not None:
        return Part(PRESUMED, _text(words, position, presumed_end), presumed), presumed_end
    concept, concept_end = concept_at(words, position)
    (role, value), frame_end = _frame_at(words, position)
    end = max(concept_end, frame_end)
    text = _text(words, position, max(end, position + 1))
    if concept is not None and concept_end >= frame_end:
        return Part(CONCEPT, text, concept), end
    amount, amount_end = _amount(words, position, before)
    if amount and end <= amount_end:
        return Part(AMOUNT, text, value=amount), amount_end
    if frame_end > position:
        return Part(role, text, value=value), frame_end
    word = words[position]
    if word.word == STATED_FORMULA:
        return Part(FORMULA, text), position + 1
    is_sign = word.text == "+" and bool(_amount(words, position + 1, before)[0])  # "a charge of +1"
    return Part("filler" if is_sign or _EMPTY_MARKS.issuperset(word.text) else UNKNOWN, text), position + 1


def _text(words: list[Token], start: int, end: int) -> str:
    return " ".join(token.text for token in words[start:end])


def _frame_at(words: list[Token], position: int) -> tuple[tuple[Role, str], int]:
    found, end = longest_phrase(frame_phrases(), words, position)
    return found or ("filler", ""), end


def _amount(words: list[Token], position: int, before: list[Part]) -> tuple[str, int]:
    """Read a number; "one" is one only where it counts something: "one ring", "more than one"."""
    if position >= len(words):
        return "", position
    if words[position].word == MINUS:
        amount, end = _amount(words, position + 1, before)
        return (f"-{amount}" if amount else "", end)
    word = words[position].word
    text = words[position].text.replace(",", "")
    if text.replace(".", "", 1).isdecimal():
        return text, position + 1
    value = None if word in _NO_NUMBERS else number_value(word)
    if value is None:
        return "", position
    is_compared = bool(before) and before[-1].role == "compare"
    if word == "one" and not is_compared and concept_at(words, position + 1)[0] is None:
        return "", position
    return str(value), position + 1


def _with_mended_word(token: Token) -> Token:
    """Mend a slip of the pen: "molecualr" -> "molecular"; other words stay."""
    if token.word in _known_words():
        return token
    word = mended(token.word, _known_words())
    return token if word is None else token._replace(word=word, text=word)


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    """List every word that some phrase or name has."""
    tables: list[Iterable[tuple[str, ...]]] = [phrase_table(), frame_phrases(), *lexicon().values()]
    return frozenset(word for table in tables for phrase in table for word in phrase)
