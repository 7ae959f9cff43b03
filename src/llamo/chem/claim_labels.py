"""Charges and stereo labels in sentences, which are written as signs and letters: "-1", "2+", "(2R,3S)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from llamo.chem.claim_property_synonyms import ELEMENTS
from llamo.chem.claim_types import Claim, Comparison
from llamo.chem.claim_words import NUMBER_WORDS

_UNCOUNTED = ("both", "single", "pair")
COUNT = rf"(?:\d{{1,2}}|{'|'.join(word for word in NUMBER_WORDS if word not in _UNCOUNTED)})"
_CHARGE = re.compile(
    rf"""\b(?P<what>(?:net|total|overall|molecular)?\s*(?:formal\ |ionic\ |electric(?:al)?\ )?charge)s?\b
    (?P<glue>(?:\s+(?:is|of|equals|equal\ to|at|on\ the\ molecule|of\ the\ (?:molecule|compound|ion|species)|overall
        |therefore|thus|also|exactly|not|being|:|=)\b|\s*[:=])*\s*)
    (?P<sign>[+-]|plus\ |minus\ |negative\ |positive\ )?(?P<number>{COUNT})(?P<after>[+-](?!\w))?(?![\w.]*\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNED = re.compile(
    r"(?<![\w)])(?P<sign>[+-])(?P<number>\d)\s+(?:net |overall |total )?charge\b"
    r"|\bcharge\s+(?P<number2>\d)(?P<sign2>[+-])"
)
_ALONE = re.compile(
    r"(?<![\w.])(?:(?P<sign>[+-])\s?(?P<number>\d)|(?P<number2>\d)(?P<sign2>[+-])|0|zero)(?![\w.]*\d)",
    re.IGNORECASE,
)
_LABELS = r"(?P<labels>\d*[a-z]?'{0,2}[RSEZ](?:\s*,\s*\d*[a-z]?'{0,2}[RSEZ])*)"
_BEFORE_NOUN = re.compile(
    rf"""(?<![\w\-(])\(?{_LABELS}\)?[\s-]+(?:configur\w*|enantiomer|stereoisomer|isomer|geometry|descriptor|form
        |stereochemistry|diastereomer|diastereoisomer|absolute\ configur\w*)\b(?!\s+(?:of|or)\b)""",
    re.VERBOSE,
)
_AFTER_NOUN = re.compile(
    rf"""\b(?:configur\w*|geometry|descriptors?)
    (?:\s+(?:is|are|as|of|at|the|its|that|this|stereocent\w+|center|centre|carbon|C-?\d+|atom|bond|double|both|:|being
        |labell?ed))*\s*:?\s*\(?{_LABELS}\)?(?![\w'-])""",
    re.VERBOSE,
)
# "Two are R", "one is S": of stereocentres, where the talk is of them.
_COUNTED = re.compile(
    rf"""\b(?P<count>{COUNT})(?:\s+of\s+(?:them|these|those|which|the\ others)|\s+(?:stereo)?cent(?:er|re)s?
        |\s+(?:stereocent\w+|double\ bonds?))?\s+(?:is|are|being|has|have)(?:\s+(?:the|an?|label?led|configured|in
        |configuration|label))*\s+\(?(?P<label>[RSEZ])\)?(?![\w'/-])(?!\s+or\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_POSITION = re.compile(
    r"(?:\bpositions?\b[\w\s,'-]*|\b[A-Z]?-|\bC\s?|'|\bat\s+)$"
)  # "at C-9 has Z", "2 and 4 have E"
_TALKS_OF_STEREO = re.compile(
    r"\bstereo|\bchiral|\bcent(?:er|re)s?\b|configur|descriptor|\blabels?\b|\bR/S\b|\bE/Z\b|\b[RE] or [SZ]\b|"
    r"double bond",
    re.IGNORECASE,
)
_NAMES_ONE = re.compile(r"enantiomer|isomer|form\b")  # "the (S)-enantiomer" is the molecule only after "is"
_IS_THE = re.compile(r"\b(?:is|as|has|are)(?: only)?(?: the| an?)?\s*\(?$")
_ELEMENT = rf"(?:{'|'.join(ELEMENTS)})"
_ONLY = re.compile(
    rf"""\b(?:only|solely|exclusively|purely|nothing\ but)\s+(?:of\s+)?(?:the\ elements\ )?
    (?P<elements>{_ELEMENT}(?:(?:,\s*|,?\s+and\s+){_ELEMENT})*)
    (?:\ atoms?)?(?=\s*(?:[.,;)]|$)|\s+(?:and|so|which|in)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_CONSISTS = re.compile(
    r"\b(?:contain\w*|consist\w*|composed|made(?: up)?|ha[sv]e?|compris\w+|built)\b[\w\s]{0,20}$"
)
_FOREIGN = re.compile(
    r"\b(?:enantiomer of|opposite|mirror image|instead of|rather than|unlike|racem\w+|mixture|either|or)\b"
)
_NEGATION = re.compile(r"\b(?:not|no|isn't|doesn't|without)\b")
_SHARE = re.compile(
    rf"""\b(?P<share>both|all|neither|none|each|{COUNT})
    (?P<of>\ of\ (?:the\ |its\ |these\ )?(?:them|which|these|those|rings|two\ rings|three\ rings|\d\ rings)
        |(?:\ the|\ its)?(?:\ \w+)?\ rings?)
    (?:\ is|\ are|\ being)?(?P<not>\ not)?\ (?P<what>aromatic|non-?aromatic|saturated|heterocyclic)\b(?!\ ring)""",
    re.IGNORECASE | re.VERBOSE,
)


def find_charges(plain: str, start: int, end: int, *, is_asked: bool = False) -> list[Claim]:
    """Find charges written as numbers; where the question asked for the charge, "+1" alone is one."""
    match = _CHARGE.search(plain, start, end)
    if match is not None:
        sign, value = (match["sign"] or "").strip().lower(), _number(match["number"])
        is_formal = "formal" in match["what"].lower() and "net" not in match["what"].lower()
        if is_formal or (value and not sign and not match["after"]):
            return []  # "a charge of one" leaves the sign open; formal charges sit on atoms
        is_negative = sign in ("-", "minus", "negative") or match["after"] == "-"
        return [_charge(plain, match, -value if is_negative else value, negated=" not " in match["glue"])]
    match = _SIGNED.search(plain, start, end) or (_ALONE.search(plain, start, end) if is_asked else None)
    if match is None:
        return []
    value = int(match["number"] or match["number2"] or 0)
    return [_charge(plain, match, -value if "-" in (match["sign"], match["sign2"]) else value)]


def _charge(plain: str, match: re.Match[str], value: int, *, negated: bool = False) -> Claim:
    end = match.end()
    start = end - len(match.group().lstrip())
    return Claim("charge", plain[start:end], start, end, "net charge", value, "==", negated)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else NUMBER_WORDS[text.lower()]


def find_stereo_labels(plain: str, start: int, end: int) -> list[Claim]:
    """Find configurations given by letters: "(R)-configured", "has the (2R,3S) configuration", "E geometry"."""
    if _FOREIGN.search(plain, start, end):
        return []
    claims: list[Claim] = []
    for pattern in (_BEFORE_NOUN, _AFTER_NOUN):
        for match in pattern.finditer(plain, start, end):
            before = plain[start : match.start("labels")]
            is_other = _NAMES_ONE.search(match.group()) and not _IS_THE.search(before)
            is_found = any(claim.start < match.end() and match.start() < claim.end for claim in claims)
            if not is_other and not is_found:
                claims += _label_claims(match, negated=bool(_NEGATION.search(before[-25:])))
    return claims


def find_label_counts(plain: str, start: int, end: int, *, is_asked: bool = False) -> list[Claim]:
    """Find "two are R and one is S" where question or text speak of stereochemistry."""
    if not (is_asked or talks_of_stereo(plain)) or _FOREIGN.search(plain, start, end):
        return []
    is_rest = "other" in plain[start:end]
    claims = []
    for match in _COUNTED.finditer(plain, start, end):
        if match["label"].isupper() and not _POSITION.search(plain[start : match.start()]):
            comparison: Comparison = ">=" if is_rest else "=="
            label, count = match["label"], _number(match["count"])
            claims.append(Claim("stereo", match.group(), *match.span(), label, count, comparison, False))
    return claims


def talks_of_stereo(text: str) -> bool:
    """Tell a text that is about stereocentres, configurations or labels."""
    return bool(_TALKS_OF_STEREO.search(text))


def _label_claims(match: re.Match[str], *, negated: bool) -> Iterator[Claim]:
    start, end = match.span()
    for label, count in Counter(re.findall(r"[RSEZ]", match["labels"])).items():
        yield Claim("stereo", match.group(), start, end, label, count, ">=", negated)


def find_ring_shares(plain: str, start: int, end: int) -> list[Claim]:
    """Find how many of the rings are aromatic: "both rings are aromatic", "2 rings, one of them aromatic"."""
    found = (_share_claim(match) for match in _SHARE.finditer(plain, start, end))
    return [claim for claim in found if claim is not None]


def _share_claim(match: re.Match[str]) -> Claim | None:
    share, what = match["share"].lower(), match["what"].lower().replace("nonar", "non-ar")
    (start, end), text, is_denied = match.span(), match.group(), bool(match["not"])
    if share in ("both", "all", "each", "neither", "none"):
        if what != "aromatic":
            return None
        is_none = (share in ("neither", "none")) != is_denied
        subject = "aromatic ring" if is_none else "non-aromatic ring"
        return Claim("ring", text, start, end, subject, 1, ">=", True)
    if not match["of"].startswith(" of") or (is_denied and what != "aromatic"):
        return None
    subject, number = "non-aromatic ring" if is_denied else f"{what} ring", _number(share)
    is_exact = number and ("them" in match["of"] or "which" in match["of"])
    comparison: Comparison = "==" if is_exact else ">="
    return Claim("ring", text, start, end, subject, number, comparison, False)


def find_compositions(plain: str, start: int, end: int) -> list[Claim]:
    """Find "consists only of carbon and hydrogen": no other element is there; hydrogen need not be named."""
    claims: list[Claim] = []
    for match in _ONLY.finditer(plain, start, end):
        before = plain[start : match.start()]
        if not _CONSISTS.search(before) or _NEGATION.search(before[-25:]):
            continue
        names = re.findall(r"[a-z]+", match["elements"].lower())
        symbols = sorted({ELEMENTS[name] for name in names if name in ELEMENTS})
        first, last = match.span()
        claims.append(
            Claim(
                "atom_count",
                match.group(),
                first,
                last,
                f"element besides {', '.join(symbols)}",
                1,
                ">=",
                True,
            )
        )
    return claims
