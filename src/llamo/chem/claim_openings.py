"""Names at the head of a clause: what comes behind them says whether they are there."""

from __future__ import annotations

from typing import Literal

from llamo.chem.claim_quantities import Quantity
from llamo.chem.claim_terms import Mention
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import EXISTING, FOLLOWERS, MISSING, word_set

_IN_SUBJECT = word_set(
    ", and or nor a an the no can both also ( ) two three one in this molecule compound structure"
)
_BE = word_set("is are was were be exist exists")
_PLACED = word_set("attached bonded linked connected bound located")
# Verbs of which a group of the molecule can be the subject.
_GROUP_VERBS = word_set(
    "is are has does can make give contribute provide act serve confer render account explain impart bear "
    "carry contain dominate allow enable belong"
)


def existence(words: list[Token], index: int, end: int) -> Literal["there", "placed", "absent", ""]:
    """Read "is present", "is attached to", "are absent" behind a list of names.

    Returns:
        "there" or "absent" as the names are said to be there or not, "placed" where only some place is spoken
        of; "" where nothing of the kind is said.
    """
    window = [word.word for word in words[index : min(index + 14, end)]]
    for position, word in enumerate(window):
        if word in _BE:
            rest = window[position : position + 5]
            found = [item for item in rest if item in EXISTING or item in MISSING]
            is_denied = any(item in ("not", "no", "never") for item in rest)
            if not found or found[0] == "there" or (is_denied and found[0] in _PLACED):
                return ""
            if found[0] in _PLACED:
                return "placed"
            return "there" if (found[0] in EXISTING) != is_denied else "absent"
        if word in FOLLOWERS and word not in _IN_SUBJECT:
            return ""
    return ""


def stands_alone(words: list[Token], index: int, end: int) -> bool:
    """Tell a name that ends its clause or is followed by another of a list: "An ester and a ketone."."""
    return index >= end or words[index].word in (",", "and", "or", "nor", "(")


def presupposes(words: list[Token], mention: Mention, end: int, quantity: Quantity) -> bool:
    """Tell a statement that takes a group as given: "The carboxylic acid group makes it acidic"."""
    term = mention.term
    is_thing = term.kind in ("group", "ring") or (term.role == "element" and mention.has_head)
    if not (quantity.is_definite and is_thing and (mention.has_head or term.role == "noun")):
        return False
    index = mention.end
    if index < end and words[index].word in ("of", "in"):
        if not any(
            word.word in ("molecule", "compound", "structure", "it") for word in words[index : index + 4]
        ):
            return False  # "the hydroxyl group of an alcohol": groups in general
        index += 3  # "in this molecule"
    return index < end and words[index].word in _GROUP_VERBS
