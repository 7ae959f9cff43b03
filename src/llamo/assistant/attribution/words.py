"""Words of an answer: which there are, where one stands, which tokens write it."""

from __future__ import annotations

import re
from typing import NamedTuple

from llamo.errors import InputError

_WORD = re.compile(r"\S+")
_EDGES = "\"'`.,;:!?…"
_PAIRS = {"(": ")", "[": "]", "{": "}"}


class Word(NamedTuple):
    """A word of a text: `text[start:end]`, without the punctuation around it."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """List the words of a text; names of compounds stay whole.

    `"A (1->4)-linked sugar, 2,4-dihydroxy." -> A, (1->4)-linked, sugar, 2,4-dihydroxy`.
    """
    trimmed = (_trimmed(match.group(), match.start()) for match in _WORD.finditer(text))
    return [word for word in trimmed if word.text]


def find_word(text: str, wanted: str) -> Word:
    """Find a word, or several in a row ("carboxylic acid"), where it first stands as such; case does not matter.

    Raises:
        InputError: It is not in the text; the message lists the words that are.
    """
    looked_for = " ".join(wanted.split())
    if looked_for:
        pattern = r"\s+".join(re.escape(part) for part in looked_for.split(" "))
        match = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
        if match:
            return Word(match.group(), match.start(), match.end())
    there = ", ".join(dict.fromkeys(word.text for word in words_of(text))) or "none at all"
    raise InputError(f"the answer has no word {wanted!r}; choose one of these: {there}")


def _trimmed(piece: str, start: int) -> Word:
    """Take punctuation off both ends, and brackets that enclose the whole or lack their partner."""
    end = start + len(piece)
    while piece:
        first, last = piece[0], piece[-1]
        if first in _EDGES:
            piece, start = piece[1:], start + 1
        elif last in _EDGES:
            piece, end = piece[:-1], end - 1
        elif first in _PAIRS and piece.count(_PAIRS[first]) < piece.count(first):
            piece, start = piece[1:], start + 1
        elif last in _PAIRS.values() and _opening(last, piece) < piece.count(last):
            piece, end = piece[:-1], end - 1
        elif _PAIRS.get(first) == last and piece.count(first) == 1:
            piece, start, end = piece[1:-1], start + 1, end - 1
        else:
            break
    return Word(piece, start, end)


def _opening(closing: str, piece: str) -> int:
    """Count the brackets that open what this one closes."""
    return next(piece.count(opening) for opening, other in _PAIRS.items() if other == closing)
