"""Processor time of a function over many texts, measured so that other programs on the machine disturb little."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

_CHUNK = 100


def best_seconds(function: Callable[[str], object], texts: Sequence[str], *, rounds: int) -> float:
    """Measure seconds of one core's processor time: the best of several rounds for each hundred texts, summed."""
    total = 0.0
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        total += min(_once(function, chunk) for _ in range(rounds))
    return total


def _once(function: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.process_time()
    for text in texts:
        function(text)
    return time.process_time() - start
