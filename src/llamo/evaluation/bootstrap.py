"""Bootstrap intervals of scores that are functions of sums over samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

RESAMPLES = 1000


class Interval(NamedTuple):
    """A score with its 95 % percentile interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


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


def bootstrap_scores(
    samples: Float[np.ndarray, "S C"],
    scores: Callable[[Float[np.ndarray, "C"]], dict[str, float]],  # noqa: UP037
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Resample samples with replacement: the interval of every score.

    The order of the samples does not matter: they are sorted first, so that the same set of them gives the
    same bits.

    Args:
        samples: A row of statistics for each sample.
        scores: Computes the scores from the column sums of S rows.
        resamples: How many resamples.
        seed: Seed of the drawing.
    """
    samples = samples[np.lexsort(samples.T)]
    num_samples = len(samples)
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {}
    for _ in range(resamples):
        counts = np.bincount(rng.integers(num_samples, size=num_samples), minlength=num_samples)  # [S]
        for name, value in scores(counts @ samples).items():
            drawn.setdefault(name, []).append(value)
    return {
        name: Interval(value, *map(float, np.percentile(drawn[name], [2.5, 97.5])))
        for name, value in scores(samples.sum(axis=0)).items()
    }
