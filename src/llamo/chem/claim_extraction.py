"""Finding claims in sentences: names of groups, rings, atoms and properties, and what is said of them.

A name makes a claim when it hangs on a verb or preposition that gives it to the molecule ("contains", "with",
"is", "due to its"), the subject is the molecule, and nothing in the clause makes the statement hypothetical or
one about another molecule. All else is left alone: a claim that is missed costs less than one that was not made.
"""

from __future__ import annotations

import re
from dataclasses import replace

from llamo.chem.claim_clauses import Clause, split_clauses
from llamo.chem.claim_comparisons import split_comparison
from llamo.chem.claim_formula import find_formulas
from llamo.chem.claim_labels import (
    find_charges,
    find_compositions,
    find_label_counts,
    find_ring_shares,
    find_stereo_labels,
)
from llamo.chem.claim_mass import find_masses
from llamo.chem.claim_reader import NO_TOPIC, ClauseReader, Topic
from llamo.chem.claim_subjects import which_molecule
from llamo.chem.claim_terms import Mention, find_mentions
from llamo.chem.claim_tokens import MAX_SENTENCE, Token, plain_text, sentences, tokens
from llamo.chem.claim_types import Claim

# "No, two rings" and "Neither: both have one" count; the word in front answers the question.
_ANSWER_WORD = re.compile(
    r"\s*(?:(?:no|nope)\s*[,:;](?=\s+(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)|neither\s*[,:;])",
    re.IGNORECASE,
)


def find_claims(text: str, topic: Topic = NO_TOPIC) -> list[Claim]:
    """Find the claims of a text, in its order.

    Args:
        text: Sentences about a molecule; questions among them claim nothing.
        topic: What the question before the text asked.
    """
    plain = _without_answer_word(plain_text(text))
    claims: list[Claim] = []
    about = ""
    for start, end in sentences(plain):
        if plain[end : end + 1] == "?":
            continue
        if end - start > MAX_SENTENCE:
            claims.append(Claim("unread", text[start:end], start, end, "sentence", end - start, "==", False))
            continue
        words = tokens(plain, start, end)
        compared = _comparison_claims(plain, words, topic)
        if compared:
            claims += [replace(claim, text=text[claim.start : claim.end]) for claim in compared]
            about = ""
            continue
        clauses = split_clauses(words)
        found = _sentence_claims(plain, start, end, words, clauses, topic)
        for clause in clauses:
            about = which_molecule(words[clause.first : clause.end], about)
            first, last = words[clause.first].start, words[clause.end - 1].end
            claims += [
                replace(claim, about=about, text=text[claim.start : claim.end])
                for claim in found
                if first <= claim.start < last
            ]
    return list(dict.fromkeys(claims))


def _without_answer_word(plain: str) -> str:
    match = _ANSWER_WORD.match(plain)
    return " " * match.end() + plain[match.end() :] if match else plain


def _sentence_claims(
    plain: str, start: int, end: int, words: list[Token], clauses: list[Clause], topic: Topic
) -> list[Claim]:
    is_hedged = any(clause.is_hedged for clause in clauses)
    claims = [] if is_hedged else _value_claims(plain, start, end, topic)
    spans = [(claim.start, claim.end) for claim in claims]
    mentions = [mention for mention in find_mentions(words) if not _overlaps(words, mention, spans)]
    for clause in clauses:
        if not clause.is_hedged:
            inside = [one for one in mentions if clause.first <= one.first and one.end <= clause.end]
            claims += ClauseReader(words, clause, topic).read(inside)
    return sorted(claims, key=lambda claim: claim.start)


def _comparison_claims(plain: str, words: list[Token], topic: Topic) -> list[Claim]:
    """Read "two rings for the first molecule against one for the second": each side for itself."""
    claims: list[Claim] = []
    for part in (parts := split_comparison(words)):
        start, end = part.words[0].start, part.words[-1].end
        found = _sentence_claims(plain, start, end, part.words, split_clauses(part.words), topic)
        claims += [replace(claim, about=part.about) for claim in found]
    counted = next(((one.kind, one.subject) for one in claims), None)
    if counted is None and topic.counted is not None:
        counted = topic.counted.kind, topic.counted.subject
    for part in parts:
        if part.number is not None and counted is not None:
            start, end = part.words[-1].start, part.words[-1].end
            claims.append(Claim(counted[0], "", start, end, counted[1], part.number, "==", False, part.about))
    return sorted(claims, key=lambda claim: claim.start)


def _overlaps(words: list[Token], mention: Mention, spans: list[tuple[int, int]]) -> bool:
    start, end = words[mention.first].start, words[mention.end - 1].end
    return any(start < last and first < end for first, last in spans)


def _value_claims(plain: str, start: int, end: int, topic: Topic) -> list[Claim]:
    """Find numbers, formulas and labels; a mass is none where its digits are a formula's or a charge's."""
    claims = [
        *find_formulas(plain, start, end, is_asked=topic.quantity == "formula"),
        *find_charges(plain, start, end, is_asked=topic.quantity == "charge"),
        *find_stereo_labels(plain, start, end),
        *find_label_counts(plain, start, end, is_asked="stereo" in topic.kinds),
        *find_ring_shares(plain, start, end),
        *find_compositions(plain, start, end),
    ]
    for mass in find_masses(plain, start, end, is_asked=topic.quantity == "mass"):
        if not any(mass.start < claim.end and claim.start < mass.end for claim in claims):
            claims.append(mass)
    return claims
