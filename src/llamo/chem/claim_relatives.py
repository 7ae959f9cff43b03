"""Names that speak of a relative of the molecule: of its parent, of what has been changed, of another compound.

Captions describe a molecule by what it was made from in thought: "4-aminoquinazoline in which the amino group is
substituted by ...", "the ether of the phenolic hydroxy group of naphthol", "1,3-dithiol with both sulfhydryls bearing
sulfate groups". What is said there of the parent need not hold for the molecule.
"""

from __future__ import annotations

from itertools import pairwise

from llamo.chem.claim_governors import Governor
from llamo.chem.claim_quantities import Quantity, is_locant
from llamo.chem.claim_terms import Mention
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import DETERMINERS, MANY, number_value, word_set

_CHANGED = word_set(
    "substituted acylated acetylated replaced esterified etherified methylated oxidised oxidized reduced "
    "phosphorylated glycosylated hydroxylated alkylated benzoylated protected amidated sulfated converted "
    "hydrogenated dehydrated deprotonated"
)
_BEARING = word_set("bearing carrying")
_DETERMINING = DETERMINERS | MANY | {"no", "not", "both", "member"}
_HANDLED = word_set(
    "stored supplied sold available marketed handled shipped isolated administered given excreted taken obtained used "
    "prescribed formulated dosed purified crystallized crystallised precipitated eliminated transported delivered"
)
_PASSED = word_set(
    "which that in turn is are has have been being both all also each further , at position and"
)
_REACH = 9  # words behind a name in which its change is looked for
_ITS_OWN = word_set(
    "molecule compound structure it ring chain system core skeleton scaffold backbone substituent group moiety "
    "side part half end unit benzene ion anion cation"
)
_LIST_OF_CLASSES = (
    ("and", "derivative"),
    ("and", "o", "-"),
    ("and", "n", "-"),
    ("and", "their"),
    ("and", "related"),
)


def is_changed(words: list[Token], mention: Mention, governor: Governor) -> bool:
    """Tell "an isopropyl group at position 2 which in turn is substituted by", "with both thiols bearing"."""
    index = mention.end
    if mention.term.kind == "atom_count" and index < len(words):
        return words[index].word in ("substituted", "replaced")
    if mention.term.kind != "group" or governor.kind == "be":
        return False
    if governor.kind == "having" and index < len(words) and words[index].text.lower() in _BEARING:
        return True
    has_relative = False
    for word in words[index : index + _REACH]:
        if word.word in _CHANGED:
            return has_relative
        has_relative = has_relative or word.word in ("which", "that", "is", "are")
        if word.word not in _PASSED and not word.text[0].isdigit() and word.text not in "'-":
            return False
    return False


def belongs_elsewhere(words: list[Token], mention: Mention, quantity: Quantity) -> bool:
    """Tell "the hydroxy group of 2-naphthol": the group of something else that is named."""
    index = mention.end
    if not quantity.is_definite or index + 1 >= len(words) or words[index].word != "of":
        return False
    behind = [word.word for word in words[index + 1 : index + 5]]
    return not any(word in _ITS_OWN for word in behind)


def is_proper_name(words: list[Token], gap: list[Token], mention: Mention, governor: Governor) -> bool:
    """Tell a compound's name, "is biotin sulfoxide", "consists of urea with ...", from "is a sulfoxide"."""
    is_parent = words[governor.first].word in ("consist", "consisting") and mention.term.kind in (
        "group",
        "class",
    )
    if mention.term.role not in ("noun", "class") or not (governor.kind == "be" or is_parent):
        return False
    if any(word.text == "(" and before.end == word.start for before, word in pairwise(gap)):
        return True  # "is a poly(ethylene glycol)"
    if any(word.word in _DETERMINING for word in gap):
        return False
    if any(number_value(word.word) and not is_locant(gap, index) for index, word in enumerate(gap)):
        return False
    name = words[mention.end - 1]
    is_singular = name.text.lower() == name.word
    if mention.term.role == "class" and is_singular and governor.kind == "be":
        return True  # "is 4-nitrophenol"
    if is_parent and not mention.has_head and is_singular:
        return True
    return bool(gap) and gap[-1].text.isalpha() and len(gap[-1].text) > 2 and governor.kind == "be"


def is_form_of_use(words: list[Token], mention: Mention) -> bool:
    """Tell "is stored as a hydrate", "is supplied as its sodium salt": a form in which it is handled."""
    before = [word.word for word in words[max(0, mention.first - _REACH) : mention.first]]
    return any(verb in _HANDLED and preposition == "as" for verb, preposition in pairwise(before))


def names_wider_class(words: list[Token], mention: Mention) -> bool:
    """Tell "dicarboxylic acids and O-substituted derivatives", a class that holds the derivatives as well."""
    behind = tuple(word.word for word in words[mention.end : mention.end + 3])
    return any(behind[: len(form)] == form for form in _LIST_OF_CLASSES)
