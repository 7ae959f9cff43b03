"""Paired comparisons of projectors: the same held-back samples, the same seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from llamo.evaluation.bootstrap import Interval
from llamo.studies.frame.crossed import Scores, crossed, matrix, paired, scores
from llamo.studies.frame.findings import Verdict, judge
from llamo.studies.frame.results import Results

MIN_SEEDS = 2  # a single one says nothing about others


def mean_loss(losses: Results, ablation: str, task: str) -> Interval | None:
    """Average an ablation's loss on a task over samples and seeds; None where nothing was measured."""
    return crossed([matrix(_scores(losses.where(ablation=ablation, task=task)))])


def excess(losses: Results, first: str, second: str, tasks: Sequence[str]) -> Interval | None:
    """Average how much more loss the first has than the second, paired by sample and seed; each task counts the same.

    None where a task is missing.
    """
    groups = []
    for task in tasks:
        of_task = losses.where(task=task)
        groups.append(paired(*(_scores(of_task.where(ablation=name)) for name in (first, second))))
    return crossed(groups) if all(group.size for group in groups) else None


def judge_excess(interval: Interval | None, losses: Results, first: str, second: str) -> Verdict:
    """Judge the `excess` of two that a claim wants above zero; "cannot tell" where they share a single seed."""
    ours, theirs = (set(losses.where(ablation=name).distinct("seed")) for name in (first, second))
    return judge(interval) if len(ours & theirs) >= MIN_SEEDS else "cannot tell"


def number_error(numbers: Results, ablation: str) -> Interval | None:
    """Average the absolute error of said numbers; an answer without one is charged the spread of the true ones."""
    found = []
    for kind in numbers.distinct("kind"):
        rows = numbers.where(ablation=ablation, kind=kind)
        truth = np.array(rows.values("truth"))
        if not len(truth):
            return None
        worst = float(truth.max() - truth.min())
        errors = Results(
            [
                {
                    **row,
                    "error": worst
                    if row["said"] is None
                    else abs(_number(row["said"]) - _number(row["truth"])),
                }
                for row in rows.rows
            ]
        )
        found.append(matrix(_scores(errors, "error")))
    return crossed(found)


def _scores(rows: Results, column: str = "loss") -> Scores:
    """Lay out a column by seed and sample, both in order."""
    ordered = sorted(rows.rows, key=lambda row: (_number(row["seed"]), _number(row["sample"])))
    return scores(Results(ordered), column, "sample")


def _number(value: object) -> float:
    return float(str(value))
