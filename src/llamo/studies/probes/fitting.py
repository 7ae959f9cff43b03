"""The probe itself: logistic or ridge regression, its strength chosen on the validation part."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llamo.evaluation.classification_metrics import classification_metrics
from llamo.evaluation.metric import Metric
from llamo.evaluation.number_metrics import number_metrics

STRENGTHS = tuple(10.0**exponent for exponent in range(6))  # of L2 regularisation, weak to strong


@dataclass(frozen=True)
class Probe:
    """A fitted probe.

    Attributes:
        strength: chosen on the validation part. validation: its score there.
        scores: of the test molecules, float64 [N]: the probability of Yes, or the number.
    """

    strength: float
    validation: float
    scores: NDArray[np.float64]


def fit_probe(
    features: Sequence[NDArray[np.float32]], targets: Sequence[NDArray[np.float64]], *, yes_no: bool
) -> Probe:
    """Fit on the training part with every strength, keep the one that does best on the validation part.

    Args:
        features: of training, validation and test part, [N, F] each. targets: of the same parts.
        yes_no: logistic regression, judged by AUROC; else ridge regression, judged by RMSE.
    """
    best: Probe | None = None
    for strength in STRENGTHS:
        _, validation, test = predict(features, targets[0], strength, yes_no=yes_no)
        score = metric(validation, targets[1], yes_no=yes_no).value
        if best is None or is_better(score, best.validation, yes_no=yes_no):
            best = Probe(strength, score, test)
    assert best is not None
    return best


def is_better(score: float, other: float, *, yes_no: bool) -> bool:
    """Compare two scores; one that is not defined (one class only) is not better."""
    return score > other if yes_no else score < other


def predict(
    features: Sequence[NDArray[np.float32]], targets: NDArray[np.float64], strength: float, *, yes_no: bool
) -> list[NDArray[np.float64]]:
    """Fit on the first part and predict all.

    A logistic regression that has not settled after 300 steps is taken as it is: the validation part judges it, too.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression, Ridge

    doubled = [
        part.astype(np.float64) for part in features
    ]  # single precision is too coarse for weak strengths
    if not yes_no:
        regression = Ridge(alpha=strength).fit(doubled[0], targets)
        return [np.asarray(regression.predict(part), dtype=np.float64) for part in doubled]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier = LogisticRegression(C=1 / strength, max_iter=300).fit(doubled[0], targets > 0.5)
    return [classifier.predict_proba(part)[:, 1] for part in doubled]


def metric(scores: NDArray[np.float64], targets: NDArray[np.float64], *, yes_no: bool) -> Metric:
    """Score predictions: AUROC, or RMSE."""
    if yes_no:
        found = classification_metrics([None] * len(scores), [bool(one) for one in targets], scores.tolist())
        name = "auroc"
    else:
        found = list(number_metrics(scores.tolist(), targets.tolist()))
        name = "rmse"
    return next(one for one in found if isinstance(one, Metric) and one.name == name)
