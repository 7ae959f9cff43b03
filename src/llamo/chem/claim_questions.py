"""Reading an answer together with its question: "Does it contain an amide?" - "No." denies the amide."""

from __future__ import annotations

import re
from dataclasses import replace

from llamo.chem.claim_extraction import find_claims
from llamo.chem.claim_labels import COUNT, talks_of_stereo
from llamo.chem.claim_reader import Topic
from llamo.chem.claim_statements import as_statement, starts_with_verb
from llamo.chem.claim_terms import Mention, Term, find_mentions
from llamo.chem.claim_tokens import Token, plain_text, tokens
from llamo.chem.claim_types import Claim
from llamo.chem.claim_words import HEADS, MOLECULE, number_value, word_set

_YES_NO = re.compile(
    r"""\s*["'*]*(?P<word>yes|no|correct|indeed|true|false|right|nope|yep|yeah|incorrect|wrong|not\ at\ all)\b
    (?!\s+(?:\w+\s+){0,3}(?:group|ring|atom|charge)s?\s+(?:is|are)\b)""",  # "No amide groups are present."
    re.IGNORECASE | re.VERBOSE,
)
_NO = frozenset(("no", "false", "nope", "incorrect", "wrong", "not at all"))
_AND_NUMBER = re.compile(
    rf"""\W*(?:(?:there\ (?:is|are)|it\ (?:has|contains|does)|exactly|just|only|namely|in\ fact|I\ (?:see|count))
    [\s,:]+)*
    (?P<count>{COUNT})(?:\s+of\s+(?:them|those|these))?(?:\s+in\ total|\s+in\ all)?\s*(?:[.!,;)]|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTABLE = frozenset(("group", "ring", "atom_count", "stereo", "bonds", "h_bond"))
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
# "And the rings?" asks for a number where the answer is one.
_WHAT_ABOUT = re.compile(r"^(?:and|what about|how about)\b(?!\s+(?:is|are|does|do)\b)", re.IGNORECASE)
_BEFORE_NUMBER = word_set("just only exactly there are is it has")
_RING_SORTS = word_set("aromatic saturated heterocyclic fused")
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
    mentions = find_mentions(words)
    known = {token.word for mention in mentions for token in words[mention.first : mention.end]}
    known |= MOLECULE | HEADS | _ORDINARY
    names = {word.word for word in words if word.word.isalpha() and len(word.word) > 3}
    is_list = bool(_LIST.search(asked)) and not _HOW_MANY.search(asked)
    return Topic(
        names=frozenset(names - known),
        is_list=is_list,
        quantity=quantity,
        kinds=frozenset(mention.term.kind for mention in mentions)
        | ({"stereo"} if talks_of_stereo(asked) else set()),
        counted=_asked_count(asked),
    )


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
    confirmed = [
        replace(one, text=said, start=start, end=end, negated=one.negated != is_no) for one in claims
    ]
    return confirmed + _added_number(text, end, claims, is_no=is_no)


def _added_number(text: str, start: int, claims: list[Claim], *, is_no: bool) -> list[Claim]:
    """Read the number behind the word: "Yes, two of them", "No, it has three" to "Does it have two rings?"."""
    match = _AND_NUMBER.match(plain_text(text), start)
    if match is None or len(claims) != 1 or claims[0].kind not in _COUNTABLE or claims[0].negated:
        return []
    is_counted = claims[0].value != 1 or claims[0].comparison != ">="
    value = number_value(match["count"].lower())
    if value is None or (is_no and not is_counted) or (value == 0 and not is_no):
        return []
    first, last = match.span("count")
    number = replace(claims[0], text=text[first:last], start=first, end=last, value=value, comparison="==")
    return [number]


def _counted(text: str, asked: str) -> list[Claim]:
    """Read a bare number as the answer to "how many": "Three." to "How many rings does it have?"."""
    term = _asked_count(asked)
    plain = plain_text(text)
    words = tokens(plain, 0, len(plain))[:_COUNTED_FROM]
    if term is None or any(word.word in ("against", "versus") for word in words):
        return []
    is_short = _HOW_MANY.search(asked) is None
    for index, token in enumerate(words):
        value = 0 if token.word in ("none", "zero", "no") else number_value(token.word)
        if token.word in (",", ".") and token.start > 0:
            return []
        if value is None:
            if is_short and token.word not in _BEFORE_NUMBER:
                return []  # "And the rings?" - "They are fused; two ..."
            continue
        behind = words[index + 1].word if index + 1 < len(words) else ""
        if _has_noun(plain, token) or (is_short and behind.isalnum()):
            return []  # and so a claim of its own, or one of something else ("Two are R")
        return [Claim(term.kind, text[token.start : token.end], *token[2:], term.subject, value, "==", False)]
    return []


def _asked_count(asked: str) -> Term | None:
    """Find what a question asks the number of: "How many of the rings are aromatic?" -> aromatic ring."""
    question = _HOW_MANY.search(asked) or _WHAT_ABOUT.match(asked)
    if question is None:
        return None
    words = tokens(asked, question.end(), len(asked))
    mention = next(iter(find_mentions(words)), None)
    if mention is None or mention.first > 4:
        return None
    behind = words[mention.end :]
    if any(word.word == "of" for word in words[: mention.first]) and mention.term.subject == "ring":
        sort = next((word.word for word in behind[:2] if word.word in _RING_SORTS), "")
        return Term("ring", f"{sort} ring") if sort else None
    return None if _is_narrowed(words, mention) else mention.term


def _has_noun(plain: str, token: Token) -> bool:
    behind = find_mentions(tokens(plain, token.end, min(len(plain), token.end + 60)))
    return bool(behind) and behind[0].first <= 2


def _is_narrowed(words: list[Token], mention: Mention) -> bool:
    """Tell "how many terminal amides" and "... on the ring": what is counted is not just the name."""
    before = {word.word for word in words[: mention.first]}
    after = words[mention.end].word if mention.end < len(words) else ""
    is_plain = before <= {"the", "of", "different", "a", "total", "all", "functional", "its", "number", "any"}
    return not is_plain or after in ("attached", "on", "bonded", "at", "than", "size")
