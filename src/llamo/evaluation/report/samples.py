"""What each sample scores by itself, and how bad that is: the material of plots and gallery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from llamo.data.tasks.catalogue import find_task
from llamo.evaluation.by_property import merged
from llamo.evaluation.evaluating import Evaluation
from llamo.evaluation.metric import Metric
from llamo.evaluation.scoring import true_label, true_number

Column = Float[np.ndarray, "S"]
# The first of them that gives each sample a value of its own.
OF_ANSWER = {
    "text": ("meteor", "rouge-l", "claims", "exact"),
    "name": ("meteor", "levenshtein"),
    "smiles": ("morgan", "exact"),
    "number": ("mae",),
    "choice": ("accuracy",),
}
TITLES = {
    "meteor": "METEOR of the sample",
    "rouge-l": "ROUGE-L of the sample",
    "claims": "share of true claims",
    "levenshtein": "Levenshtein distance",
    "morgan": "Morgan similarity to the reference",
    "mae": "absolute error",
    "accuracy": "right (1) or wrong (0)",
    "exact": "right (1) or wrong (0)",
}
RELATIVE = "absolute error over the standard deviation of its property"  # where units differ
CHANCE = "probability of the true answer"


@dataclass(frozen=True)
class SampleScores:
    """One score a sample.

    Attributes:
        title: What it is, for people.
        values: NaN where a sample has none.
        badness: By what samples are ranked, the worst highest; NaN likewise.
        unit: Of the values; "" for pure numbers and for several units.
        is_better_lower: Whether less is better.
    """

    title: str
    values: Column
    badness: Column
    unit: str = ""
    is_better_lower: bool = False

    @property
    def is_known(self) -> Bool[np.ndarray, S]:
        """Which samples have a score."""
        return np.isfinite(self.values)

    @property
    def label(self) -> str:
        """Title and unit, for an axis."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


def sample_scores(evaluation: Evaluation) -> SampleScores | None:
    """Find the score that tells samples apart; None where every metric is of the whole set."""
    answer = find_task(evaluation.settings.task).answer
    if answer == "choice" and evaluation.rows.scores is not None:
        return _chances(evaluation)
    for name in OF_ANSWER[answer]:
        metrics = [metric for metric in evaluation.metrics if metric.name.split(" (")[0] == name]
        whole = [metric for metric in metrics if metric.name == name]
        values = merged(whole or metrics)
        if values is not None:
            return _of_metric(evaluation, name, values, metrics)
    return None


def _of_metric(evaluation: Evaluation, name: str, values: Column, metrics: list[Metric]) -> SampleScores:
    units = {metric.unit for metric in metrics}
    lower = metrics[0].is_better_lower
    if name == "mae":
        relative = values / _spreads(evaluation)
        if len(units) > 1:
            return SampleScores(RELATIVE, relative, relative, is_better_lower=True)
        return SampleScores(TITLES[name], values, relative, units.pop(), is_better_lower=True)
    return SampleScores(TITLES[name], values, values if lower else -values, is_better_lower=lower)


def _spreads(evaluation: Evaluation) -> Column:
    """Return the standard deviation of the references of each sample's property, so that errors can be ranked."""
    rows = evaluation.rows
    true = np.array([true_number(rows, row) for row in range(len(rows.texts))])
    of_row = np.array(rows.properties)
    spreads = np.ones(len(true))
    for name in set(rows.properties):
        spreads[of_row == name] = true[of_row == name].std() or 1.0
    return spreads


def _chances(evaluation: Evaluation) -> SampleScores:
    """Take the probability that was given to what is true; a row without a score gave it none."""
    rows = evaluation.rows
    labels = [true_label(rows, row) for row in range(len(rows.texts))]
    values = np.array([
        0.0 if score is None else score if label else 1 - score
        for score, label in zip(rows.scores or (), labels, strict=True)
    ])  # fmt: skip
    return SampleScores(CHANCE, values, -values)
