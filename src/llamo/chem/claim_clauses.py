"""Clauses: where a statement begins and ends, and which of them are guesses or about other molecules."""

from __future__ import annotations

from typing import NamedTuple

from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import CONTRAST, HEDGES, ORDINALS, RELATIONS, word_set

_OPENERS = CONTRAST | {"because", "since", "so", "therefore", "thus", "hence"}
_SUBJECTS = word_set("it this there the its that these each both")
_RELATIVE = word_set("which that who whose where")
# Phrases in which a word of relation says nothing about another molecule.
_HARMLESS = {
    ("substituted", "with"), ("substituted", "by"), ("replaced", "by"), ("acid", "base"), ("is", "a"),
}  # fmt: skip


class Clause(NamedTuple):
    """tokens[first:end] of a sentence.

    Attributes:
        first: First token.
        end: One after the last.
        is_hedged: It says what may be, not what is.
        blocked_from: First token from which on it speaks of other molecules or of changes; None if nowhere.
        changed_until: What stands before this token has been changed or replaced ("butane in which all hydrogens
            have been replaced by").
    """

    first: int
    end: int
    is_hedged: bool
    blocked_from: int | None
    changed_until: int = 0


_CHANGED = word_set(
    "replaced converted hydroxylated oxidised oxidized reduced methylated acetylated phosphorylated "
    "removed hydrolysed hydrolyzed deprotonated protonated esterified dehydrated hydrogenated "
    "glycosylated transferred"
)  # fmt: skip


def split_clauses(words: list[Token]) -> list[Clause]:
    """Split a sentence at contrasts, reasons and new subjects."""
    starts = [0, *(index for index in range(1, len(words)) if _opens(words, index))]
    is_conditional = any(
        word.word in ("if", "unless", "suppose", "would", "imagine") for word in words
    ) or _is_general(words)
    clauses: list[Clause] = []
    blocked = False
    for first, end in zip(starts, [*starts[1:], len(words)], strict=True):
        is_hedged = is_conditional or any(_is_hedge(words, index) for index in range(first, end))
        relation = next((index for index in range(first, end) if _is_relation(words, index)), None)
        if blocked and not _names_subject(words, first, end):
            relation = first
        changed = max((index for index in range(first, end) if _is_change(words, first, index)), default=0)
        clauses.append(Clause(first, end, is_hedged, relation, changed))
        blocked = relation is not None or is_hedged
    return clauses


def _is_general(words: list[Token]) -> bool:
    """Tell a statement about a class: "These are compounds containing ...", "Amides are ..."."""
    text = [word.text.lower() for word in words]
    if text[:2] in (["these", "are"], ["they", "are"]):
        return True
    for index, word in enumerate(text[:-1]):
        if word == "are" and any(
            other in ("compounds", "molecules", "substances", "ones", "acids", "esters")
            for other in text[index + 1 : index + 5]
        ):
            return True
    return False


def _is_change(words: list[Token], first: int, index: int) -> bool:
    """Tell "replaced", and "(in which ...) has been hydroxylated", from "can be protonated"."""
    text = words[index].text.lower()
    if text == "substituted":
        return words[index - 1].word == "been"
    if text not in _CHANGED:
        return False
    before = {word.word for word in words[first:index]}
    return words[index].word == "replaced" or bool(before & {"been", "where", "whose", "which"})


def _opens(words: list[Token], index: int) -> bool:
    word, before = words[index].word, words[index - 1].text
    following = words[index + 1].word if index + 1 < len(words) else ""
    if word in _OPENERS:
        if word == "but":
            return following in _SUBJECTS or _has_verb(words, index)
        if word == "so" or word == "yet":
            return before == ","
        return True
    if word in ("it", "there") and before in (",", "and", ":"):
        return True
    if word in _RELATIVE and before == ",":
        return True
    if word not in ("the", "this") or before not in (",", "and", ":"):
        return False
    return following in ("molecule", "compound", "structure", "former", "latter") or (
        following in ORDINALS
        and words[index + 2 : index + 3] != []
        and words[index + 2].word in ("molecule", "compound", "structure", "one")
    )


def _has_verb(words: list[Token], index: int) -> bool:
    return any(
        word.word in ("is", "has", "contains", "does", "lacks", "have", "are", "contain")
        for word in words[index + 1 : index + 5]
    )


def _names_subject(words: list[Token], first: int, end: int) -> bool:
    """Tell whether a clause begins by naming the molecule anew."""
    opening = [word.word for word in words[first : min(first + 4, end)]]
    return any(word in ("it", "there", "molecule", "compound", "structure", "itself") for word in opening)


def _is_hedge(words: list[Token], index: int) -> bool:
    return words[index].word in HEDGES or words[index].text.lower() in HEDGES


def _is_relation(words: list[Token], index: int) -> bool:
    text = words[index].text.lower()
    if text not in RELATIONS and words[index].word not in RELATIONS:
        return False
    following = words[index + 1].text.lower() if index + 1 < len(words) else ""
    before = words[index - 1].text.lower() if index else ""
    if (text, following) in _HARMLESS:
        return False
    if text in ("conjugate", "conjugated") and following not in ("base", "acid"):
        return False
    if text in ("more", "less", "fewer", "other") or (
        before in ("more", "less", "fewer", "rather") and text == "than"
    ):
        return before == "rather"
    if text in ("derivative", "derivatives", "analog", "analogue"):
        return following in ("of", "from")
    if text == "such":
        return following == "as"
    return not (text == "than" and before in ("more", "less", "fewer", "greater"))
