"""Who a sentence speaks of: the molecule, a part of it, one of several molecules, or something else."""

from __future__ import annotations

from typing import Literal

from llamo.chem.claim_terms import Mention
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import MOLECULE, NOT, ORDINALS, number_value, word_set

_AUXILIARIES = NOT | word_set(
    "do does did can will also still clearly indeed only just therefore thus not to has have having be been is are all"
)
_PARTS = word_set(
    "ring group chain substituent core scaffold skeleton backbone side fragment part portion end half unit system "
    "framework carbon nitrogen oxygen center atom"
)
_WHOLES = word_set("molecule compound structure substance species drug ion cation anion salt")
_OPENERS = word_set("since because as while whereas although though and but so yes no thus hence")
_OTHERS = word_set("such other parent related similar another many most some")
_OPEN_A_PART = word_set("the its this one each both whose and a these another")
_VERBS = word_set("contain are have has is")
_PRONOUNS = word_set("it its and also there this that")
_LETTERS = {"1": "first", "2": "second", "3": "third", "A": "first", "B": "second"}


def is_about_molecule(
    words: list[Token], first: int, verb: int, names: frozenset[str], mentions: list[Mention]
) -> Literal["whole", "part", ""]:
    """Judge the subject of the verb at `verb` in the clause that begins at `first`.

    Args:
        words: The sentence.
        first: The clause's first token.
        verb: The verb's token.
        names: What the question calls the molecule.
        mentions: Names of groups and the like that stand before the verb.

    Returns:
        "whole" for the molecule, "part" for a ring or group of it, "" for anything else.
    """
    comma = max((index for index in range(first, verb) if words[index].text == ","), default=first - 1)
    subject = [
        word
        for word in words[comma + 1 : verb]
        if word.word not in _AUXILIARIES and word.word not in _OPENERS and not word.word.endswith("ly")
    ]
    if not subject:
        return "whole"
    if len(subject) > 1 and subject[-2].word in _WHOLES and subject[-1].text in _LETTERS:
        subject = subject[:-1]
    last, opening = subject[-1], subject[0].word
    if any(words[one.first].start <= last.start <= words[one.end - 1].start for one in mentions):
        return "part" if opening in _OPEN_A_PART or number_value(opening) is not None else ""
    if last.word in names or (len(subject) > 1 and subject[-2].word in names):
        return "whole"
    is_plural = last.word in _WHOLES and last.text.lower() != last.word
    is_general = is_plural and opening not in ("both", "the", "these", "two")  # "compounds contain"
    if last.word not in MOLECULE or is_general or any(word.word in _OTHERS for word in subject):
        return ""
    return "part" if last.word in _PARTS else "whole"


def which_molecule(words: list[Token], before: str) -> str:
    """Tell which of several molecules a clause is about: "first", "second" ..., "each" or "".

    Args:
        words: The clause.
        before: What the clause before was about; "it" goes on with that.
    """
    for index, word in enumerate(words[:8]):
        behind = words[index + 1] if index + 1 < len(words) else None
        following = behind.word if behind is not None else ""
        if word.word in ("former", "latter") or (word.word in ORDINALS and following in _WHOLES | {"one"}):
            return ORDINALS[word.word]
        if word.word in _WHOLES and behind is not None and behind.text in _LETTERS:
            return _LETTERS[behind.text]
        if word.word in ("both", "neither") and index < 2:
            third = words[index + 2].word if index + 2 < len(words) else ""
            is_of = following == "of" and third in ("them", "the", "these")
            if is_of or following in _WHOLES or following in _VERBS:
                return "each"
    opening = words[0].word if words else ""
    return before if opening in _PRONOUNS else ""
