"""What shift costs: losses paired by molecule, and their slope against the similarity to the training molecules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from llamo.evaluation.bootstrap import RESAMPLES, Interval
from llamo.studies.frame.crossed import crossed, matrix, paired, scores
from llamo.studies.frame.results import Results


def mean(rows: Results, column: str) -> Interval | None:
    """Average a column with the interval over seeds and molecules; None where there is nothing."""
    return crossed([matrix(scores(rows, column))])


def difference(first: Results, second: Results, column: str) -> Interval | None:
    """First less second, paired by seed and molecule, with the interval over both; None where nothing pairs."""
    return mean_difference([(first, second)], column)


def mean_difference(pairs: Sequence[tuple[Results, Results]], column: str) -> Interval | None:
    """First less second, averaged over pairs of sets that each count the same; None where nothing pairs."""
    return crossed([paired(scores(first, column), scores(second, column)) for first, second in pairs])


def similarity_slope(rows: Results, *, resamples: int = RESAMPLES, seed: int = 0) -> Interval | None:
    """Fit loss against similarity within molecules and training sets: nats a word for one tenth of similarity.

    Both are centred by molecule, which takes out how hard a molecule is, and by training set, which takes out how well
    a set teaches. The interval resamples seeds and molecules; None where nothing varies.
    """
    places = {
        (row["seed"], row["molecule"], row["train"]): (float(str(row["similarity"])), float(str(row["loss"])))
        for row in rows.rows
    }
    seeds, molecules, sets = (list(dict.fromkeys(key[axis] for key in places)) for axis in range(3))
    whole = [one for one in molecules if all((run, one, name) in places for run in seeds for name in sets)]
    if len(whole) < 2 or len(sets) < 2:
        return None
    found = np.array(
        [[[places[run, one, name] for name in sets] for one in whole] for run in seeds]
    )  # [R, S, T, 2]
    found = found - found.mean(2, keepdims=True)
    found = found - found.mean(1, keepdims=True)
    products = np.stack([found[..., 0] * found[..., 1], found[..., 0] ** 2], -1).sum(2)  # [R, S, 2]
    if not products[..., 1].sum() > 0:
        return None
    rng = np.random.default_rng(seed)
    picks = [
        rng.multinomial(number, np.full(number, 1 / number), size=resamples) for number in products.shape[:2]
    ]
    sums = np.einsum("br,bs,rsk->bk", *picks, products)
    low, high = np.percentile(sums[:, 0] / sums[:, 1], [2.5, 97.5]) / 10
    total = products.sum((0, 1))
    return Interval(float(total[0] / total[1]) / 10, float(low), float(high))
