"""Turning yes-or-no questions into statements: "Does aspirin contain an amide?" -> "It contains an amide."."""

from __future__ import annotations

import re

_AUXILIARY = re.compile(
    r"^\s*(?P<aux>does|do|did|can|is|are|was|has|have|isn't|doesn't|aren't|hasn't|any)\b\s*", re.IGNORECASE
)
_LINK = re.compile(r"^\s*(?:so|and|also|but|then|ok|okay)\W+(.*)$", re.IGNORECASE)
_SUBJECT = re.compile(
    r"""^(?:(?:the|this|that|these|your|our|my|either|each)\ (?:\w+\ ){0,3}?
        (?:molecule|compound|structure|substance|drug|species|ion|salt|one|anion|cation|entity|chemical|agent|ligand
            |mixture|sample)(?:\ [123AB])?
        |it|this|that|you\ see|we\ see)\b\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_VERBS = re.compile(
    r"""\b(contain|have|has|possess|bear|feature|carry|include|lack|incorporate|consist|comprise|show|exhibit|act
        |behave|serve|belong|display)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_THERE = re.compile(r"^there\b\s*", re.IGNORECASE)
_PRESENT = re.compile(
    r"\b(?:also |really |actually )?(?:present|found|part of|in (?:it|this|the))\b", re.IGNORECASE
)
_NAMED = re.compile(
    r"^[A-Za-z][\w-]* (?=an? |not |aromatic|acidic|basic|chiral|achiral|neutral|cyclic|acyclic|charged)"
)
_MAX_SUBJECT_WORDS = 4  # "the molecule shown here"; longer ones are clauses


def starts_with_verb(question: str) -> bool:
    """Tell a yes-or-no question, and "Any aromatic rings?"."""
    return bool(_AUXILIARY.match(question))


def as_statement(question: str) -> str | None:
    """Turn a yes-or-no question into the statement that "yes" makes; None if it is no such question."""
    body = question.rstrip(" ?!.\"'")
    match = _AUXILIARY.match(body)
    if match is None:
        linked = _LINK.match(body)
        return as_statement(linked[1]) if linked else None
    verb = match["aux"].lower()
    rest = re.sub(r"\bany\b", "a", body[match.end() :].replace(" or not", ""))
    if verb == "any":
        return f"There are {rest}."
    there = _THERE.match(rest)
    if there:
        return f"There is {rest[there.end() :]}."
    subject = _SUBJECT.match(rest)
    if verb in ("does", "do", "did", "can", "doesn't"):
        return _with_full_verb(rest, subject, is_ability=verb == "can")
    if verb in ("has", "have", "hasn't"):
        return f"It has {rest[subject.end() :]}." if subject else None
    return f"It is {rest[subject.end() :]}." if subject else _with_name(rest)


def _with_full_verb(rest: str, subject: re.Match[str] | None, *, is_ability: bool) -> str | None:
    if subject is not None:
        return f"It {rest[subject.end() :]}."
    verb = _VERBS.search(rest)
    if verb is None or len(rest[: verb.start()].split()) > _MAX_SUBJECT_WORDS:
        return None
    if is_ability and verb[1].lower() not in ("act", "behave", "serve"):
        return None
    return f"It {rest[verb.start() :]}."


def _with_name(rest: str) -> str | None:
    """Read what follows "is": "an amide present?" and "aspirin an acid?"."""
    if "absent" in rest:
        return None
    present = _PRESENT.search(rest)
    if present:
        return f"There is {rest[: present.start()].strip()}."
    named = _NAMED.match(rest)
    return f"It is {rest[named.end() :]}." if named else None
