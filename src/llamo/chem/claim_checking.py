"""Judging a claim: true or false if it is so under every reading of its words, else unclear."""

from __future__ import annotations

from collections.abc import Sequence

from llamo.chem.claim_counting import subject_counts
from llamo.chem.claim_formula import judge_formula
from llamo.chem.claim_mass import judge_mass
from llamo.chem.claim_ring_readings import FAMILY
from llamo.chem.claim_types import Claim, Status, Verdict
from llamo.chem.claim_view import MoleculeView

_IS_OR_NOT = frozenset({"acid_base", "aromaticity", "class"})


def judge(claim: Claim, view: MoleculeView) -> Verdict:
    """Judge one claim about one molecule."""
    if claim.kind == "unread":
        return Verdict(claim, "unclear", f"not read: a sentence of {claim.value:,} characters")
    if claim.kind == "formula":
        status, expected = judge_formula(claim, view)
    elif claim.kind == "mass":
        status, expected = judge_mass(claim, view)
    else:
        status, expected = _judge_count(claim, view)
    return Verdict(claim, status, expected)


def _judge_count(claim: Claim, view: MoleculeView) -> tuple[Status, str]:
    counts = subject_counts(view, claim)
    if counts is None or not isinstance(claim.value, int | float):
        return "unclear", "nothing that can be counted"
    holds = {_compare(count, claim) != claim.negated for count in counts}
    status: Status = "unclear" if len(holds) > 1 else ("true" if holds.pop() else "false")
    return status, _expected(claim, counts)


def _compare(count: int, claim: Claim) -> bool:
    value = float(claim.value or 0)
    if claim.comparison == "==":
        return count == value
    if claim.comparison == ">=":
        return count >= value
    if claim.comparison == "<=":
        return count <= value
    return abs(count - value) <= 0.1 * value


def _expected(claim: Claim, counts: tuple[int, ...]) -> str:
    """Say what was found: "no carboxylic acid", "2 rings", "1 to 3 x amine by reading"."""
    name = claim.subject.removesuffix(FAMILY)
    if claim.subject == "net charge":
        return f"net charge {counts[0]:+d}" if counts[0] else "net charge 0"
    if claim.kind in _IS_OR_NOT or claim.subject in (
        "chiral",
        "cation",
        "anion",
        "ion",
        "zwitterion",
        "salt",
        "radical",
    ):
        if len(set(counts)) > 1:
            return f"{name}: open to reading"
        return name if counts[0] else f"not {name}" if claim.kind != "fragments" else f"no {name}"
    if claim.kind == "atom_count" and len(name) <= 2:
        name = f"{name} atom"
    if claim.kind == "stereo" and len(name) == 1:
        name = f"{name} label"
    if len(set(counts)) > 1:
        return f"{min(counts)} to {max(counts)} {name}s, by reading"
    return f"no {name}" if counts[0] == 0 else f"{counts[0]} {name}{'' if counts[0] == 1 else 's'}"


_ORDER = {"first": 0, "second": 1, "third": 2, "fourth": 3}


def judge_among(claim: Claim, views: Sequence[MoleculeView]) -> Verdict:
    """Judge a claim about one of several molecules, each of them, or whichever is meant."""
    if claim.about == "each":
        if len(views) == 1:
            return Verdict(claim, "unclear", "only one molecule is known")
        return _join_all([judge(claim, view) for view in views])
    place = _ORDER.get(claim.about)
    if place is not None:
        if len(views) == 1 or place >= len(views):
            return Verdict(claim, "unclear", f"the {claim.about} molecule is not known")
        return judge(claim, views[place])
    return _join([judge(claim, view) for view in views])


def _join(verdicts: list[Verdict]) -> Verdict:
    """Join the verdicts of a claim that may be about any of several molecules: clear only if all agree."""
    statuses = {verdict.status for verdict in verdicts}
    expected = "; ".join(dict.fromkeys(verdict.expected for verdict in verdicts))
    return Verdict(verdicts[0].claim, statuses.pop() if len(statuses) == 1 else "unclear", expected)


def _join_all(verdicts: list[Verdict]) -> Verdict:
    """Join the verdicts of a claim about each of several molecules: one that fails makes it false."""
    statuses = [verdict.status for verdict in verdicts]
    status: Status = "false" if "false" in statuses else "unclear" if "unclear" in statuses else "true"
    return Verdict(verdicts[0].claim, status, "; ".join(verdict.expected for verdict in verdicts))
