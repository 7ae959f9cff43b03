"""From answers to a calibration: each part fitted on all of them, and measured where it was not fitted.

Questions are dealt into two halves; what is fitted on either is measured on the other, and the figures are those of
both halves together. What is written to the calibration is fitted on all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from llamo.assistant.sureness import LEVEL
from llamo.assistant.sureness_calibration import (
    Calibration,
    ChoiceCalibration,
    DescriptionCalibration,
    FamiliarityCalibration,
    NumberCalibration,
)
from llamo.assistant.sureness_familiarity import unfamiliar_below
from llamo.errors import InputError
from llamo.evaluation.bootstrap import Interval
from llamo.evaluation.calibration import (
    Bin,
    Range,
    Samples,
    coverage,
    expected_calibration_error,
    fit_curve,
    fit_factor,
    fit_temperature,
    least_half,
    needed_factor,
    rank_correlation,
    reliability,
    soften,
)
from llamo.evaluation.proportions import wilson_interval
from llamo.models.names import View
from llamo.studies.run_log import Entry
from llamo.studies.sureness.choosing import Chosen, Question

LEAST = 20  # questions that something is fitted to
LEAST_A_PROPERTY = 4  # numbers that its ranges are stretched by
LEAST_DESCRIPTIONS = 10  # each has several claims
Logged = Mapping[str, Entry]


@dataclass
class Findings:
    """What follows from the answers.

    Attributes:
        parts: Of the calibration: "choices", "descriptions", "numbers", "familiarity".
        figures: (what, value with its interval or alone, over how many).
        plots: Bins by title: before and after calibration.
        notes: What was not fitted, and why.
    """

    parts: dict[str, object] = field(default_factory=dict)
    figures: list[tuple[str, Interval | float, int]] = field(default_factory=list)
    plots: dict[str, dict[str, list[Bin]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def calibration(self, model_sha256: str, view: View | None = None) -> Calibration:
        """Put the parts together for the weights of a hash, and the view that the questions were asked in."""
        measured = {
            name: value.value if isinstance(value, Interval) else float(value)
            for name, value, _ in self.figures
        }
        return Calibration(model_sha256=model_sha256, view=view, measured=measured, **self.parts)  # type: ignore[arg-type]


def fit_all(chosen: Chosen, logged: Logged, similarities: Sequence[float]) -> Findings:
    """Fit and measure every part that has answers enough.

    Args:
        chosen: The questions.
        logged: What the model said, by the id of the question.
        similarities: Of held-out molecules, to the nearest training molecule each.
    """
    findings = Findings()
    fit_choices(chosen.yes_no, logged, findings)
    fit_descriptions(chosen.descriptions, logged, findings)
    fit_numbers(chosen.numbers, logged, findings)
    if len(similarities) >= LEAST:
        threshold = unfamiliar_below(similarities)
        findings.parts["familiarity"] = FamiliarityCalibration(
            n=len(similarities), unfamiliar_below=threshold
        )
        findings.figures.append(
            ("similarity below which a molecule is unfamiliar", threshold, len(similarities))
        )
    else:
        findings.notes.append(_too_few("molecules for the threshold of similarity", len(similarities)))
    return findings


def fit_choices(questions: Sequence[Question], logged: Logged, findings: Findings) -> None:
    """Fit the temperature of Yes and No."""
    if len(questions) < LEAST:
        findings.notes.append(_too_few("questions with Yes or No", len(questions)))
        return
    yes = np.array([logged[one.id]["chance"] for one in questions])
    chances = np.stack([yes, 1 - yes], axis=1)
    truth = np.array([0 if one.is_yes else 1 for one in questions])

    def fitted(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        return soften(chances[test], fit_temperature(chances[train], truth[train]))

    calibrated = _crossed(len(questions), fitted, width=2)
    right = (chances.argmax(axis=1) == truth).astype(float)
    findings.parts["choices"] = ChoiceCalibration(n=len(truth), temperature=fit_temperature(chances, truth))
    hits, n = int(right.sum()), len(right)
    findings.figures.append(("Yes/No: accuracy", wilson_interval(hits, n), n))
    _compare(findings, "Yes/No", chances.max(axis=1), calibrated.max(axis=1), right, None)
    for group in sorted({one.group for one in questions}):
        inside = np.array([one.group == group for one in questions])
        ece = expected_calibration_error(calibrated.max(axis=1)[inside], right[inside])
        findings.figures.append((f"Yes/No: ECE calibrated, {group}", ece, int(inside.sum())))


def fit_descriptions(questions: Sequence[Question], logged: Logged, findings: Findings) -> None:
    """Fit the curve from mean token probability to the share of checkable claims that hold."""
    claims = np.array(
        [(logged[one.id]["supported"], logged[one.id]["contradicted"]) for one in questions], dtype=float
    ).reshape(-1, 2)
    with_claim = claims.sum(axis=1) > 0
    if with_claim.sum() < LEAST_DESCRIPTIONS:
        findings.notes.append(
            _too_few("descriptions with a checkable claim", int(with_claim.sum()), LEAST_DESCRIPTIONS)
        )
        return
    said = np.array([logged[one.id]["probability"] for one in questions])[with_claim]
    counts = claims[with_claim].sum(axis=1)
    right = claims[with_claim][:, 0] / counts

    def fitted(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        return fit_curve(said[train], right[train], counts[train]).at(said[test])[:, None]

    calibrated = _crossed(len(said), fitted, width=1)[:, 0]
    curve = fit_curve(said, right, counts)
    findings.parts["descriptions"] = DescriptionCalibration(
        n=len(said), slope=curve.slope, offset=curve.offset
    )
    hits, n = int(claims[:, 0].sum()), int(claims.sum())
    findings.figures.append(("descriptions: checkable claims that hold", wilson_interval(hits, n), n))
    _compare(findings, "descriptions", said, calibrated, right, counts)
    agreements = [
        logged[one.id].get("agreement") for one, kept in zip(questions, with_claim, strict=True) if kept
    ]
    if len(set(agreements) - {None}) > 1 and len(set(right)) > 1:
        correlation = rank_correlation(np.array(agreements, dtype=float), right)
        findings.figures.append(("descriptions: agreement of samples against claims that hold (Spearman)",
                                 correlation, len(right)))  # fmt: skip


def fit_numbers(questions: Sequence[Question], logged: Logged, findings: Findings) -> None:
    """Fit how far ranges are stretched, a factor for each property, and measure their coverage."""
    members = [one for one in questions if logged[one.id]["range"] is not None]
    if len(members) < LEAST:
        findings.notes.append(_too_few("questions that are answered by a number", len(members)))
        return
    ranges = [Range(*logged[one.id]["range"]) for one in members]
    truth = [one.value for one in members]
    groups = [one.group for one in members]
    least = {
        name: least_half([one for one, group in zip(ranges, groups, strict=True) if group == name])
        for name in sorted(set(groups))
    }
    rows = zip(ranges, truth, groups, strict=True)
    needed = np.array([needed_factor(one, value, least[group]) for one, value, group in rows])
    factors: dict[str, float] = {}
    inside = np.zeros(len(needed))
    for name in least:
        own = np.array([place for place, group in enumerate(groups) if group == name])
        if len(own) < LEAST_A_PROPERTY:
            findings.notes.append(_too_few(f"questions for {name}", len(own), LEAST_A_PROPERTY))
            continue
        try:
            halves = [
                (test, fit_factor(needed[own[train]].tolist(), LEVEL)) for train, test in _halves(len(own))
            ]
            factors[name] = fit_factor(needed[own].tolist(), LEVEL)
        except InputError as error:
            findings.notes.append(f"numbers, {name}: {error}")
            continue
        for test, factor in halves:
            inside[own[test]] = needed[own[test]] <= factor
    if not factors:
        return
    fitted = [place for place, group in enumerate(groups) if group in factors]
    findings.parts["numbers"] = NumberCalibration(
        n=len(fitted), level=LEVEL, factors=factors, least={name: least[name] for name in factors}
    )
    raw = coverage([ranges[place] for place in fitted], [truth[place] for place in fitted])
    findings.figures.append((f"numbers: coverage of raw {LEVEL:.0%} ranges", raw, len(fitted)))
    for name in ("", *factors):
        chosen = np.array([name in ("", group) and group in factors for group in groups])
        share = wilson_interval(int(inside[chosen].sum()), int(chosen.sum()))
        title = f"numbers: coverage of fitted {LEVEL:.0%} ranges" + (f", {name}" if name else "")
        findings.figures.append((title, share, int(chosen.sum())))


def _compare(
    findings: Findings, name: str, before: Samples, after: Samples, right: Samples, weights: Samples | None
) -> None:
    """Add ECE and bins of confidence as the model gives it, and as calibrated on the other half."""
    n = len(right)
    raw = expected_calibration_error(before, right, weights)
    findings.figures.append((f"{name}: ECE raw", raw, n))
    findings.figures.append((f"{name}: ECE calibrated", expected_calibration_error(after, right, weights), n))
    findings.plots[name] = {
        "as the model says": reliability(before, right, weights),
        "calibrated": reliability(after, right, weights),
    }


def _crossed(n: int, fitted: Callable[[np.ndarray, np.ndarray], np.ndarray], *, width: int) -> np.ndarray:
    """Predict each half by what is fitted on the other."""
    predicted = np.zeros((n, width))
    for train, test in _halves(n):
        predicted[test] = fitted(train, test)
    return predicted


def _halves(n: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Deal places into two halves: (train, test), then the other way round."""
    order = np.random.default_rng(0).permutation(n)
    first, second = order[: n // 2], order[n // 2 :]
    return [(first, second), (second, first)]


def _too_few(what: str, n: int, least: int = LEAST) -> str:
    return f"{n} {what}, fewer than {least}: not fitted"
