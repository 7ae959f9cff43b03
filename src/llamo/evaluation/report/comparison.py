"""The part of a report that holds two files against each other."""

from __future__ import annotations

import numpy as np

from llamo.evaluation.evaluating import ComparisonResult
from llamo.evaluation.metric import written
from llamo.evaluation.report.gallery import sample_card
from llamo.evaluation.report.markup import Markup, shortened, table, tag
from llamo.evaluation.report.samples import Column, sample_scores


def comparison(result: ComparisonResult, size: int) -> Markup:
    """Show the differences, and the samples on which the files differ most.

    Args:
        result: Both evaluations and the differences.
        size: Samples at most on either side.
    """
    first, second = result.first.rows.path, result.second.rows.path
    rows = [
        (
            shortened(name, 100),
            written(result.first.scores[name].value),
            written(result.second.scores[name].value),
            written(one.value, sign=True),
            f"{written(one.low, sign=True)} to {written(one.high, sign=True)}",
            written(one.p),
        )
        for name, one in result.differences.items()
    ]
    return tag(
        "section",
        tag("h2", f"Against {second.name}"),
        tag("p", f"First: {first}. Second: {second}, sha256 {result.second.rows.sha256}.", class_="note"),
        table(["metric", "first", "second", "difference", "95 % interval", "p"], rows),
        _most_different(result, size),
    )


def _most_different(result: ComparisonResult, size: int) -> list[Markup]:
    """Show on which samples the first file gains most, and on which it loses most."""
    ours, theirs = sample_scores(result.first), sample_scores(result.second)
    if ours is None or theirs is None or ours.title != theirs.title:
        return [tag("p", "The files have no score of single samples in common.", class_="note")]
    gain = _unread_is_worst(theirs.badness) - _unread_is_worst(ours.badness)
    parts = []
    for title, sign in (("The first is better", 1), ("The second is better", -1)):
        places = [
            place for place in np.argsort(-sign * gain, kind="stable").tolist() if sign * gain[place] > 0
        ]
        cards = [
            sample_card(result.first, place, ours, others=[("other prediction", result.second, theirs)])
            for place in places[:size]
        ]
        shown = f"{title} on {len(places):,} samples" + ("; most on these" if cards else "")
        parts += [tag("h3", shown), tag("div", cards, class_="gallery")]
    return parts


def _unread_is_worst(badness: Column) -> Column:
    """Put samples that do not count, since no answer could be read, below all others."""
    return np.where(np.isfinite(badness), badness, 1e9)
