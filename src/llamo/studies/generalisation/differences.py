"""What shift costs: losses paired by molecule, and their slope against the similarity to the training molecules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from llamo.evaluation.bootstrap import RESAMPLES, Interval, bootstrap_crossed
from llamo.studies.frame.results import Label, Results

Scores = Mapping[tuple[Label, Label], float]  # by seed and molecule


class Slope(NamedTuple):
    """How loss falls with similarity.

    Attributes:
        interval: nats a token for one tenth of similarity; negative where likeness helps.
        molecules: that training sets differ in likeness to.
    """

    interval: Interval | None
    molecules: int


def by_seed(rows: Results, column: str) -> Scores:
    """Average a column by seed and molecule."""
    found: dict[tuple[Label, Label], list[float]] = {}
    for row in rows.rows:
        found.setdefault((row["seed"], row["molecule"]), []).append(float(str(row[column])))
    return {key: sum(values) / len(values) for key, values in found.items()}


def matrix(scores: Scores) -> Float[np.ndarray, "R S"]:
    """Lay scores out by seed and molecule; molecules that some seed has not measured are left out."""
    seeds = list(dict.fromkeys(seed for seed, _ in scores))
    molecules = dict.fromkeys(molecule for _, molecule in scores)
    whole = [one for one in molecules if all((seed, one) in scores for seed in seeds)]
    return np.array([[scores[seed, one] for one in whole] for seed in seeds], dtype=np.float64)


def mean(rows: Results, column: str) -> Interval | None:
    """Average a column with the interval over seeds and molecules; None where there is nothing."""
    return _crossed([matrix(by_seed(rows, column))])


def difference(first: Results, second: Results, column: str) -> Interval | None:
    """First less second, paired by seed and molecule, with the interval over both; None where nothing pairs."""
    return _crossed([_paired(first, second, column)])


def mean_difference(pairs: Sequence[tuple[Results, Results]], column: str) -> Interval | None:
    """First less second, averaged over pairs of sets that each count the same; None where nothing pairs."""
    return _crossed([_paired(first, second, column) for first, second in pairs])


def similarity_slope(rows: Results, *, resamples: int = RESAMPLES, seed: int = 0) -> Slope:
    """Fit loss against similarity within each molecule: the same molecule, asked of models trained on other sets.

    That takes out how hard a molecule is. Losses are averaged over seeds first; the interval resamples molecules.
    """
    points: dict[Label, dict[Label, list[tuple[float, float]]]] = {}
    for row in rows.rows:
        place = (float(str(row["similarity"])), float(str(row["loss"])))
        points.setdefault(row["molecule"], {}).setdefault(row["train"], []).append(place)
    sums = []
    for by_set in points.values():
        likeness, loss = np.array([np.mean(places, axis=0) for places in by_set.values()]).T
        likeness, loss = likeness - likeness.mean(), loss - loss.mean()
        if float(likeness @ likeness) > 0:
            sums.append((float(likeness @ loss), float(likeness @ likeness)))
    if len(sums) < 2:
        return Slope(None, len(sums))
    found = np.array(sums)
    drawn = found[np.random.default_rng(seed).integers(len(found), size=(resamples, len(found)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5]) / 10
    whole = found.sum(axis=0)
    return Slope(Interval(float(whole[0] / whole[1]) / 10, float(low), float(high)), len(found))


def _paired(first: Results, second: Results, column: str) -> Float[np.ndarray, "R S"]:
    ours, theirs = by_seed(first, column), by_seed(second, column)
    return matrix({key: ours[key] - theirs[key] for key in ours if key in theirs})


def _crossed(groups: Sequence[Float[np.ndarray, "R S"]]) -> Interval | None:
    found = [group for group in groups if group.size]
    return bootstrap_crossed(found) if found else None
