"""How well yes-or-no questions are answered: AUROC and AUPRC of scores, accuracy, share of readable answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool, Float

from llamo.evaluation.metric import Column, Coverage, Metric, Refused, Values, Weights, check_lengths, divide

ONE_CLASS = "all references are {}, one class only"
THRESHOLD = 0.5  # of the score, for accuracy
NEEDS_SCORES = (
    "it needs a score a row, which text is not: write the probability of Yes, 0 to 1, into a column `score` of the "
    "predictions file (`llamo predict --task classification` scores the two answers by their logits)"
)


def classification_metrics(
    answers: Sequence[bool | None], labels: Sequence[bool], scores: Sequence[float | None] | None = None
) -> list[Metric | Refused]:
    """Compare answers and scores with the true labels.

    Args:
        answers: What the text says; None where it says neither.
        labels: What is true.
        scores: Probability of the positive answer, 0 to 1. A row without one ranks as wrong as it can: below all
            others if it is positive, above them if not. None where there are no scores: AUROC and AUPRC are refused,
            accuracy is that of the text.

    Raises:
        InputError: For no samples, or unequal numbers of them.
    """
    check_lengths(answers, labels)
    true = np.asarray(labels, dtype=bool)
    said = Coverage(np.array([answer is not None for answer in answers]))
    parse_rate = said.mean("parse-rate", said.is_valid.astype(np.float64))
    if scores is None:
        hits = [answer == label for answer, label in zip(answers, labels, strict=True)]
        refused = [Refused(name, NEEDS_SCORES) for name in ("auroc", "auprc")]
        return [*refused, said.mean("accuracy", np.array(hits, dtype=np.float64)), parse_rate]
    check_lengths(scores, labels)
    given = np.array([np.nan if score is None else score for score in scores], dtype=np.float64)
    scored = Coverage(np.isfinite(given))
    known = given[scored.is_valid]
    lowest, highest = (known.min(), known.max()) if len(known) else (0.0, 0.0)
    ranked = np.where(scored.is_valid, given, np.where(true, lowest - 1, highest + 1))
    hits = scored.is_valid & ((ranked > THRESHOLD) == true)
    return [
        _ranking("auroc", scored, ranked, true, _auroc),
        _ranking("auprc", scored, ranked, true, _average_precision),
        scored.mean("accuracy", hits.astype(np.float64)),
        parse_rate,
    ]


Finish = Callable[[Float[np.ndarray, "R K"], Float[np.ndarray, "R K"]], Values]


def _ranking(
    name: str,
    coverage: Coverage,
    scores: Column,
    labels: Bool[np.ndarray, "S"],  # noqa: UP037
    finish: Finish,
) -> Metric:
    """Make a metric of the numbers of positives and negatives at each of K distinct scores, the highest first."""
    order = np.argsort(-scores, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(scores[order]) != 0])  # [K]
    is_positive = labels[order].astype(np.float64)

    def values(weights: Weights) -> Values:
        drawn = weights[:, order]
        positives = np.add.reduceat(drawn * is_positive, starts, axis=1)  # [R, K]
        negatives = np.add.reduceat(drawn * (1 - is_positive), starts, axis=1)
        return finish(positives, negatives)

    why = ONE_CLASS.format("Yes" if labels.all() else "No") if labels.all() or not labels.any() else ""
    return Metric(name, values, coverage.n_total, coverage.n_valid, why_undefined=why)


def _auroc(positives: Float[np.ndarray, "R K"], negatives: Float[np.ndarray, "R K"]) -> Values:
    """Compute the chance that a positive scores above a negative, ties counting half."""
    above = positives.cumsum(axis=1) - positives / 2
    return divide((negatives * above).sum(axis=1), positives.sum(axis=1) * negatives.sum(axis=1))


def _average_precision(positives: Float[np.ndarray, "R K"], negatives: Float[np.ndarray, "R K"]) -> Values:
    """Compute average precision, scikit-learn's estimate of the area under precision and recall."""
    found = positives.cumsum(axis=1)
    precision = divide(found, found + negatives.cumsum(axis=1))
    return divide((positives * np.nan_to_num(precision)).sum(axis=1), positives.sum(axis=1))
