"""Which plots an evaluation gets, each with a line that says what it shows, or why it is missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float

from llamo.data.tasks.catalogue import find_task
from llamo.evaluation.evaluating import Evaluation
from llamo.evaluation.report import charts
from llamo.evaluation.report.likeness import MISSING
from llamo.evaluation.report.markup import Markup, shortened, svg_image, tag
from llamo.evaluation.report.samples import SampleScores
from llamo.evaluation.scoring import UNITS, true_label, true_number

Column = Float[np.ndarray, "S"]
Flags = Bool[np.ndarray, "S"]
MAX_PROPERTIES = 12  # with plots of their own
FAR = 2.0  # times the range of the references, beyond which a prediction is not drawn


def plots(
    evaluation: Evaluation, scores: SampleScores | None, sizes: Column, similarities: Column | None
) -> Markup:
    """Make the plots of an evaluation.

    Args:
        evaluation: The scores.
        scores: Of each sample; None where there are none.
        sizes: Heavy atoms of each sample, NaN where not known.
        similarities: To the training data, NaN where not known; None where nothing is known.
    """
    shown: list[Markup] = []
    missing: list[str] = []
    if scores is not None and scores.is_known.any():
        known = scores.is_known
        shown.append(
            _figure(
                charts.histogram(scores.values[known], label=scores.label),
                f"Distribution of the {scores.title}.",
            )
        )
        for x, name in ((sizes, "heavy atoms"), (similarities, "similarity to the training data")):
            shown += _against(scores, x, name)
    if similarities is None:
        missing.append(MISSING)
    if not np.isfinite(sizes).any():
        missing.append(
            "The sizes of the molecules are not known: the file has no column of molecules (smiles)."
        )
    shown += _by_property(evaluation)
    return tag(
        "section",
        tag("h2", "Plots"),
        [tag("p", one, class_="note") for one in missing],
        tag("div", shown, class_="plots"),
    )


def _figure(svg: str, caption: str) -> Markup:
    return tag("figure", svg_image(svg, caption), tag("figcaption", caption))


def _against(scores: SampleScores, x: Column | None, name: str) -> list[Markup]:
    """Draw the score of each sample against something else that is known of it."""
    if x is None or not (known := scores.is_known & np.isfinite(x)).any():
        return []
    left_out = int(len(x) - known.sum())
    caption = f"{scores.title[0].upper()}{scores.title[1:]} against {name}, {known.sum():,} samples"
    caption += f"; {left_out:,} without either are left out." if left_out else "."
    return [
        _figure(charts.against(x[known], scores.values[known], x_label=name, y_label=scores.label), caption)
    ]


def _by_property(evaluation: Evaluation) -> Iterator[Markup]:
    """Draw what numbers and answers of Yes or No have, for each property."""
    answer = find_task(evaluation.settings.task).answer
    rows = evaluation.rows
    if answer not in ("number", "choice") or (answer == "choice" and rows.scores is None):
        return
    of_row = np.array(rows.properties)
    names = list(dict.fromkeys(rows.properties))
    for name in names[:MAX_PROPERTIES]:
        figure = _numbers if answer == "number" else _choices
        yield figure(evaluation, name, of_row == name)
    if len(names) > MAX_PROPERTIES:
        yield tag("p", f"{len(names) - MAX_PROPERTIES} more properties are not drawn.", class_="note")


def _numbers(evaluation: Evaluation, name: str, picked: Flags) -> Markup:
    """Draw predicted against true numbers of a property; what is far off would leave the rest a dot."""
    rows, parse = evaluation.rows, find_task(evaluation.settings.task).parse
    places = np.flatnonzero(picked).tolist()
    true = np.array([true_number(rows, place) for place in places])
    read = [parse(rows.texts[place]) for place in places]
    said = np.array([one if isinstance(one, float) else np.nan for one in read])
    margin = FAR * float(np.ptp(true) or abs(true).max() or 1.0)
    near = (said >= true.min() - margin) & (said <= true.max() + margin)
    unread, far = int(np.isnan(said).sum()), int((np.isfinite(said) & ~near).sum())
    caption = f"{_title(name)}: predicted against reference, and residuals; {near.sum():,} of {len(places):,} samples"
    caption += f"; {unread:,} without a number" if unread else ""
    caption += f"; {far:,} too far off to draw" if far else ""
    if not near.any():
        return tag("p", f"{caption}.", class_="note")
    svg = charts.predicted_against_reference(said[near], true[near], unit=UNITS.get(name, ""))
    return _figure(svg, f"{caption}.")


def _choices(evaluation: Evaluation, name: str, picked: Flags) -> Markup:
    """Draw ROC and reliability of the samples of a property that have a score."""
    rows = evaluation.rows
    places = np.flatnonzero(picked).tolist()
    scores = {place: (rows.scores or ())[place] for place in places}
    given = {place: score for place, score in scores.items() if score is not None}
    caption = f"{_title(name)}: ROC curve and reliability (numbers of samples beside the points), "
    caption += f"{len(given):,} of {len(places):,} samples"
    labels = [true_label(rows, place) for place in given]
    if len(set(labels)) < 2:
        return tag("p", f"{caption}: not drawn, since there are not samples of both classes.", class_="note")
    return _figure(
        charts.roc_and_reliability(np.array(list(given.values())), np.array(labels)), f"{caption}."
    )


def _title(name: str) -> str:
    return shortened(name, 80) or "All samples"
