"""Small helpers that keep questions and answers grammatical and captions clean."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from llamo.errors import DataError

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\[0-9])")
MIN_SENTENCE = 20  # characters; a shorter "sentence" is an abbreviation such as "E. coli" cut in two


class SkippedRowError(DataError):
    """A row gives no record of this task; the message is the reason, the same for all such rows."""


def choose(rng: random.Random, wordings: Sequence[str], **fields: object) -> str:
    """Draw one wording and fill its fields."""
    return rng.choice(wordings).format(**fields)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Write a count with its noun: `count(1, "ring") -> "1 ring"`, `count(0, "ring") -> "no rings"`."""
    words = noun if number == 1 else (plural or f"{noun}s")
    return f"{number or 'no'} {words}"


def with_article(noun: str) -> str:
    """Put "a" or "an" before a noun: `with_article("ester") -> "an ester"`, `"N-oxide" -> "an N-oxide"`."""
    starts_like_vowel = noun[:1].lower() in "aeio" or noun[:2].lower() == "un" or noun.startswith("N-")
    return f"{'an' if starts_like_vowel else 'a'} {noun}"


def listing(items: Sequence[str]) -> str:
    """Join items as a sentence does: `["a", "b", "c"] -> "a, b and c"`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def collapse(text: str) -> str:
    """Collapse white space; a text whose name was cut off (", also known as ...") gets its subject back."""
    text = " ".join(text.split())
    return f"The molecule{text}" if text.startswith(", ") else text


def cut_at_sentence(text: str, max_characters: int) -> str:
    """Keep the leading whole sentences that fit; a first sentence too long is cut at a clause or word.

    `cut_at_sentence("It is an acid. It is used as a drug.", 20) -> "It is an acid."`
    """
    if len(text) <= max_characters:
        return text
    ends = [
        match.start()
        for match in SENTENCE_END.finditer(text)
        if MIN_SENTENCE <= match.start() <= max_characters
    ]
    if ends:
        return text[: ends[-1]]
    clause = max(text.rfind(mark, MIN_SENTENCE, max_characters) for mark in (", ", "; "))
    cut = clause if clause > max_characters // 2 else text.rfind(" ", 0, max_characters)
    return text[: cut if cut > 0 else max_characters].rstrip(" ,;") + "."
