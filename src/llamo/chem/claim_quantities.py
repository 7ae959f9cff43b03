"""How many: reading the words between a verb and a name, "at least two different" of "at least two amides"."""

from __future__ import annotations

from typing import NamedTuple

from llamo.chem.claim_tokens import Token
from llamo.chem.claim_types import Comparison
from llamo.chem.claim_words import (
    DETERMINERS,
    MANY,
    NEUTRAL_ADJECTIVES,
    NUMBER_WORDS,
    compound_number,
    is_odd_number,
    number_value,
    word_set,
)


class Quantity(NamedTuple):
    """What the words before a name say.

    Attributes:
        value: The number; presence is 1.
        comparison: How it is meant; presence is ">=".
        negated: "no", "neither".
        is_definite: "the", "its": the thing is taken as known.
        is_qualified: Unknown adjectives narrow the name down ("two terminal amides").
        is_counted: A number was given.
    """

    value: int
    comparison: Comparison
    negated: bool = False
    is_definite: bool = False
    is_qualified: bool = False
    is_counted: bool = False


_DEFINITE = word_set("the its this that these those their your our")
_OPEN = word_set("a an")
# Words that may stand inside a noun phrase without narrowing it down or being read as adjectives.
_IGNORED = word_set(
    "of total number in at all and or nor & / , ( ) \" ' : exactly precisely just even also as well more "
    "fewer less than least most up to no not only but rather yet"
)
_OTHERS = word_set("other second third fourth remaining last further additional another extra more")


def read_quantity(words: list[Token]) -> Quantity | None:
    """Read the tokens of a noun phrase up to its name.

    Returns:
        The quantity, or None where the words leave it open ("about five", "other", "1e9").
    """
    if any(is_odd_number(word.word) or word.word in ("^", "unspecified") for word in words):
        return None
    text = " ".join(word.word for word in words)
    numbers = _numbers(words)
    known = [word.word for word in words]
    negated = (
        "no" in known and not _has(text, "no more than", "no fewer than", "no less than")
    ) or "neither" in known
    negated = negated or "zero" in known
    is_definite = any(word in _DEFINITE for word in known)
    qualified = any(_is_qualifier(word) or is_locant(words, index) for index, word in enumerate(words))
    if "other" in known or (negated and any(word in _OTHERS for word in known)):
        return None
    if negated:
        return Quantity(1, ">=", True, is_definite, qualified)
    if any(word in ("about", "approximately", "roughly", "around") for word in known):
        return None
    if not numbers:
        value = 2 if any(word in MANY for word in known) else 1
        if "more" in known or "fewer" in known or "less" in known:
            return None
        return Quantity(value, ">=", False, is_definite, qualified, value > 1)
    if len(numbers) > 1:
        return Quantity(min(numbers), ">=", False, is_definite, qualified, True)
    return _counted(text, known, numbers[0], is_definite, qualified)


def _counted(text: str, known: list[str], value: int, is_definite: bool, qualified: bool) -> Quantity | None:
    comparison: Comparison = "=="
    if _has(
        text, "at least", "no fewer than", "no less than", "not less than", "not fewer than", "one or more"
    ):
        comparison = ">="
    elif _has(text, "at most", "no more than", "not more than", "up to", "as many as"):
        comparison = "<="
    elif _has(text, "more than", "over", "greater than"):
        value, comparison = value + 1, ">="
    elif _has(text, "fewer than", "less than"):
        value, comparison = value - 1, "<="
    elif is_definite or qualified or any(word in _OTHERS for word in known) or _has(text, "one of", "out of"):
        comparison = ">="  # some of them: there may be more
        value = 1 if _has(text, "one of") else value
    return Quantity(value, comparison, False, is_definite, qualified, True)


def _has(text: str, *phrases: str) -> bool:
    return any(f" {phrase} " in f" {text} " for phrase in phrases)


def _numbers(words: list[Token]) -> list[int]:
    """Read the numbers that count; those of positions ("3-hydroxy", "C-3", "position 4") do not."""
    numbers: list[int] = []
    index = 0
    while index < len(words):
        value = number_value(words[index].word)
        if value is not None and value > 0 and words[index].word != "both" and not is_locant(words, index):
            rest = [word for word in words[index + 1 : index + 3] if word.text != "-"]
            compound = compound_number(words[index].word, rest[0].word) if rest else None
            if compound is not None:
                value = compound
                index = words.index(rest[0], index)
            if not (numbers and words[index].word == "single") and not _is_prefix(words, index):
                numbers.append(value)
        index += 1
    is_open_end = " one or more " in f" {' '.join(word.word for word in words)} "
    return [1] if is_open_end else numbers


def _is_prefix(words: list[Token], index: int) -> bool:
    """Tell "fourteen-" of "fourteen-membered", which counts something else."""
    behind = words[index + 1] if index + 1 < len(words) else None
    return behind is not None and behind.text == "-" and behind.start == words[index].end


def is_locant(words: list[Token], index: int) -> bool:
    """Tell a number that names a position or is part of a name: "4-hydroxy", "2,4-", "3beta", "C3", "position 3"."""
    word = words[index]
    if not word.text.isdigit():
        return False
    before = words[index - 1] if index else None
    after = words[index + 1] if index + 1 < len(words) else None
    if after is not None and after.start == word.end and after.text not in (")", ":", "."):
        return True
    if (
        after is not None
        and after.text == ":"
        and index + 2 < len(words)
        and words[index + 2].start == word.end + 1
    ):
        return True  # "26:0" of a lipid
    if before is not None and before.end == word.start and before.text not in ("(", "~", "≥", "x", ":"):
        return True
    return any(other.word in ("position", "locant") for other in words[:index]) or (
        before is not None and before.word in ("carbon", "c", "atom")
    )


def _is_qualifier(word: Token) -> bool:
    known = word.word
    if (
        known in DETERMINERS
        or known in NUMBER_WORDS
        or known in MANY
        or known in NEUTRAL_ADJECTIVES
        or known in _IGNORED
    ):
        return False
    return not (word.text.isdigit() or known in _OPEN or known in ("neither", "nor", "-", "x", "several"))
