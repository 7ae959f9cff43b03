"""Whether a name is used as what it is: a group with its head noun, an element as atoms, an adjective of a molecule."""

from __future__ import annotations

from llamo.chem.claim_classes import is_local
from llamo.chem.claim_governors import Governor
from llamo.chem.claim_quantities import Quantity
from llamo.chem.claim_terms import Mention
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import FOLLOWERS, PARTICIPLES, SPOILERS, number_value, word_set

_NAME_PARTS = word_set("alpha beta gamma delta tert sec ortho meta para iso cis trans")
_JOINED = word_set("containing bearing substituted linked bonded attached functionalized")
_HEADS_SHARED = word_set("group substituent moiety functionality")
_HEADS_OF_ADJECTIVES = word_set(
    "compound molecule structure species substance ion salt hydrocarbon one system skeleton framework form"
)
_ALSO_WORDS = frozenset(("Pb", "Sn", "Ag", "Au", "Fe", "Hg"))  # lead, tin, silver ... mean other things too
_UNQUALIFIED = frozenset(("acid_base", "charge", "fragments", "radical"))
_UNQUALIFIED_SUBJECTS = frozenset(("hydrocarbon", "alkane", "unsaturated", "organic", "isotope"))


def is_adjective(words: list[Token], mention: Mention, following: Mention | None) -> bool:
    """Tell a name that only describes the next: "an aromatic ether", "a hydroxy steroid", "fused to a ring"."""
    if mention.term.role == "prefix" and not mention.has_head and following is not None:
        return following.first == mention.end and following.term.role in ("noun", "class")
    if mention.term.role != "predicate":
        return False
    if following is not None and following.first == mention.end:
        return following.term.role != "predicate"
    behind = words[mention.end].word if mention.end < len(words) else ""
    return words[mention.first].word == "fused" and behind in ("to", "with")


def fits(
    words: list[Token], mention: Mention, following: Mention | None, governor: Governor, quantity: Quantity
) -> bool:
    """Check that a name is used as its role asks, and that no word makes it part of another name."""
    term = mention.term
    after = words[mention.end] if mention.end < len(words) else None
    if _is_inside_name(words, mention.first):
        return False
    if after is not None and after.text == "-" and not _is_joined(words, mention.end):
        return False
    if following is not None and following.first == mention.end:
        return _fits_before(words, mention, following, governor)
    if after is not None and (after.word in SPOILERS or _starts_name(words, mention.end)):
        return False
    if term.role == "prefix":
        is_listed = after is not None and after.word in ("and", "or", ",", "nor")
        return mention.has_head or is_listed or _shares_head(words, mention)
    if term.role == "element":
        return _element_fits(words, mention, governor, after)
    if term.role == "predicate":
        return _predicate_fits(words, mention, governor)
    if term.role == "class" and not _class_fits(term.subject, governor, quantity):
        return False
    is_plain = term.kind in _UNQUALIFIED or term.subject in _UNQUALIFIED_SUBJECTS
    if is_plain and quantity.is_qualified:
        return False
    if term.kind == "acid_base" and (
        governor.kind == "place" or (after is not None and after.word in ("for", "from"))
    ):
        return False
    if term.subject == "fragment" and not quantity.is_counted:
        return False
    return after is None or _may_follow(after)


def _fits_before(words: list[Token], mention: Mention, following: Mention, governor: Governor) -> bool:
    """Check a name with another right behind it: "amide nitrogen" fits, "carboxylic acid ester" does not."""
    if mention.term.role == "predicate":
        return governor.kind == "be" and _predicate_fits(words, following, governor)
    return following.term.role in ("element", "predicate")


def _is_inside_name(words: list[Token], first: int) -> bool:
    """Tell a name's end ("piperazine-2,5-dione", "six-carbon") from a group with its locant ("4-hydroxy")."""
    index = first
    while index and words[index - 1].end == words[index].start:
        index -= 1
        word = words[index]
        if word.text in ('"', "*", "/"):
            return False
        if len(word.text) > 2 and word.text[0].isalpha() and word.word not in _NAME_PARTS:
            return True
    return False


def _is_joined(words: list[Token], index: int) -> bool:
    """Tell "-containing", "-bearing" behind a name, and a dash between words."""
    if index + 1 >= len(words):
        return False
    return words[index].start > words[index - 1].end or words[index + 1].word in _JOINED


def _starts_name(words: list[Token], index: int) -> bool:
    """Tell the locant of "a pyrimidine 2'-deoxyribonucleoside" from a number that follows a name."""
    if index + 1 >= len(words) or not words[index].text[0].isdigit():
        return False
    behind = words[index + 1]
    return behind.start == words[index].end and behind.text in "'-,"


def _may_follow(after: Token) -> bool:
    word = after.word
    is_small = word in FOLLOWERS or word in PARTICIPLES or after.text in "()-'\"/"
    return is_small or word.endswith("ly") or number_value(word) is not None


def _shares_head(words: list[Token], mention: Mention) -> bool:
    """Tell "hydroxy and methoxy groups": the head stands behind the last name."""
    return any(word.word in _HEADS_SHARED for word in words[mention.end : mention.end + 6])


def _class_fits(name: str, governor: Governor, quantity: Quantity) -> bool:
    """Check that a molecule is said to be of a class, or to contain one thing of it ("has an aromatic ether")."""
    if quantity.value > 1:
        return False
    return governor.kind == "be" or (governor.kind in ("have", "exist") and is_local(name))


def _element_fits(words: list[Token], mention: Mention, governor: Governor, after: Token | None) -> bool:
    if mention.has_head:
        is_atom = words[mention.end - 1].word in ("atom", "substituent", "center")
        return is_atom and (after is None or _may_follow(after))
    if mention.term.subject in _ALSO_WORDS and governor.kind not in ("have", "exist"):
        return False
    if governor.kind == "be" and (after is None or after.text != "-"):
        return False
    return after is None or _may_follow(after)


def _predicate_fits(words: list[Token], mention: Mention, governor: Governor) -> bool:
    """Check that an adjective is said of the molecule: "is aromatic", "an aromatic compound"."""
    if governor.kind != "be":
        return False
    behind = words[mention.end : mention.end + 2]
    if behind and behind[0].word in _HEADS_OF_ADJECTIVES:
        behind = behind[1:]
        return not behind or _may_follow(behind[0])
    return not behind or (behind[0].text != "-" and _may_follow(behind[0]) and not behind[0].text.isdigit())
