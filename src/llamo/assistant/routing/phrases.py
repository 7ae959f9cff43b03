"""Finding the longest phrase of a table that begins at a place of a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from llamo.assistant.routing.question_words import is_determiner
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import number_value

NUMBER = "#"
"""Stands for any number in a phrase."""

_LONGEST = 9  # words of a phrase
_T = TypeVar("_T")


def longest_phrase(
    table: Mapping[tuple[str, ...], _T], words: list[Token], position: int
) -> tuple[_T | None, int]:
    """Find the longest phrase of a table at a place, and where it ends; determiners inside it are passed over."""
    key: list[str] = []
    best: tuple[_T | None, int] = None, position
    for index in range(position, min(position + _LONGEST, len(words))):
        word = words[index].word
        if key and is_determiner(word):
            continue
        key.append(word)
        for one in (tuple(key), tuple(NUMBER if number_value(part) is not None else part for part in key)):
            if one in table:
                best = table[one], index + 1
    return best
