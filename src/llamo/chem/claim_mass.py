"""Masses in sentences: found with their unit, compared within what the digits given allow."""

from __future__ import annotations

import re

from llamo.chem.claim_types import Claim, Comparison, Status
from llamo.chem.claim_view import MoleculeView

_WHAT = (
    r"(?P<what>(?:average |relative )?(?:molecular|molar|formula) (?:weight|mass)|monoisotopic (?:molecular )?mass|"
    r"exact (?:molecular )?mass|accurate mass|nominal mass|average mass|mass|weigh(?:s|ing)|weight|MW|Mw|mol\.? wt\.?)"
)
# Neither a locant ("4-nitro", "2,3,5-triol") nor a power ("1e9", "10^3").
_NUMBER = (
    r"(?<![\w.^])(?<!\d,)(?<!\w[-'])(?<!\d[eE]\+)(?P<number>\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,9})?|\d{1,9}(?:\.\d{1,9})?)"
    r"(?![.,]?\d|[-,'][^\W_]|[eE][+-]?\d|\s*(?:\^|[x*]\s*10))"
)
_UNIT = (
    r"(?P<unit>\s*(?:g\s*/\s*mol|g\s*mol\s*\^?-\s*1|g\.mol\^?-1|grams? per mole?|kDa|k?daltons?|Da|amu|"
    r"a\.m\.u\.|(?-i:u)|atomic mass units?)\b)"
)
# Not behind a number without a unit: a noun that it counts ("its mass is low, with 3 rings"), a share, a factor.
_NO_NOUN = (
    r"(?!\s*%|\s+(?:\w+[\s-]+){0,2}(?:rings?|\w*atoms?|carbons?|hydrogens?|nitrogens?|oxygens?|halogens?|groups?|"
    r"bonds?|donors?|acceptors?|\w*cent(?:er|re)s?|charges?|molecules?|fragments?|membered|\w*isomers?|acids?|"
    r"substituents?|positions?|times|percent|degrees?|steps?|compounds?)\b)"
)
_MASS = re.compile(
    rf"\b{_WHAT}\b(?P<glue>[^;\n\d]{{0,60}}?){_NUMBER}(?P<rest>{_UNIT}|{_NO_NOUN})", re.IGNORECASE
)
_BARE = re.compile(rf"(?P<what>)(?P<glue>[^;\n\d]{{0,30}}){_NUMBER}(?P<rest>{_UNIT})", re.IGNORECASE)
_ASKED = re.compile(
    rf"(?P<what>)(?P<glue>[^;\n\d]{{0,60}}){_NUMBER}(?P<rest>{_UNIT}|{_NO_NOUN})", re.IGNORECASE
)
_DIFFERENCE = re.compile(
    r"\s*(?:heavier|lighter|more|less|higher|lower|greater|smaller|apart)\b", re.IGNORECASE
)
_ABOUT = re.compile(
    r"\b(?:about|approximately|approx|around|roughly|ca|circa|near(?:ly)?|close to|almost|some)\b|[~≈]"
)
_BELOW = re.compile(r"\b(?:less than|below|under|smaller than|at most|lower than|not exceed|up to)\b|[<≤]")
_ABOVE = re.compile(
    r"\b(?:more than|above|over|greater than|at least|exceed\w*|higher than|larger than|heavier than)\b|[>≥]"
)
_OTHER = re.compile(
    r"\b(?:of (?:water|the (?:fragment|ion|other|product))|loss|gain|difference|than (?:that|the)|change|differ\w*|"
    r"unlike)\b|\bby\s*$"
)


def find_masses(plain: str, start: int, end: int, *, is_asked: bool = False) -> list[Claim]:
    """Find the masses that a sentence says the molecule has; with `is_asked` a bare number is one."""
    match = _MASS.search(plain, start, end) or (_ASKED if is_asked else _BARE).search(plain, start, end)
    if match is None or _OTHER.search(match["glue"]) or _DIFFERENCE.match(plain, match.end()):
        return []
    what, unit = (match["what"] or "").lower(), (match["unit"] or "").strip()
    if what in ("mass", "weight", "weighs", "weighing") and not unit and not is_asked:
        return []
    glue = match["glue"]
    comparison: Comparison = "~" if _ABOUT.search(glue) else "=="
    comparison = "<=" if _BELOW.search(glue) else ">=" if _ABOVE.search(glue) else comparison
    subject = (
        "monoisotopic mass" if what.startswith(("mono", "exact", "accurate", "nominal")) else "molar mass"
    )
    if what in ("mass", "", "weighs", "weighing") and not re.match(r"g", unit):
        subject = "mass"
    first, last = match.start("what"), match.end("rest")
    first = first if match["what"] else match.start("number")
    value = float(match["number"].replace(",", "")) * (1000 if unit.lower().startswith("kd") else 1)
    negated = bool(re.search(r"\bnot\b", glue)) and comparison in ("==", "~")
    return [Claim("mass", plain[first:last], first, last, subject, value, comparison, negated)]


def judge_mass(claim: Claim, view: MoleculeView) -> tuple[Status, str]:
    """Compare a mass: half a unit of the last digit given, and the differences between tables of atomic weights."""
    average, exact = view.masses
    wanted = {"molar mass": (average,), "monoisotopic mass": (exact,), "mass": (average, exact)}[
        claim.subject
    ]
    expected = f"{average:.2f} g/mol" if claim.subject == "molar mass" else f"{exact:.4f} u"
    if claim.subject == "mass":
        expected = f"{average:.2f} g/mol (monoisotopic {exact:.4f} u)"
    results = {_judge_one(claim, mass) for mass in wanted}
    status: Status = "true" if "true" in results else "unclear" if "unclear" in results else "false"
    if (
        claim.subject == "molar mass"
        and status == "false"
        and _judge_one(claim, exact) == "true"
        and average < 1000
    ):
        status = "unclear" if claim.comparison != "~" else "true"  # the other mass under this name
    if claim.negated and status != "unclear":
        status = "false" if status == "true" else "true"
    return status, expected


def _judge_one(claim: Claim, mass: float) -> Status:
    value = float(claim.value or 0)
    if claim.comparison in ("<=", ">="):
        if abs(mass - value) < 0.02:
            return "unclear"
        return "true" if (mass < value) == (claim.comparison == "<=") else "false"
    text = _last_number(claim.text)
    written = float(text or value)
    scale = value / written if written else 1.0  # 1,000 for kilodaltons
    unit = scale * 10.0 ** -len(text.partition(".")[2])
    near, far = 0.6 * unit + 1e-4 * mass, 1.1 * unit + 3e-4 * mass
    if claim.comparison == "~":
        if "." not in text and text.endswith("0"):
            unit = 100.0 if text.endswith("00") and value >= 1000 else 10.0
        near, far = max(0.6 * unit, 0.005 * mass), max(1.2 * unit, 0.015 * mass)
    difference = abs(mass - value)
    return "true" if difference <= near else "unclear" if difference <= far else "false"


def _last_number(text: str) -> str:
    """The number as written, since its digits say how exact it is meant to be."""
    numbers = re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))
    return numbers[-1] if numbers else ""  # "Yes." has its number in the question
