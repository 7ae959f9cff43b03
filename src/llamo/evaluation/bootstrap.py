"""Bootstrap intervals of scores, and of the difference between two sets of answers to the same questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from llamo.errors import InputError
from llamo.evaluation.metric import Metric, Weights

RESAMPLES = 1000
_CELLS_A_CHUNK = 4_000_000  # weights held at once: 32 MB


class Interval(NamedTuple):
    """A score with its 95 % percentile interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Difference(NamedTuple):
    """How much more one set of answers scores than another.

    Attributes:
        value: First score less second.
        low: Lower end of the 95 % interval.
        high: Upper end.
        p: Twice the share of resamples whose difference has the other sign, or none; at most 1.
    """

    value: float
    low: float
    high: float
    p: float


def bootstrap_mean(
    values: Float[np.ndarray, "S"],  # noqa: UP037
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Resample values with replacement: the interval of their mean. For a paired one, pass the differences."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(values), size=(resamples, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))


def bootstrap_crossed(
    groups: Sequence[Float[np.ndarray, "R S"]],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Resample runs and samples, both with replacement: the interval of a mean that varies with either.

    Every run (a training seed) has measured every sample. A run is drawn whole, with all of its samples; few runs
    make a rough interval, as the bootstrap of R values has (R - 1) / R of their variance.

    Args:
        groups: Values of R runs by S samples. Of several groups (tasks) with the same runs, the mean over groups of
            their means is meant: each counts the same, whatever its S.
        resamples: How many resamples.
        seed: Seed of the drawing.

    Raises:
        InputError: If there are no groups, or not all of as many runs.
    """
    if len({len(values) for values in groups}) != 1:
        raise InputError(
            f"the groups have {[len(values) for values in groups]} runs; expected the same number"
        )
    rng = np.random.default_rng(seed)
    runs = rng.multinomial(len(groups[0]), np.full(len(groups[0]), 1 / len(groups[0])), size=resamples)
    drawn = np.zeros(resamples)
    for values in groups:
        samples = values.shape[1]
        for place in range(resamples):
            picks = np.bincount(rng.integers(samples, size=samples), minlength=samples)
            drawn[place] += runs[place] @ values @ picks / values.size
    value = float(np.mean([values.mean() for values in groups]))
    return Interval(value, *_ends(drawn / len(groups)))


def bootstrap_scores(
    samples: Float[np.ndarray, "S C"],
    scores: Callable[[Float[np.ndarray, "C"]], dict[str, float]],  # noqa: UP037
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Resample samples with replacement: the interval of scores that follow from column sums.

    The order of the samples does not matter: they are sorted first, so that the same set of them gives the
    same bits.

    Args:
        samples: A row of statistics for each sample.
        scores: Computes the scores from the column sums of S rows.
        resamples: How many resamples.
        seed: Seed of the drawing.
    """
    samples = samples[np.lexsort(samples.T)]
    drawn: dict[str, list[float]] = {}
    for weights in _weights(len(samples), resamples, seed, None):
        for sums in weights @ samples:
            for name, value in scores(sums).items():
                drawn.setdefault(name, []).append(value)
    return {
        name: Interval(value, *_ends(np.array(drawn[name])))
        for name, value in scores(samples.sum(axis=0)).items()
    }


def bootstrap_metrics(
    metrics: Sequence[Metric],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    order: Int[np.ndarray, "S"] | None = None,  # noqa: UP037
) -> list[Interval]:
    """Resample the samples with replacement: the interval of every metric, all on the same draws.

    Args:
        metrics: Of the same samples.
        resamples: How many resamples.
        seed: Seed of the drawing.
        order: A permutation that puts the samples into an order of their own, so that the order in the file does
            not decide which are drawn; None takes them as they come.

    Returns:
        One interval a metric; its ends are NaN where no resample defines the metric.
    """
    drawn = _draw(metrics, resamples, seed, order)
    return [Interval(metric.value, *_ends(values)) for metric, values in zip(metrics, drawn, strict=True)]


def paired_bootstrap(
    first: Sequence[Metric],
    second: Sequence[Metric],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    order: Int[np.ndarray, "S"] | None = None,  # noqa: UP037
) -> list[Difference]:
    """Compare two sets of answers to the same questions: both are resampled with the same draws.

    Args:
        first: Metrics of the answers in question.
        second: The same metrics of the answers they are held against, samples in the same order.
        resamples: How many resamples.
        seed: Seed of the drawing.
        order: As in `bootstrap_metrics`.

    Raises:
        InputError: If the metrics are not the same, or not of as many samples.
    """
    names, others = [m.name for m in first], [m.name for m in second]
    if names != others or {m.width for m in first} != {m.width for m in second}:
        raise InputError(
            f"cannot compare {', '.join(names)} with {', '.join(others)}; expected the same metrics of the "
            "same samples: evaluate both under one protocol"
        )
    pairs = zip(
        first,
        second,
        _draw(first, resamples, seed, order),
        _draw(second, resamples, seed, order),
        strict=True,
    )
    return [_difference(one.value - other.value, here - there) for one, other, here, there in pairs]


def _difference(value: float, drawn: Float[np.ndarray, "R"]) -> Difference:  # noqa: UP037
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return Difference(value, np.nan, np.nan, np.nan)
    tail = min(float((drawn <= 0).mean()), float((drawn >= 0).mean()))
    return Difference(value, *_ends(drawn), min(1.0, 2 * tail))


def _draw(
    metrics: Sequence[Metric],
    resamples: int,
    seed: int,
    order: Int[np.ndarray, "S"] | None,  # noqa: UP037
) -> list[Float[np.ndarray, "R"]]:  # noqa: UP037
    """Compute every metric on every resample."""
    if not metrics:
        return []
    chunks = [
        [metric.values(weights) for metric in metrics]
        for weights in _weights(metrics[0].width, resamples, seed, order)
    ]
    return [np.concatenate(values) for values in zip(*chunks, strict=True)]


def _weights(
    num_samples: int,
    resamples: int,
    seed: int,
    order: Int[np.ndarray, "S"] | None,  # noqa: UP037
) -> Iterator[Weights]:
    """Yield how often each sample is drawn, some resamples at a time."""
    rng = np.random.default_rng(seed)
    size = max(1, min(resamples, _CELLS_A_CHUNK // num_samples))
    for start in range(0, resamples, size):
        number = min(size, resamples - start)
        weights = np.empty((number, num_samples))
        for row in weights:
            counts = np.bincount(rng.integers(num_samples, size=num_samples), minlength=num_samples)
            row[slice(None) if order is None else order] = counts
        yield weights


def _ends(values: Float[np.ndarray, "R"]) -> tuple[float, float]:  # noqa: UP037
    """Take the 2.5th and 97.5th percentile of the values that are defined."""
    defined = values[~np.isnan(values)]
    if not len(defined):
        return np.nan, np.nan
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)
