"""Molecular formulas in sentences: found, read in any order, compared with the molecule's atoms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import reduce
from math import gcd

from rdkit import Chem

from llamo.chem.claim_types import Claim, Status
from llamo.chem.claim_view import MoleculeView

_TABLE = Chem.GetPeriodicTable()
_SYMBOLS = frozenset(("D", "T", *(_TABLE.GetElementSymbol(number) for number in range(1, 119))))
_UNIT = r"(?:[A-Z][a-z]?\d*|\((?:[A-Z][a-z]?\d*)+\)\d*|\[\d*[A-Z][a-z]?\]\d*)"
_CHARGE = r"(?P<charge>\^?\d*[+-](?![)\w])|\^?[+-]\d+(?!\w)|\^?\(\d*[+-]\d*\)|)"
_END = r"(?!\+[A-Z])(?![\w=#\[(]|[)\]]\d|-\))"
_FORMULA = rf"(?<![\w(\[=#)\]-])(?P<formula>{_UNIT}{{1,20}}(?:\.\d*{_UNIT}{{1,20}})*){_CHARGE}{_END}"
_NAMED = re.compile(
    rf"\b(?P<what>(?:molecular|chemical|empirical|sum|elemental|Hill|overall|brutto)?\s*(?:formula|composition))\b"
    rf"(?P<glue>[^.;\n]{{0,60}}?){_FORMULA}"
)
_ASKED = re.compile(_FORMULA)
_BARE = re.compile(
    rf"(?<![\w\-/=#])(?<![\w\])]\()(?P<formula>C\d{{0,3}}H\d{{1,3}}{_UNIT}{{0,8}}){_CHARGE}(?![\w=#(-]|[)\]]\d)"
)
_TOKEN = re.compile(r"\[?(\d*)([A-Z][a-z]?)\]?(\d*)|(\()|\)(\d*)")
_GROUP_WORD = re.compile(r"[)\]]?\s*-?\s*(?:group|moiety|chain|substituent|unit|fragment|alkyl|side|linker)")
_OTHER = re.compile(
    r"\b(?:los[se]\w*|of water|remov\w+|general|minus|without|add\w+|fragment|unlike|than|differ\w*|[aA]cid of)\b"
)
_NEGATION = re.compile(r"\b(?:not|isn't|never)\b")
_CONTEXT = 30  # characters before a bare formula in which its relation to the molecule is looked for


def find_formulas(plain: str, start: int, end: int, *, is_asked: bool = False) -> list[Claim]:
    """Find the formulas that a sentence says the molecule has.

    Args:
        plain: The whole text in plain characters.
        start: Where the sentence begins.
        end: Where it ends.
        is_asked: Whether the question asked for the formula, so that "CH4" alone is an answer.
    """
    named = [_claim(match, match["what"], match["glue"]) for match in _NAMED.finditer(plain, start, end)]
    claims = [claim for claim in named if claim is not None]
    if claims:
        return claims
    for match in (_ASKED if is_asked else _BARE).finditer(plain, start, end):
        is_formula = not is_asked or re.search(r"\d|[A-Z].*[A-Z]", match["formula"])
        if is_formula and _GROUP_WORD.match(plain, match.end()) is None:
            claim = _claim(match, "", plain[max(start, match.start() - _CONTEXT) : match.start()])
            claims += [claim] if claim is not None else []
    return claims


def _claim(match: re.Match[str], what: str, before: str) -> Claim | None:
    """Make the claim of a formula, unless the words before it say it is something else's."""
    formula, charge = match["formula"], match["charge"]
    if not formula_atoms(formula) or len(formula) < 2 or _OTHER.search(before):
        return None
    subject = "empirical formula" if what.startswith("empirical") else "molecular formula"
    start, end = match.start("formula"), match.end("charge")
    value = formula + charge
    return Claim("formula", value, start, end, subject, value, "==", bool(_NEGATION.search(before)))


def formula_atoms(formula: str) -> dict[str, int]:
    """Read a formula: "CH3COOH" -> {"C": 2, "H": 4, "O": 2}; empty if it is none.

    Parentheses multiply what is in them, a full stop joins parts ("C2H3O2.Na", "CuSO4.5H2O").
    """
    total: Counter[str] = Counter()
    for part in formula.split("."):
        times, body = re.match(r"(\d*)(.*)", part).groups()  # type: ignore[union-attr]  # it always matches
        counts = _part_atoms(body)
        if counts is None:
            return {}
        for symbol, count in counts.items():
            total[symbol] += count * int(times or 1)
    return dict(total)


def _part_atoms(body: str) -> Counter[str] | None:
    stack: list[Counter[str]] = [Counter()]
    position = 0
    for match in _TOKEN.finditer(body):
        if match.start() != position:
            return None
        position = match.end()
        if match[2]:
            if match[2] not in _SYMBOLS:
                return None
            stack[-1]["H" if match[2] in ("D", "T") else match[2]] += int(match[3] or 1)
        elif match[4]:
            stack.append(Counter())
        else:
            if len(stack) == 1:
                return None
            inner = stack.pop()
            for symbol, count in inner.items():
                stack[-1][symbol] += count * int(match[5] or 1)
    return stack[0] if position == len(body) and len(stack) == 1 else None


_TAIL = re.compile(r"\^?\(?(\d*)([+-])(\d*)\)?")


def _splits(value: str) -> Iterator[tuple[dict[str, int], int | None]]:
    """Read a formula with its charge in each way it can be: "SO42-" is SO4 with 2- or SO42 with -."""
    yield formula_atoms(value), None
    for place in range(1, len(value)):
        tail = _TAIL.fullmatch(value, place)
        if tail is not None:
            yield formula_atoms(value[:place]), int(tail[1] or tail[3] or 1) * (1 if tail[2] == "+" else -1)


def judge_formula(claim: Claim, view: MoleculeView) -> tuple[Status, str]:
    """Compare a claimed formula with the molecule's; a charge counts only where it is written."""
    own, is_same = dict(view.atom_counts), False
    for atoms, charge in _splits(str(claim.value)):
        if not atoms:
            continue
        if claim.subject == "empirical formula":
            is_same = is_same or _reduced(atoms) == _reduced(own)
        is_same = is_same or (atoms == own and charge in (None, view.charge))
        if not is_same and len(view.fragment_charges) > 1 and atoms in view.fragment_atoms:
            return "unclear", view.formula  # the formula of one part of a salt
    return ("true" if is_same != claim.negated else "false"), view.formula


def _reduced(counts: dict[str, int]) -> dict[str, int]:
    divisor = reduce(gcd, counts.values(), 0) or 1
    return {symbol: count // divisor for symbol, count in counts.items()}
