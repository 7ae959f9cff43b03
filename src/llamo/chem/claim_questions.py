"""Reading an answer together with its question: "Does it contain an amide?" - "No." denies the amide."""

from __future__ import annotations

import re
from dataclasses import replace

from llamo.chem.claim_extraction import find_claims
from llamo.chem.claim_reader import Topic
from llamo.chem.claim_statements import as_statement, starts_with_verb
from llamo.chem.claim_terms import Mention, find_mentions
from llamo.chem.claim_tokens import Token, plain_text, tokens
from llamo.chem.claim_types import Claim
from llamo.chem.claim_words import HEADS, MOLECULE, number_value, word_set

_YES_NO = re.compile(
    r"""\s*["'*]*(?P<word>yes|no|correct|indeed|true|false|right|nope|yep|yeah|incorrect|wrong|not\ at\ all)\b
    (?!\s+(?:\w+\s+){0,3}(?:group|ring|atom|charge)s?\s+(?:is|are)\b)""",  # "No amide groups are present."
    re.IGNORECASE | re.VERBOSE,
)
_NO = frozenset(("no", "false", "nope", "incorrect", "wrong", "not at all"))
_LIST = re.compile(r"\b(?:what|which|name|list|identify|describe)\b|\bor an?\b", re.IGNORECASE)
_QUANTITIES = (
    ("formula", re.compile(r"\bformula\b|\belemental composition\b", re.IGNORECASE)),
    ("mass", re.compile(r"\b(?:mass|weight|weigh|MW)\b", re.IGNORECASE)),
    ("charge", re.compile(r"\bcharge\b", re.IGNORECASE)),
)
_HOW_MANY = re.compile(
    r"\bhow many\b|(?<!larger )\bnumber of\b|\bcount (?:the|of)\b|\bcount\b", re.IGNORECASE
)
_ORDINARY = word_set(
    "does what which many have contain there this that about with your from they other enzyme reaction present"
)
_COUNTED_FROM = 12  # tokens of an answer in which its bare number is looked for


def find_answer_claims(text: str, question: str) -> list[Claim]:
    """Find the claims of an answer, those included that only its question spells out."""
    lines = plain_text(question.strip()).splitlines()
    if not lines:
        return find_claims(text)
    # The last question counts; what stands before it in the same message sets the scene.
    asked = re.split(r"(?<=[.!?])\s+", lines[-1].strip())[-1]
    claims = find_claims(text, _topic(asked))
    for claim in (*_confirmed(text, asked), *_counted(text, asked)):
        if _statement_of(claim) not in {_statement_of(other) for other in claims}:
            claims.append(claim)
    return sorted(claims, key=lambda claim: (claim.start, claim.end))


def _statement_of(claim: Claim) -> tuple[object, ...]:
    return claim.kind, claim.subject, claim.value, claim.comparison, claim.negated


def _topic(asked: str) -> Topic:
    quantity = ""
    if not starts_with_verb(asked):
        quantity = next((name for name, pattern in _QUANTITIES if pattern.search(asked)), "")
    words = tokens(asked, 0, len(asked))
    known = {token.word for mention in find_mentions(words) for token in words[mention.first : mention.end]}
    known |= MOLECULE | HEADS | _ORDINARY
    names = {word.word for word in words if word.word.isalpha() and len(word.word) > 3}
    is_list = bool(_LIST.search(asked)) and not _HOW_MANY.search(asked)
    return Topic(names=frozenset(names - known), is_list=is_list, quantity=quantity)


def _confirmed(text: str, asked: str) -> list[Claim]:
    """Read a yes or no: the question as a statement, affirmed or denied."""
    answer, statement = _YES_NO.match(plain_text(text)), as_statement(asked)
    if answer is None or statement is None:
        return []
    claims = find_claims(statement)
    is_no = answer["word"].lower() in _NO
    if len(claims) > 1 and re.search(r"\band\b" if is_no else r"\bor\b", statement):
        return []  # "not both" and "one of them" say nothing of each
    start, end = answer.span("word")
    said = text[start:end]
    return [replace(one, text=said, start=start, end=end, negated=one.negated != is_no) for one in claims]


def _counted(text: str, asked: str) -> list[Claim]:
    """Read a bare number as the answer to "how many": "Three." to "How many rings does it have?"."""
    how_many = _HOW_MANY.search(asked)
    if how_many is None:
        return []
    words = tokens(asked, how_many.end(), len(asked))
    mention = next(iter(find_mentions(words)), None)
    if mention is None or mention.first > 4 or _is_narrowed(words, mention):
        return []
    plain = plain_text(text)
    for token in tokens(plain, 0, len(plain))[:_COUNTED_FROM]:
        value = 0 if token.word in ("none", "zero", "no") else number_value(token.word)
        if token.word in (",", ".") and token.start > 0:
            return []
        if value is not None:
            if _has_noun(plain, token):
                return []  # and so a claim of its own
            term, start, end = mention.term, token.start, token.end
            return [Claim(term.kind, text[start:end], start, end, term.subject, value, "==", False)]
    return []


def _has_noun(plain: str, token: Token) -> bool:
    behind = find_mentions(tokens(plain, token.end, min(len(plain), token.end + 60)))
    return bool(behind) and behind[0].first <= 2


def _is_narrowed(words: list[Token], mention: Mention) -> bool:
    """Tell "how many terminal amides" and "... on the ring": what is counted is not just the name."""
    before = {word.word for word in words[: mention.first]}
    after = words[mention.end].word if mention.end < len(words) else ""
    is_plain = before <= {"the", "of", "different", "a", "total", "all", "functional"}
    return not is_plain or after in ("attached", "on", "bonded", "at", "than")
