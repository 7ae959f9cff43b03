"""What can be wrong with an answer as language: broken off, looping, leaking a prompt.

Each check is a pure function of texts that returns what is wrong, or "".
"""

from __future__ import annotations

import re
from collections import Counter

TERMINAL = tuple(".!?)]\"'”’»%")
HANGING_ENDS = ("...", "…", ",", ";", ":", "(", "[", "-", "–", "/", "=")
MIN_WORDS_OF_A_SENTENCE = 6  # a shorter answer without a full stop may be a name, a formula, a number
LEAKS = (
    re.compile(r"(?im)^\s*(user|assistant|human|system|question|answer|[qa])\s*\d*\s*:"),
    re.compile(r"<\|[a-z_]+\|>|\[/?INST\]|</?s>|^#{2,} ", re.MULTILINE),
    re.compile(r"(?i)\bas an ai\b|\b(?:large )?language model\b"),
    re.compile(r"(?i)\bthe (?:caption|given description|provided (?:text|description|smiles))\b"),
)
WORD = re.compile(r"[A-Za-z][A-Za-z-]*[A-Za-z]|[A-Za-z]|\d+(?:[.,]\d+)*")
HANGING_WORDS = frozenset(
    WORD.findall(
        "a an and are as at because but by for from has have in into is its of on or such than that the their to "
        "was which while with"
    )
)
MAX_LOOP = 3  # times that the same four words may follow one another in an answer


def find_break(answer: str) -> str:
    """Say how an answer breaks off, or return "".

    `"It has a ring and"` -> ends in "and"; `"It has (two"` -> a bracket stays open.
    """
    text = answer.strip()
    if not text:
        return "empty"
    words = text.split()
    if text.endswith(HANGING_ENDS) and not _is_formula_like(words[-1]):
        return f"ends in {text[-3:] if text.endswith('...') else text[-1]!r}"
    if words[-1].lower() in HANGING_WORDS:
        return f"ends in {words[-1]!r}"
    for opening, closing in ("()", "[]", "{}"):
        if text.count(opening) > text.count(closing):
            return f"a bracket {opening!r} stays open"
    if text.count('"') % 2 or text.count("“") > text.count("”"):
        return "a quotation mark stays open"
    if len(words) >= MIN_WORDS_OF_A_SENTENCE and not text.endswith(TERMINAL):
        return "the last sentence has no full stop"
    return ""


def _is_formula_like(word: str) -> bool:
    """Tell an ion's formula, which may end in a minus sign, from a word that is cut."""
    return bool(re.fullmatch(r"(?:[A-Z][a-z]?\d*)+\d*[-–]", word))


def find_leak(text: str) -> str:
    """Return a piece of prompt or chat markup that does not belong into a message, or ""."""
    for pattern in LEAKS:
        match = pattern.search(text)
        if match:
            return match.group(0).strip()
    return ""


def find_loop(answer: str) -> str:
    """Return four words that come again and again, or ""."""
    words = [word.lower() for word in WORD.findall(answer)]
    counts = Counter(zip(words, words[1:], words[2:], words[3:], strict=False))
    if not counts:
        return ""
    gram, count = counts.most_common(1)[0]
    return " ".join(gram) if count > MAX_LOOP else ""
