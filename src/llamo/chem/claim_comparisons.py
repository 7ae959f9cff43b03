"""Two molecules set side by side in one sentence: whose number or formula each is.

"three rings for the first molecule against two for the second" is read as "It has three rings" of the first and
"It has two" of the second.
"""

from __future__ import annotations

from typing import NamedTuple

from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import BE, HAVE, ORDINALS, number_value, word_set

_AGAINST = word_set("against versus vs")
_SIDE_BY_SIDE = word_set("and but while whereas ,")
_NOUNS = word_set("molecule compound one structure substance")
_BEFORE_MARKER = word_set("for in of the")
_STRIPPED = word_set(", : with at and but while whereas against versus vs . -")
_OTHER = {"first": "second", "second": "first"}


class Part(NamedTuple):
    """One side of a comparison, as a sentence of its own.

    Attributes:
        words: Its tokens, with "It has" put in front where it has no verb; those words have no length.
        about: "first" or "second".
        number: The number if that is all it says ("two"), else None.
    """

    words: list[Token]
    about: str
    number: int | None


def split_comparison(words: list[Token]) -> list[Part]:
    """Split a sentence that compares the first molecule with the second; empty if it is none."""
    markers = [index for index in range(len(words)) if _is_marker(words, index)]
    if not markers:
        return []
    for index, word in enumerate(words):
        is_against = word.word in _AGAINST
        if not is_against and not _stands_between(words, index, markers):
            continue
        left = [marker for marker in markers if marker < index]
        right = [marker for marker in markers if marker > index]
        if len(left) > 1 or len(right) > 1:
            return []
        abouts = [ORDINALS[words[side[0]].word] if side else "" for side in (left, right)]
        first, second = abouts[0] or _OTHER.get(abouts[1], ""), abouts[1] or _OTHER.get(abouts[0], "")
        if {first, second} == {"first", "second"}:
            sides = (0, index, left, first), (index + 1, len(words), right, second)
            return [part for part in (_part(words, *side) for side in sides) if part is not None]
    return []


def _is_marker(words: list[Token], index: int) -> bool:
    """Tell "first", "latter" used of a molecule: behind "the" and before a noun or the end of a phrase."""
    if words[index].word not in ("first", "second", "former", "latter"):
        return False
    if index == 0 or words[index - 1].word != "the":
        return False
    following = words[index + 1].word if index + 1 < len(words) else ""
    return (
        following in _NOUNS
        or following in _AGAINST | BE | HAVE
        or following in ("", ",", "and", "but", ":", ")")
    )


def _stands_between(words: list[Token], index: int, markers: list[int]) -> bool:
    """Tell the "and" of "one in the first and two in the second", the comma of "the second one C2H6O"."""
    if words[index].word not in _SIDE_BY_SIDE or len(markers) != 2 or not markers[0] < index < markers[1]:
        return False
    left, right = markers
    is_behind = left > 1 and all(words[marker - 2].word in ("for", "in") for marker in markers)
    if is_behind and index - left <= 2:
        return True
    has_no_verb = not any(word.word in BE | HAVE for word in words[right:])
    return right - index <= 2 and has_no_verb and words[index].word == ","


def _part(words: list[Token], first: int, end: int, markers: list[int], about: str) -> Part | None:
    """Make a side a sentence: what names the molecule is left out, "It has" put in front; None for an empty one."""
    kept = list(words[first:end])
    for marker in markers:
        begin, behind = marker, marker + 1
        while begin > first and _is_before_marker(words[begin - 1]):
            begin -= 1
        if behind < end and words[behind].word in _NOUNS:
            behind += 1
        kept = [word for word in kept if not words[begin].start <= word.start < words[behind - 1].end]
    while kept and kept[0].word in _STRIPPED:
        kept = kept[1:]
    while kept and kept[-1].word in _STRIPPED:
        kept = kept[:-1]
    if not kept:
        return None
    place = kept[0].start
    opening = [Token("it", "it", place, place)]
    if not any(word.word in BE | HAVE for word in kept):
        opening.append(Token("has", "has", place, place))
    value = number_value(kept[0].word) if len(kept) == 1 else None
    return Part([*opening, *kept], about, value)


def _is_before_marker(word: Token) -> bool:
    return word.word in _BEFORE_MARKER and word.text[1:].islower()  # not the end of the formula "CH6IN"
