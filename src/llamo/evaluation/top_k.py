"""How often the truth is among the first k of several answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from llamo.evaluation.metric import Coverage, Metric

TOP_K = (1, 3, 5, 10)


def top_k(
    candidates: Sequence[Sequence[str | None]],
    references: Sequence[str],
    *,
    is_right: Callable[[str, str], bool],
    is_readable: Callable[[str], bool],
    over_valid: bool = False,
) -> list[Metric]:
    """Say for each k of `TOP_K`, as far as there are so many candidates, how often the truth is among the first k.

    `[["b", "a"], ["c"]]` against `["a", "a"]` -> top-1 0.0. A sample without candidates is a wrong one.

    Args:
        candidates: For each of S samples its answers, the best first; None, or one that cannot be read, takes its
            place all the same.
        references: The truth of each, in whatever form `is_right` knows.
        is_right: Says whether a candidate means its reference.
        is_readable: Says whether a candidate can be read: a sample with one such is valid.
        over_valid: Whether samples without a readable candidate are left out.
    """
    ranks = np.array([
        next((place for place, one in enumerate(some) if one and is_right(one, target)), np.inf)
        for some, target in zip(candidates, references, strict=True)
    ])  # fmt: skip
    coverage = Coverage(np.array([any(one and is_readable(one) for one in some) for some in candidates]))
    longest = max(1, *map(len, candidates))
    return [
        coverage.mean(f"top-{k}", (ranks < k).astype(np.float64), over_valid=over_valid)
        for k in TOP_K
        if k <= longest
    ]
