"""Which of several molecules an answer is about, by what the question says.

"How many rings does the second one have?" "Three."  ->  the second molecule
"And this one?" (with a molecule)                    ->  that molecule, and it stays so: "And its formula?"
"Which of the two has more?"                         ->  both
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ORDINALS = ("first", "second", "third", "fourth")
_ORDINAL = re.compile(r"(?i)\b(first|second|third|fourth)\b")
_SORTED = re.compile(r"(?i)\b(?:first|second|third|fourth|both|neither|each|former|latter|the other)\b")
_SEVERAL = re.compile(
    r"(?i)\b(?:(?:the|these) two|two (?:molecules|compounds|structures)|both|each|either|neither|compared?|isomers?|"
    r"(?:in )?common|(?:they|them) (?:share|have|contain)|do they|are they|of them|share|side by side|"
    r"which (?:one|has)|former|latter|the other)\b"
)


def molecules_in_focus(
    question: str, answer: str, *, shown: Sequence[str], new: Sequence[str], previous: Sequence[str]
) -> tuple[str, ...]:
    """Choose the molecules that an answer's claims are held against.

    Args:
        question: The text of the question.
        answer: The text of the answer; one that says "first" or "both" sorts its claims itself, so it gets all.
        shown: All molecules shown so far, in order.
        new: Those that the question brings in.
        previous: Those of the exchange before.

    Returns:
        One molecule where the question leaves no doubt, else all that are shown.
    """
    if len(shown) < 2 or _SORTED.search(answer):
        return tuple(shown)
    named = {name.lower() for name in _ORDINAL.findall(question)}
    if len(named) == 1:
        place = ORDINALS.index(named.pop())
        if place < len(shown):
            return (shown[place],)
    if named or _SEVERAL.search(question) or len(new) > 1:
        return tuple(shown)
    return tuple(new or previous or shown)
