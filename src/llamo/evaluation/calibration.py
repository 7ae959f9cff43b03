"""Whether probabilities mean what they say, and how to make them: temperature, logistic curve, interval widths."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from llamo.errors import InputError
from llamo.evaluation.bootstrap import Interval
from llamo.evaluation.proportions import wilson_interval

Choices = Float[np.ndarray, "N C"]
Samples = Float[np.ndarray, "N"]
Places = Int[np.ndarray, "N"]
BINS = 10
_LEAST = 1e-9  # a probability of 0 has no logarithm
_TEMPERATURES = (0.05, 20.0)
_PRECISION = 1e-4  # of the logarithm of a temperature
_RIDGE = 1e-2  # pulls the logistic curve of perfectly separated samples back from infinity


class Bin(NamedTuple):
    """Predictions of like confidence.

    Attributes:
        n: How many predictions.
        confidence: Their mean confidence.
        correct: Their share of right ones, with its Wilson interval.
    """

    n: float
    confidence: float
    correct: Interval


def soften(probabilities: Choices, temperature: float) -> Choices:
    """Divide the log-probabilities of choices by a temperature: above 1 nearer to even, below 1 further from it.

    Example: `[[0.8, 0.2]]` at 2 -> `[[0.667, 0.333]]`
    """
    scaled = np.log(np.clip(probabilities, _LEAST, 1.0)) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    weights = np.exp(scaled)
    softened: Choices = weights / weights.sum(axis=1, keepdims=True)
    return softened


def negative_log_likelihood(probabilities: Choices, truth: Places) -> float:
    """Average the negative log-probability of the true choice, in nats."""
    said = np.clip(probabilities[np.arange(len(truth)), truth], _LEAST, 1.0)
    return float(-np.log(said).mean())


def fit_temperature(probabilities: Choices, truth: Places) -> float:
    """Find the temperature under which the true choices are likeliest (Guo et al. 2017), between 1/20 and 20.

    Args:
        probabilities: Of each choice, as the model gives them.
        truth: Place of the true choice.

    Raises:
        InputError: If there is nothing to fit.
    """
    if not len(truth):
        raise InputError("there are no answers to fit a temperature to; give validation questions")

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(soften(probabilities, math.exp(log_temperature)), truth)

    return math.exp(_lowest(loss, *map(math.log, _TEMPERATURES)))


def _lowest(function: Callable[[float], float], low: float, high: float) -> float:
    """Find where a function with a single valley is lowest, by golden section."""
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > _PRECISION:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if function(left) <= function(right) else (left, high)
    return (low + high) / 2


def reliability(
    confidence: Samples,
    correct: Samples,
    weights: Samples | None = None,
    *,
    bins: int = BINS,
) -> list[Bin]:
    """Sort predictions into bins of equal width by confidence; bins without any are left out.

    Args:
        confidence: Of each prediction, 0 to 1.
        correct: Share of it that is right, 0 to 1.
        weights: What each counts, such as its number of claims; None for 1.
        bins: How many.
    """
    counts = np.ones(len(confidence)) if weights is None else weights
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for place in range(bins):
        inside = places == place
        n = float(counts[inside].sum())
        if n:
            right = float((counts * correct)[inside].sum())
            mean = float((counts * confidence)[inside].sum() / n)
            found.append(Bin(n, mean, wilson_interval(min(round(right), round(n)), max(1, round(n)))))
    return found


def expected_calibration_error(
    confidence: Samples,
    correct: Samples,
    weights: Samples | None = None,
    *,
    bins: int = BINS,
) -> float:
    """Average over bins how far mean confidence is from the share that is right, by the bins' sizes (ECE)."""
    counts = np.ones(len(confidence)) if weights is None else weights
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(float((counts * (confidence - correct))[places == place].sum())) for place in range(bins)]
    return sum(gaps) / float(counts.sum())


class Curve(NamedTuple):
    """A logistic curve: `1 / (1 + exp(-(slope * x + offset)))`."""

    slope: float
    offset: float

    def at(self, values: Samples) -> Samples:
        """Compute its values."""
        return _sigmoid(self.slope * values + self.offset)


def fit_curve(
    values: Samples,
    correct: Samples,
    weights: Samples | None = None,
) -> Curve:
    """Fit a logistic curve to shares of right ones (Platt scaling with a small ridge on the slope).

    Two parameters are what some dozens of samples can bear; an isotonic fit of them would follow their noise.

    Args:
        values: What is mapped, such as mean token probabilities.
        correct: Share that is right, 0 to 1.
        weights: What each counts; None for 1.

    Raises:
        InputError: If there is nothing to fit.
    """
    from sklearn.linear_model import LogisticRegression

    counts = np.ones(len(values)) if weights is None else weights
    if not counts.sum():
        raise InputError("there are no samples to fit a curve to; give validation records")
    rows = np.concatenate([values, values])[
        :, None
    ]  # each sample once as right and once as wrong, by its share
    labels = np.repeat([1, 0], len(values))
    shares = np.concatenate([counts * correct, counts * (1 - correct)])
    fitted = LogisticRegression(C=0.5 / _RIDGE, tol=1e-8, max_iter=1000).fit(
        rows, labels, sample_weight=shares
    )
    return Curve(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))


def _sigmoid(values: Samples) -> Samples:
    curve: Samples = 0.5 * (1 + np.tanh(0.5 * values))  # does not overflow
    return curve


def rank_correlation(first: Samples, second: Samples) -> float:
    """Compute Spearman's rank correlation, ties at their mean rank; NaN where one of the two does not vary."""
    ranks = [_mean_ranks(first), _mean_ranks(second)]
    if any(one.min() == one.max() for one in ranks):
        return math.nan
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _mean_ranks(values: Samples) -> Samples:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Samples = (last - (counts - 1) / 2)[places]
    return ranks


class Range(NamedTuple):
    """An interval in which a number is said to lie."""

    low: float
    middle: float
    high: float

    def widened(self, factor: float, least: float = 0.0) -> Range:
        """Stretch it about its middle; no half is taken for shorter than `least`."""
        low = self.middle - factor * max(self.middle - self.low, least)
        return Range(low, self.middle, self.middle + factor * max(self.high - self.middle, least))

    def holds(self, value: float) -> bool:
        """Tell whether a number lies in it."""
        return self.low <= value <= self.high


def least_half(ranges: Sequence[Range]) -> float:
    """Return a tenth of the median half-width: what a range has at least that holds one number alone; 0 for none."""
    halves = sorted(max(one.middle - one.low, one.high - one.middle) for one in ranges)
    widths = [half for half in halves if half > 0]
    return 0.1 * widths[len(widths) // 2] if widths else 0.0


def needed_factor(given: Range, value: float, least: float) -> float:
    """Say how much a range has to be stretched to hold a number; infinitely, where it has no width at all."""
    half = max(given.middle - given.low if value < given.middle else given.high - given.middle, least)
    distance = abs(value - given.middle)
    return distance / half if half else (math.inf if distance else 0.0)


def fit_factor(needed: Sequence[float], level: float) -> float:
    """Find how much ranges have to be stretched so that a share `level` of true numbers lies inside.

    Split conformal prediction (Lei et al. 2018) with their half-widths as scale: the `ceil((n + 1) level)`-th
    smallest of the factors that the n ranges need. It bears no unit.

    Raises:
        InputError: If there are no ranges, or too many of them have no width.
    """
    ordered = sorted(needed)
    place = min(len(ordered), math.ceil((len(ordered) + 1) * level)) - 1
    if not ordered or math.isinf(ordered[place]):
        raise InputError(f"{len(ordered)} ranges, too few of them with a width; ask more questions")
    return ordered[place]


def coverage(ranges: Sequence[Range], truth: Sequence[float]) -> Interval:
    """Share of true numbers inside their ranges, with its Wilson interval.

    Raises:
        InputError: If there are none.
    """
    if not ranges:
        raise InputError("there are no ranges whose coverage could be measured")
    inside = sum(one.holds(value) for one, value in zip(ranges, truth, strict=True))
    return wilson_interval(inside, len(ranges))
