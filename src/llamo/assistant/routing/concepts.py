"""The facts that a sentence names: by the table's own phrases, or by the claim checker's lexicon."""

from __future__ import annotations

from typing import NamedTuple

from llamo.assistant.routing.intents import contrary_phrases, phrase_table, subject_table
from llamo.assistant.routing.phrases import longest_phrase
from llamo.assistant.routing.question_words import is_determiner
from llamo.chem.claim_property_synonyms import ELEMENTS
from llamo.chem.claim_terms import Mention, Term, mention_at
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import number_value, word_set

GROUP, ELEMENT, RING_SIZE, UNSUPPORTED = "group", "element", "ring_size", "unsupported"

_SYMBOLS = frozenset(ELEMENTS.values())
_WINDOW = 16  # tokens in which a name of the lexicon is looked for
_BEFORE_SYMBOL = word_set("many of any a an contain have has the")
_GROUP_LIKE = frozenset(("halogen", "heteroatom", "metal"))
_WHOLES = frozenset({
    "fragments/salt", "charge/ion", "charge/cation", "charge/anion", "charge/zwitterion", "radical/radical",
    "ring/steroid skeleton", "ring/macrocycle", "acid_base/acid", "acid_base/base",
})  # fmt: skip
NEUTRAL = "neutral"
_NEUTRAL = [["neutral", noun] for noun in ("molecule", "compound", "species", "structure", "m")]
_PART_NOUNS = word_set("group ring moiety atom bond linkage skeleton system center oxygen nitrogen carbon count proton "
                       "site number unit function hydrogen")  # fmt: skip
# Nouns that may follow a name without making it something else: "amide group", but not "carbon chain".
_HEADS = {
    GROUP: word_set("group moiety functionality functional function unit ring substituent linkage bond system core "
                    "skeleton motif compound molecule nucleus scaffold atom derivative") - {"derivative", "scaffold"},
    ELEMENT: word_set("atom element"),
    "": word_set("atom group moiety compound molecule system site center"),
}  # fmt: skip


class Concept(NamedTuple):
    """A fact that a sentence names.

    Attributes:
        name: An intent, or `GROUP`, `ELEMENT`, `RING_SIZE`, whose intent the form of the question decides, or
            `UNSUPPORTED` for what the lexicon knows and no intent covers.
        term: What the claim checker's lexicon says it is; None for the table's own phrases.
        is_contrary: Whether the words ask for the contrary, as "meso" does of being chiral.
    """

    name: str
    term: Term | None = None
    is_contrary: bool = False


def concept_at(words: list[Token], position: int) -> tuple[Concept | None, int]:
    """Find the longest fact named at a place, and where its name ends."""
    if position >= len(words):
        return None, position
    own, own_end = longest_phrase(phrase_table(), words, position)
    found = [
        _symbol(words, position),
        (_own_concept(own, words[position:own_end]), own_end),
        _ring_of_size(words, position),
        _mentioned(words, position, own_end),
    ]
    return max(found, key=lambda one: one[1] if one[0] is not None else -1)


def presumed_at(words: list[Token], position: int) -> tuple[Concept | None, int]:
    """Read a noun that stands for the whole molecule and presumes what it is: "this ester", "the salt".

    "The" does so only with nouns for wholes: "the ester" may be a part of the molecule, "the salt" is none.
    """
    article = words[position].word
    start = position + 1
    while start < len(words) and words[start].word in ("whole", "entire", "drawn"):
        start += 1
    if article in ("this", "the") and [token.word for token in words[start : start + 2]] in _NEUTRAL:
        return Concept(UNSUPPORTED, Term("charge", NEUTRAL)), start + 2
    mention = _mention_at(words, start)
    if article not in ("this", "the", "whole", "entire") or mention is None or mention.has_head:
        return None, position
    term, end = mention.term, start + mention.name_end
    if term.kind == "acid_base" and (end > start + 1 or words[start].word not in ("acid", "base")):
        return None, position  # "the acidic protons"
    name = f"{term.kind}/{term.subject}"
    is_whole = name in _WHOLES or term.kind == "class"
    is_named = term.role == "noun" and (term.kind in ("group", "acid_base") or name in _WHOLES)
    has_noun_behind = end < len(words) and words[end].word in _PART_NOUNS
    if has_noun_behind or not (is_whole or (article == "this" and is_named)):
        return None, position
    return Concept(UNSUPPORTED, term), end


def _mention_at(words: list[Token], position: int) -> Mention | None:
    """Find the name of the lexicon that begins at a place; its ends count from there."""
    window = words[position : position + _WINDOW]
    return mention_at(window, 0) if window else None


def _own_concept(name: str | None, words: list[Token]) -> Concept | None:
    if name is None:
        return None
    row = [token.word for token in words]
    key = tuple(word for place, word in enumerate(row) if not place or not is_determiner(word))
    return Concept(name, is_contrary=key in contrary_phrases())


def _mentioned(words: list[Token], position: int, other_end: int) -> tuple[Concept | None, int]:
    """Find a name of the claim checker's lexicon that is longer than another reading, with the noun behind it."""
    mention = _mention_at(words, position)
    if mention is None or position + mention.name_end <= other_end:
        return None, position
    concept = _concept_of(mention.term)
    heads = _HEADS.get(concept.name, _HEADS[""])
    end = position + mention.name_end
    while end < len(words) and words[end].word in heads:
        end += 1
    return concept, end


def _concept_of(term: Term) -> Concept:
    """Say what a name of the lexicon asks for."""
    name = subject_table().get(f"{term.kind}/{term.subject}")
    if name is not None:
        return Concept(name, term)
    if term.kind == "isotope":
        return Concept("isotopes", term)
    if term.kind == "atom_count" and term.subject in _SYMBOLS:
        return Concept(ELEMENT, term)
    if term.kind == "ring" and term.subject.endswith("-membered ring"):
        return Concept(RING_SIZE, term)
    if term.kind in ("group", "ring") or (term.kind == "atom_count" and term.subject in _GROUP_LIKE):
        return Concept(GROUP, term)
    return Concept(UNSUPPORTED, term)


def _symbol(words: list[Token], position: int) -> tuple[Concept | None, int]:
    """Read an element's symbol where it can be nothing else: "N atoms", "how many Cl"."""
    token = words[position]
    if token.text not in _SYMBOLS:
        return None, position
    behind = words[position + 1].word if position + 1 < len(words) else ""
    before = words[position - 1].word if position else ""
    if behind == "atom":
        return Concept(ELEMENT, Term("atom_count", token.text, "element")), position + 2
    if token.text != "I" and (behind == "count" or before in _BEFORE_SYMBOL):
        return Concept(ELEMENT, Term("atom_count", token.text, "element")), position + 1
    return None, position


def _ring_of_size(words: list[Token], position: int) -> tuple[Concept | None, int]:
    """Read "ring of size 6", "rings with five atoms", and "six-membered" without its noun."""
    row = [token.word for token in words[position : position + 6]]
    if len(row) > 1 and row[1] == "membered" and (number_value(row[0]) or 0) > 2:
        return Concept(RING_SIZE, Term("ring", f"{number_value(row[0])}-membered ring")), position + 2
    if (
        len(row) < 3
        or row[0] not in ("ring", "cycle")
        or row[1] not in ("of", "with", "containing", "having")
    ):
        return None, position
    place = 3 if row[2] in ("size", "exactly") else 2
    size = number_value(row[place]) if place < len(row) else None
    if size is None or size < 3:
        return None, position
    end = place + 1
    if end < len(row) and row[end] in ("atom", "member"):
        end += 1
    elif place == 2 and row[1] != "of":
        return None, position
    return Concept(RING_SIZE, Term("ring", f"{size}-membered ring")), position + end
