"""What a name in a sentence hangs on: the verb or preposition that says the molecule has it, or has it not."""

from __future__ import annotations

from typing import NamedTuple

from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import BE, HAVE, HAVING, LACK, LOCATIVE, NOT, word_set


class Governor(NamedTuple):
    """A word or phrase that governs the names behind it.

    Attributes:
        kind: "have" (contains), "having" (with), "be" (is), "exist" (there is), "place"
            (attached to), "substituent" (substituted by), "given" (due to), "other" (of something unknown).
        first: Its first token.
        end: One after its last token.
        negated: Whether it denies.
        needs_subject: Whether what stands before has to be the molecule.
    """

    kind: str
    first: int
    end: int
    negated: bool = False
    needs_subject: bool = True


# Phrases of several words: (words, kind, negated, needs a subject).
_PHRASES: tuple[tuple[tuple[str, ...], str, bool, bool], ...] = tuple(
    (tuple(words.split()), kind, negated, needs)
    for words, kind, negated, needs in (
        ("devoid of", "have", True, False),
        ("free of", "have", True, False),
        ("free from", "have", True, False),
        ("absence of", "have", True, False),
        ("lack of", "have", True, False),
        ("presence of", "have", False, False),
        ("due to", "given", False, False),
        ("because of", "given", False, False),
        ("owing to", "given", False, False),
        ("thanks to", "given", False, False),
        ("on account of", "given", False, False),
        ("composed of", "have", False, False),
        ("made up of", "have", False, False),
        ("made of", "have", False, False),
        ("built from", "have", False, False),
        ("consist of", "have", False, True),
        ("consists of", "have", False, True),
        ("consisting of", "have", False, False),
        ("characterized by", "have", False, False),
        ("characterised by", "have", False, False),
        ("marked by", "have", False, False),
        ("equipped with", "have", False, False),
        ("endowed with", "have", False, False),
        ("decorated with", "substituent", False, False),
        ("functionalized with", "substituent", False, False),
        ("substituted with", "substituent", False, False),
        ("substituted by", "substituent", False, False),
        ("replaced by", "substituent", False, False),
        ("classified as", "be", False, False),
        ("described as", "be", False, False),
        ("considered", "be", False, False),
        ("regarded as", "be", False, False),
        ("act as", "be", False, True),
        ("acts as", "be", False, True),
        ("serve as", "be", False, True),
        ("serves as", "be", False, True),
        ("behave as", "be", False, True),
        ("behaves as", "be", False, True),
        ("function as", "be", False, True),
        ("functions as", "be", False, True),
        ("makes it", "be", False, False),
        ("make it", "be", False, False),
        ("making it", "be", False, False),
        ("renders it", "be", False, False),
        ("rendering it", "be", False, False),
        ("makes the molecule", "be", False, False),
        ("makes this molecule", "be", False, False),
        ("making the molecule", "be", False, False),
        ("render the molecule", "be", False, False),
        ("renders the molecule", "be", False, False),
        ("rendering the molecule", "be", False, False),
        ("makes the compound", "be", False, False),
        ("making the compound", "be", False, False),
        ("belongs to", "be", False, True),
        ("belong to", "be", False, True),
    )
)
_BY_FIRST: dict[str, list[tuple[tuple[str, ...], str, bool, bool]]] = {}
for _phrase in _PHRASES:
    _BY_FIRST.setdefault(_phrase[0][0], []).append(_phrase)
_PLACE_VERBS = word_set(
    "flanked separated surrounded accompanied attached bonded linked connected bound joined fused coupled "
    "appended tethered adjacent next close conjugated condensed directly"
)
_PLACE_WORDS = word_set("to with at on in by")
_PLACES = word_set("on in to at between from by through via of near beside")
_LIST_LABELS = word_set("group feature functionality contains ring element")
_PASSED = word_set("present each both all found directly atom that which is are ,")
_NONE = frozenset(("no", "without", "nor", "neither"))
_RELATIVE = ("that", "which")
_PARTS = word_set("ring cycle chain atom group substituent moiety fragment side part system bond carbon")
_ABSENT_REACH = 5  # words
_EVERYWHERE = word_set("total molecule compound structure it all formula substance smiles whole overall this")


def find_governors(words: list[Token], first: int, end: int) -> list[Governor]:
    """Find the governors among tokens[first:end], left to right."""
    found: list[Governor] = []
    index = first
    while index < end:
        governor = _governor_at(words, index, end)
        if governor is None:
            index += 1
            continue
        found.append(governor)
        index = max(governor.end, index + 1)
    return found


def _governor_at(words: list[Token], index: int, end: int) -> Governor | None:
    text = words[index].text.lower()
    for phrase, kind, negated, needs in _BY_FIRST.get(text, ()):
        if [word.text.lower() for word in words[index : index + len(phrase)]] == list(phrase):
            return Governor(kind, index, index + len(phrase), negated, needs)
    following = words[index + 1].text.lower() if index + 1 < end else ""
    if text in ("there", "there's"):
        length = 1 if text == "there's" else 2
        is_verb = length == 1 or following in BE or following in ("exist", "exists")
        return Governor("exist", index, index + length, needs_subject=False) if is_verb else None
    if text in _PLACE_VERBS and following in _PLACE_WORDS:
        return Governor("place", index, index + 2, needs_subject=False)
    if text == ":" and any(word.word in _LIST_LABELS for word in words[max(0, index - 3) : index]):
        return Governor("exist", index, index + 1, needs_subject=False)
    if text in ("its", "whose"):
        return Governor("given", index, index, needs_subject=False)
    return _verb_at(text, following, index)


def _verb_at(text: str, following: str, index: int) -> Governor | None:
    if text in LACK:
        return Governor("have", index, index + 1, True, text not in ("without", "lacking", "missing"))
    if text in HAVING and following != "respect":
        return Governor("having", index, index + 1, needs_subject=False)
    if text in HAVE and following not in ("been", "to"):
        return Governor("have", index, index + 1)
    if text in BE or text in ("it's", "that's"):
        return Governor("be", index, index + 1)
    return Governor("place", index, index + 1, needs_subject=False) if text in _PLACES else None


def is_denied(words: list[Token], first: int, governor: Governor) -> bool:
    """Tell whether a governor is denied, in front of it or behind ("does not contain", "is not"); "not only" is not."""
    for index in range(first, min(governor.end + 1, len(words))):
        word = words[index].text.lower()
        following = words[index + 1].text.lower() if index + 1 < len(words) else ""
        if word == "neither" or (word == "no" and following == "longer"):
            return True
        if word in NOT and word != "nor" and following not in ("only", "just", "merely"):
            return True
    return False


def describes_absent(words: list[Token], governor: Governor) -> bool:
    """Tell whether a governor describes a thing said not to be there: "no ring containing nitrogen"."""
    is_relative = governor.first > 0 and words[governor.first - 1].text.lower() in _RELATIVE
    if not is_relative and governor.kind != "having":
        return False
    end = governor.first - is_relative
    if not is_described(words, end):
        return False
    for index in range(end - 1, max(-1, end - 1 - _ABSENT_REACH), -1):
        word, text = words[index], words[index].text.lower()
        if text in _NONE:
            return words[index + 1].text.lower() not in ("fewer", "less")
        if word.word in LACK:
            return True
        if word.text in (",", ":", "(", "and", "but") or word.word in BE or word.word in HAVE:
            return index > 0 and words[index - 1].text.lower() in NOT
    return False


def is_described(words: list[Token], index: int) -> bool:
    """Tell whether words[index] begin what only some of the parts before it have: "ring that contains ..."."""
    text = [word.text.lower() for word in words[index : index + 2]]
    if not text or index == 0 or words[index - 1].word not in _PARTS:
        return False
    is_plural = words[index - 1].text.lower() != words[index - 1].word
    is_its_verb = text[0] in _RELATIVE and text[-1] in HAVE and text[-1].endswith("s") != is_plural
    return text[0] in HAVING or is_its_verb  # not "an alcohol with no rings that contains five carbon atoms"


def is_restricted(words: list[Token], index: int) -> bool:
    """Tell whether the words behind a name say where it is, so that there may be more elsewhere."""
    if index < len(words) and words[index].text == "(":
        closing = next((place for place in range(index, len(words)) if words[place].text == ")"), index)
        index = closing + 1 if words[closing + 1 : closing + 2] != [] else index
    while index < len(words) and words[index].word in _PASSED:
        behind = words[index + 1].word if index + 1 < len(words) else ""
        if words[index].text == "," and behind not in ("which", "that", "attached", "bonded", "linked"):
            return False
        index += 1
    if index >= len(words) or words[index].word not in LOCATIVE:
        return False
    rest = {word.word for word in words[index + 1 : index + 4]}
    return not (words[index].word in ("in", "for", "within", "on", "from") and rest & _EVERYWHERE)


_COUNTING_WORDS = word_set(
    "total number pair up couple kind sort type one each dozen mixture combination class family group "
    "series lack set member"
)
_HOLDERS = word_set("chain backbone ring skeleton core system framework scaffold center part")


def choose_governors(words: list[Token], governors: list[Governor], end: int) -> list[Governor]:
    """Keep the last verb and the last place behind it; in "a total of" and "the class of" the "of" is no place.

    A short preposition behind a verb gives way to a governor of kind "other": what it governs belongs to some
    noun that is not known here ("has the smell of an ester").
    """
    verb = max((index for index, governor in enumerate(governors) if governor.kind != "place"), default=-1)
    verbs = governors[verb : verb + 1] if verb >= 0 else []
    places: list[Governor] = []
    for governor in governors[verb + 1 :]:
        before = words[governor.first - 1].word if governor.first else ""
        after = words[governor.end].word if governor.end < end else ""
        is_short = governor.end - governor.first == 1
        is_count = words[governor.first].word == "of" and before in _COUNTING_WORDS
        if is_short and (is_count or before == "up" or after in ("least", "most", "all", "total")):
            continue
        if is_short and verbs and before not in _HOLDERS:
            return [*verbs, governor._replace(kind="other")]
        places.append(governor)
    return [*verbs, *places[-1:]]
