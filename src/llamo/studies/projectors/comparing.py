"""Paired comparisons of projectors: the same held-back samples, the same seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llamo.evaluation.bootstrap import Interval, bootstrap_crossed
from llamo.studies.frame.findings import Verdict, judge
from llamo.studies.frame.results import Results

MIN_SEEDS = 2  # a single one says nothing about others


def mean_loss(losses: Results, ablation: str, task: str) -> Interval | None:
    """Average an ablation's loss on a task over samples and seeds; None where nothing was measured."""
    found = _matrix(losses.where(ablation=ablation, task=task), "loss")
    return bootstrap_crossed([found]) if found is not None else None


def excess(losses: Results, first: str, second: str, tasks: Sequence[str]) -> Interval | None:
    """Average how much more loss the first has than the second, paired by sample and seed; each task counts the same.

    None where a task is missing.
    """
    groups = [_paired(losses.where(task=task), first, second) for task in tasks]
    if not groups or any(group is None for group in groups):
        return None
    return bootstrap_crossed([group for group in groups if group is not None])


def judge_excess(interval: Interval | None, losses: Results) -> Verdict:
    """Judge an excess that a claim wants above zero; "cannot tell" from a single seed."""
    return judge(interval) if len(losses.distinct("seed")) >= MIN_SEEDS else "cannot tell"


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Judge a claim that needs all of several: one that does not hold refutes it."""
    if "not supported" in verdicts:
        return "not supported"
    return "supported" if verdicts and set(verdicts) == {"supported"} else "cannot tell"


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
        matrix = _matrix(errors, "error")
        if matrix is not None:
            found.append(matrix)
    return bootstrap_crossed(found) if found else None


def _paired(losses: Results, first: str, second: str) -> NDArray[np.float64] | None:
    """Subtract the second's losses from the first's: [seeds that both have, samples]; None where there are none."""
    ours, theirs = losses.where(ablation=first), losses.where(ablation=second)
    shared = [seed for seed in ours.distinct("seed") if seed in theirs.distinct("seed")]
    one, other = (
        _matrix(Results([row for row in each.rows if row["seed"] in shared]), "loss")
        for each in (ours, theirs)
    )
    return one - other if one is not None and other is not None else None


def _matrix(rows: Results, column: str) -> NDArray[np.float64] | None:
    """Lay values out as [seeds, samples], both sorted; None where there are none."""
    seeds = sorted({int(str(row["seed"])) for row in rows.rows})
    if not seeds:
        return None
    by_seed = [
        [
            _number(row[column])
            for row in sorted(rows.where(seed=seed).rows, key=lambda row: int(str(row["sample"])))
        ]
        for seed in seeds
    ]
    return np.array(by_seed, dtype=np.float64)


def _number(value: object) -> float:
    return float(str(value))
