"""Scores by seed and item (a molecule), and their mean with an interval over both."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from jaxtyping import Float

from llamo.evaluation.bootstrap import Interval, bootstrap_crossed
from llamo.studies.frame.results import Label, Results

Scores = Mapping[tuple[Label, Hashable], float]
"""By seed and item."""


def scores(rows: Results, column: str, *item: str) -> Scores:
    """Average a column by seed and item, in their order of appearance.

    Args:
        item: the columns that tell one item from another; none: "molecule".
    """
    columns = item or ("molecule",)
    found: dict[tuple[Label, Hashable], list[float]] = {}
    for row in rows.rows:
        key = (row["seed"], tuple(row[name] for name in columns))
        found.setdefault(key, []).append(float(str(row[column])))
    return {key: sum(values) / len(values) for key, values in found.items()}


def matrix(found: Scores) -> Float[np.ndarray, "R S"]:
    """Lay scores out by seed and item; items that some seed has not measured are left out."""
    seeds = list(dict.fromkeys(seed for seed, _ in found))
    items = dict.fromkeys(item for _, item in found)
    whole = [one for one in items if all((seed, one) in found for seed in seeds)]
    return np.array([[found[seed, one] for one in whole] for seed in seeds], dtype=np.float64)


def paired(first: Scores, second: Scores) -> Float[np.ndarray, "R S"]:
    """Subtract scores of the same seed and item."""
    return matrix({key: first[key] - second[key] for key in first if key in second})


def crossed(groups: Sequence[Float[np.ndarray, "R S"]]) -> Interval | None:
    """Average groups that each count the same, with the interval over seeds and items; None where there is nothing."""
    found = [group for group in groups if group.size]
    return bootstrap_crossed(found) if found else None
