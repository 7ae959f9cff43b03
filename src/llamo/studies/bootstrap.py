"""Bootstrap intervals of means, plain and paired."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

RESAMPLES = 2000


class Interval(NamedTuple):
    """A mean with its 95 % percentile interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def bootstrap_mean(values: Float[np.ndarray, "n"], *, seed: int = 0, resamples: int = RESAMPLES) -> Interval:  # noqa: UP037
    """Resample values with replacement: the interval of their mean. For a paired one, pass the differences."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(values), size=(resamples, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))
