"""A question as words: contractions spelled out, hyphens gone, small slips of the pen mended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llamo.chem.claim_tokens import Token, plain_text, tokens

MINUS = "minus"
MIN_MENDED = 6  # letters; shorter words have too many neighbours that mean something else
_IS = re.compile(r"\b(what|it|that|there|how|where|here|who|which|this)'s\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?<=\w)'s\b|(?<=s)'(?=\s)")
_LATIN = re.compile(r"\b(?:i\.e|e\.g)\.,?|\bie\b", re.IGNORECASE)
_SHORT = re.compile(r"\b(arom|mol|rot|no|nr|nb|num|wt|approx|stereo|m)\.(?=\s|w)", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?<![\w)])-(?=\d)")
_UNREAD = frozenset("-\"'*`)[]!")
_SPELLED = {
    "is": "be", "are": "be", "was": "be", "were": "be", "am": "be", "pl": "please", "pls": "please", "plz": "please",
    "arom": "aromatic", "rot": "rotatable", "nb": "number", "nr": "number", "num": "number", "mol": "molecular",
}  # fmt: skip
_DETERMINERS = frozenset(("the", "its", "a", "an", "this", "that", "these", "those", "their"))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def spelled_out(text: str) -> str:
    """Take away the full stops that end no sentence: "arom. rings, i.e. benzene" -> "arom rings, , benzene"."""
    return _SHORT.sub(r"\1", _LATIN.sub(",", text))


def question_tokens(text: str) -> list[Token]:
    """Split a question into tokens without hyphens: "What's its H-bond count?" -> What is its H bond count ?"""
    spelled = _POSSESSIVE.sub("", _IS.sub(r"\1 is", plain_text(text)))
    signed = _NEGATIVE.sub(f"{MINUS} ", spelled.replace("!=", "\u2260"))
    read = tokens(signed, 0, len(signed))
    return [token._replace(word=plain_form(token.word)) for token in read if token.text not in _UNREAD]


def words_of(phrase: str) -> tuple[str, ...]:
    """Return a phrase's words as they are compared: "size of the rings" -> ("size", "of", "ring")."""
    words = [token.word for token in question_tokens(phrase)]
    return tuple(word for place, word in enumerate(words) if not place or not is_determiner(word))


def is_determiner(word: str) -> bool:
    """Tell the words that phrases are compared without, save as their first: "the", "its", "that"."""
    return word in _DETERMINERS


def plain_form(word: str) -> str:
    """Bring the forms of "be" together and spell out what is abbreviated; other words stay."""
    return _SPELLED.get(word, word)


def mended(word: str, known: frozenset[str]) -> str | None:
    """Find the known word that a misspelt one stands for: one letter left out, doubled, changed or swapped.

    Returns:
        The word, or None where there is none, or several.
    """
    if len(word) < MIN_MENDED or not word.isalpha():
        return None
    near = {one for one in _one_slip_away(word) if one in known}
    return near.pop() if len(near) == 1 else None


def _one_slip_away(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
