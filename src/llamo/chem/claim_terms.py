"""The lexicon: which words name something that can be claimed, found in a row of tokens.

Built once from the group catalogue and the two tables of synonyms. The longest name wins, so that "carboxylic acid
ester" is an ester and "hydroxamic acid" no acid and no amide.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple, cast

from llamo.chem.claim_classes import class_names
from llamo.chem.claim_composed_names import composed_name
from llamo.chem.claim_group_synonyms import GROUP_NOUNS, PREFIXES, read_table
from llamo.chem.claim_property_synonyms import ELEMENTS, PREDICATES, PROPERTY_NOUNS
from llamo.chem.claim_ring_readings import RING_NAMES
from llamo.chem.claim_tokens import Token, plain_text, tokens
from llamo.chem.claim_types import Comparison, Kind
from llamo.chem.claim_words import HEADS, number_value
from llamo.chem.groups import GROUP_NAMES

Role = Literal["noun", "prefix", "element", "predicate", "class"]
_SUFFIXES = (" group", " ring", " skeleton", " compound")


class Term(NamedTuple):
    """A name's meaning.

    Attributes:
        kind: What sort of fact.
        subject: What is counted.
        role: How the word is used.
        value: Number that the word itself says ("diol": 2), or None.
        comparison: How the value is meant.
        negated: Whether the word denies ("acyclic").
    """

    kind: Kind
    subject: str
    role: Role = "noun"
    value: int | None = None
    comparison: Comparison = ">="
    negated: bool = False


class Mention(NamedTuple):
    """A term in a sentence: tokens[first:end] with its head noun; the name itself ends at `name_end`."""

    term: Term
    first: int
    name_end: int
    end: int
    has_head: bool


Key = tuple[str, ...]


@lru_cache(maxsize=1)
def lexicon() -> dict[str, dict[Key, Term]]:
    """All names, by their first word."""
    terms = {_key(form): Term("class", name, "class") for form, name in class_names().items()}
    for group in (*GROUP_NAMES, *RING_NAMES):
        terms.update(_catalogue_terms(group))
    for name, forms in read_table(PROPERTY_NOUNS).items():
        kind, _, subject = name.partition("/")
        terms.update({_key(form): Term(cast(Kind, kind), subject) for form in forms})
    for subject, forms in read_table(GROUP_NOUNS).items():
        if not subject.endswith((*_SUFFIXES, " substituent")):
            terms.setdefault(_key(subject), Term(_group_kind(subject), subject))
        for form in forms:
            terms.update(_group_term(subject, form))
    for name, symbol in ELEMENTS.items():
        terms[_key(name)] = Term("atom_count", symbol, "element")
    for name, (meaning,) in read_table(PREDICATES).items():
        terms[_key(name)] = _predicate(meaning)
    by_first: dict[str, dict[Key, Term]] = {}
    for key, term in terms.items():
        by_first.setdefault(key[0], {})[key] = term
    return by_first


def _predicate(meaning: str) -> Term:
    """Read "ring / cyclicity == 2", "ring / ring >= 1 not"."""
    kind, rest = meaning.split(" / ")
    *subject, comparison, value = rest.removesuffix(" not").split()
    is_denial = rest.endswith(" not")
    name = " ".join(subject)
    return Term(cast(Kind, kind), name, "predicate", int(value), cast(Comparison, comparison), is_denial)


def _group_kind(subject: str) -> Kind:
    return "ring" if subject in RING_NAMES else "group"


def _catalogue_terms(name: str) -> dict[Key, Term]:
    terms = {_key(name): Term(_group_kind(name), name)}
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            bare = name.removesuffix(suffix)
            role: Role = "prefix" if bare in PREFIXES else "noun"
            terms[_key(bare)] = Term(_group_kind(name), name, role)
    return terms


def _group_term(subject: str, form: str) -> dict[Key, Term]:
    form, _, number = form.partition(":")
    value = int(number.rstrip("+")) if number else None
    role: Role = "prefix" if form in PREFIXES else "noun"
    comparison: Comparison = "==" if value and not number.endswith("+") else ">="
    return {_key(form): Term(_group_kind(subject), subject, role, value, comparison)}


def _key(form: str) -> Key:
    plain = plain_text(form)
    return tuple(token.word for token in tokens(plain, 0, len(plain)) if token.text != "-")


def find_mentions(words: list[Token]) -> list[Mention]:
    """Find the terms of a sentence from left to right; overlapping ones give way to the longer."""
    mentions: list[Mention] = []
    position = 0
    while position < len(words):
        mention = mention_at(words, position)
        if mention is None:
            position += 1
            continue
        mentions.append(mention)
        position = mention.end
    return mentions


def mention_at(words: list[Token], first: int) -> Mention | None:
    """Find the term that begins at a place; None where none does."""
    return _sized_ring(words, first) or _term_at(words, first)


def _term_at(words: list[Token], first: int) -> Mention | None:
    candidates = lexicon().get(words[first].word, {})
    if not candidates and composed_name(words[first].word):
        return _with_head(words, first, first + 1, Term("class", words[first].word, "class"))
    best: tuple[int, Term] | None = None
    key: list[str] = []
    for index in range(first, min(first + 9, len(words))):
        if words[index].text != "-":
            key.append(words[index].word)
            term = candidates.get(tuple(key))
            if term is not None:
                best = index + 1, term
    return _with_head(words, first, *best) if best else None


def _with_head(words: list[Token], first: int, name_end: int, term: Term) -> Mention:
    """Take in the nouns behind a name: "carboxylic acid [functional group]"."""
    end = name_end
    while end < len(words) and words[end].word in HEADS and term.role != "predicate":
        end += 1
    if end < len(words) - 1 and words[end].text == "(" and words[end + 1].text.startswith("-"):
        end = _skip_parenthesis(words, end)
    return Mention(term, first, name_end, end, end > name_end)


def _skip_parenthesis(words: list[Token], start: int) -> int:
    for index in range(start, min(start + 8, len(words))):
        if words[index].text == ")":
            return index + 1
    return start


def _second_size(words: list[Token], index: int) -> Mention | None:
    """Find the second size of "a five-membered and a six-membered ring"."""
    if index >= len(words) or words[index].word not in ("and", "or", ","):
        return None
    while index < len(words) and words[index].word in ("and", "or", ",", "a", "an", "one"):
        index += 1
    return _sized_ring(words, index) if index < len(words) else None


_FEATURES = {
    "aromatic": "aromatic", "nonaromatic": "non-aromatic", "saturated": "saturated", "fused": "fused",
    "heterocyclic": "heterocyclic", "heteroaromatic": "aromatic heterocyclic", "carbocyclic": "carbocyclic",
    "aliphatic": "non-aromatic", "alicyclic": "non-aromatic",
}  # fmt: skip
_RING_NOUNS = {
    "ring": "",
    "cycle": "",
    "heterocycle": "heterocyclic",
    "carbocycle": "carbocyclic",
    "heteroring": "heterocyclic",
}


def _sized_ring(words: list[Token], first: int) -> Mention | None:
    """Find "six-membered [aromatic] ring"; the first number of "five- and six-membered" counts alone."""
    size = number_value(words[first].word)
    if size is None or size < 3:
        return None
    index = first + 1
    while index < len(words) and words[index].text in "-,":
        index += 1
    if (
        index + 1 < len(words)
        and words[index].word in ("and", "or", "to")
        and number_value(words[index + 1].word)
    ):
        other = _sized_ring(words, index + 1)
        return Mention(Term("ring", f"{size}-membered ring"), first, index, index, True) if other else None
    if index >= len(words) or words[index].word not in ("membered", "member"):
        return None
    other = _second_size(words, index + 1)
    if other is not None:
        features = other.term.subject.split()[1:]
        return Mention(
            Term("ring", " ".join([f"{size}-membered", *features])), first, index + 1, index + 1, True
        )
    features = []
    for position in range(index + 1, min(index + 6, len(words))):
        word = words[position].word
        if word in _RING_NOUNS:
            features += _RING_NOUNS[word].split()
            subject = " ".join([f"{size}-membered", *sorted(set(features)), "ring"])
            return _with_head(words, first, position + 1, Term("ring", subject))
        if word in _FEATURES:
            features += _FEATURES[word].split()
        elif words[position].text != "-":
            return None
    return None
