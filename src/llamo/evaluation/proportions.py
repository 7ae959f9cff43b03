"""Intervals of proportions."""

from __future__ import annotations

import math

from llamo.evaluation.bootstrap import Interval

_Z = 1.959964  # of 95 %


def wilson_interval(successes: int, total: int) -> Interval:
    """Return a proportion with its 95 % Wilson score interval, sound also where all or none succeed.

    `wilson_interval(10, 10) -> 1.000 [0.722, 1.000]`

    Raises:
        ValueError: The numbers are not 0 <= successes <= total, 0 < total.
    """
    if not 0 <= successes <= total or not total:
        raise ValueError(
            f"{successes} successes of {total}; expected 0 <= successes <= total and a total above 0"
        )
    share, weight = successes / total, _Z**2 / total
    centre = share + weight / 2
    half = _Z * math.sqrt(share * (1 - share) / total + weight / (4 * total))
    low, high = (centre - half) / (1 + weight), (centre + half) / (1 + weight)
    return Interval(share, 0.0 if successes == 0 else low, 1.0 if successes == total else high)


def unanimous_interval(interval: Interval, samples: int) -> Interval:
    """Replace the interval of a share by Wilson's where no resample can differ: all samples at 0, or all at 1.

    Args:
        interval: A share with its bootstrap interval.
        samples: How many samples were resampled, those that do not count left out.
    """
    value, low, high = interval
    if samples and low == high and value in (0.0, 1.0):
        return wilson_interval(samples if value else 0, samples)
    return interval
