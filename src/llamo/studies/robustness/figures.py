"""What comes out of a probe: figures with intervals, over how many molecules and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llamo.evaluation.bootstrap import Interval, bootstrap_scores
from llamo.evaluation.proportions import wilson_interval


@dataclass(frozen=True)
class Figure:
    """One figure with its 95 % interval.

    Attributes:
        group: What it belongs to, the title of its part of the table: "graph+smiles", "outside the 73 counts".
        name: What it measures.
        interval: Value, lower and upper end.
        n: Answers, pairs or molecules it stands on.
        molecules: Molecules among them: what is resampled.
    """

    group: str
    name: str
    interval: Interval
    n: int
    molecules: int

    def to_dict(self) -> dict[str, object]:
        """Lay the figure out for JSON."""
        return {
            "group": self.group,
            "name": self.name,
            **{key: float(value) for key, value in self.interval._asdict().items()},
            "n": self.n,
            "molecules": self.molecules,
        }


def mean_figure(group: str, name: str, values: Sequence[float], molecules: Sequence[str]) -> Figure:
    """Average values with a bootstrap over molecules: answers about one molecule are no independent samples.

    Where all values are 0, or all 1, no resample differs; then the interval is Wilson's, for as many samples as there
    are molecules.

    Args:
        group: As in `Figure`.
        name: As in `Figure`.
        values: One a question, at least one.
        molecules: The molecule of each.
    """
    names = {smiles: place for place, smiles in enumerate(dict.fromkeys(molecules))}
    sums = np.zeros((len(names), 2))  # [molecules, (sum, number)]
    for value, smiles in zip(values, molecules, strict=True):
        sums[names[smiles]] += (value, 1)
    total = float(sums[:, 0].sum())
    if total in (0.0, float(len(values))) and set(values) <= {0.0, 1.0}:
        interval = wilson_interval(len(names) if total else 0, len(names))
    else:
        interval = bootstrap_scores(sums, lambda row: {"mean": row[0] / row[1]})["mean"]
    return Figure(group, name, interval, len(values), len(names))
