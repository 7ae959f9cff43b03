"""Scores of several properties in one file: each by itself, and their mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Int

from llamo.evaluation.metric import Column, Metric, Refused, Values, Weights

Score = Metric | Refused


def by_property(
    properties: Sequence[str],
    score: Callable[[Int[np.ndarray, "K"], str], list[Score]],  # noqa: UP037
) -> list[Score]:
    """Score the samples of each property by themselves, then average over properties.

    `["homo", "gap"]` -> mae (homo), ..., mae (gap), ..., and mae, ... as their mean: what QM9 tables call the mean of
    three, and MoleculeNet tables the mean AUROC. No mean is made over different units.

    Args:
        properties: The property of each sample.
        score: Scores the samples of the given numbers, which are those of one property.

    Returns:
        The scores of the only property under their own names, or the means first, then those of each property.
    """
    names = list(dict.fromkeys(properties))
    of_row = np.array(properties)
    if len(names) == 1:
        return score(np.arange(len(properties)), names[0])
    parts = {name: score(np.flatnonzero(of_row == name), name) for name in names}
    spread = [
        [_within(one, name, np.flatnonzero(of_row == name), len(properties)) for one in scores]
        for name, scores in parts.items()
    ]
    means = [_mean(list(same), len(properties)) for same in zip(*spread, strict=True)]
    return [mean for mean in means if mean is not None] + [one for scores in spread for one in scores]


def _within(score: Score, name: str, rows: Int[np.ndarray, "K"], width: int) -> Score:  # noqa: UP037
    """Let a metric of some samples take the weights of all."""
    title = f"{score.name} ({name or 'no property'})"
    if isinstance(score, Refused):
        return replace(score, name=title)
    values, samples = score.values, None
    if score.samples is not None:
        samples = np.full(width, np.nan)
        samples[rows] = score.samples
    return replace(
        score,
        name=title,
        values=lambda weights: values(weights[:, rows]),
        num_weights=width,
        samples=samples,
    )


def _mean(scores: list[Score], width: int) -> Score | None:
    """Average one metric over properties; None where their units differ."""
    name = scores[0].name.rsplit(" (", 1)[0]
    metrics = [score for score in scores if isinstance(score, Metric)]
    if len(metrics) < len(scores):
        return Refused(name, next(score.reason for score in scores if isinstance(score, Refused)))
    if len({metric.unit for metric in metrics}) > 1:
        return None

    def values(weights: Weights) -> Values:
        return np.mean([metric.values(weights) for metric in metrics], axis=0)

    return replace(
        metrics[0],
        name=name,
        values=values,
        n_total=sum(metric.n_total for metric in metrics),
        n_valid=sum(metric.n_valid for metric in metrics),
        num_weights=width,
        samples=merged(metrics),
        why_undefined=next((f"{one.name}: {one.why_undefined}" for one in metrics if one.why_undefined), ""),
    )


def merged(metrics: Sequence[Metric]) -> Column | None:
    """Put what samples score into one column, where each metric is of other samples; None if one has none."""
    columns = [metric.samples for metric in metrics if metric.samples is not None]
    if not columns or len(columns) < len(metrics):
        return None
    found = columns[0].copy()
    for column in columns[1:]:
        found = np.where(np.isnan(found), column, found)
    return found
