"""The gallery: the worst, middling and best samples, and those without an answer, each with its molecule drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from llamo.data.tasks.catalogue import find_task
from llamo.evaluation.evaluating import Evaluation
from llamo.evaluation.metric import written
from llamo.evaluation.predictions import Predictions
from llamo.evaluation.report.markup import Markup, shortened, tag
from llamo.evaluation.report.molecules import drawing
from llamo.evaluation.report.samples import SampleScores

Column = Float[np.ndarray, "S"]


def gallery(
    evaluation: Evaluation, scores: SampleScores | None, similarities: Column | None, size: int
) -> Markup:
    """Show samples.

    Args:
        evaluation: The rows.
        scores: Of each sample; None where there are none: then only rows without an answer are shown.
        similarities: To the training data.
        size: Samples at most of each kind.
    """
    rows = evaluation.rows
    answered = np.array([bool(text) for text in rows.texts])
    groups = [("Without an answer", np.flatnonzero(~answered))]
    if scores is not None:
        groups += _ranked(scores, answered)
    parts = []
    for title, places in groups:
        if len(places):
            cards = [sample_card(evaluation, place, scores, similarities) for place in places[:size].tolist()]
            shown = f"{title}: {len(cards)} of {len(places):,}" if title == groups[0][0] else title
            parts += [tag("h3", shown), tag("div", cards, class_="gallery")]
    return tag("section", tag("h2", "Samples"), parts or tag("p", "There are none to show.", class_="note"))


def _ranked(scores: SampleScores, answered: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Order answered samples: the worst first, those around the middle, the best first."""
    places = np.flatnonzero(answered)
    badness = np.where(np.isfinite(scores.badness), scores.badness, np.inf)[places]  # not counted: unreadable
    order = places[np.argsort(-badness, kind="stable")]
    middle = np.argsort(np.abs(np.arange(len(order)) - (len(order) - 1) / 2), kind="stable")
    return [("Worst", order), ("Around the median", order[middle]), ("Best", order[::-1])]


def sample_card(
    evaluation: Evaluation,
    place: int,
    scores: SampleScores | None,
    similarities: Column | None = None,
    others: Sequence[tuple[str, Evaluation, SampleScores | None]] = (),
) -> Markup:
    """Show one sample.

    Args:
        evaluation: The rows.
        place: Of the sample in the file, from 0.
        scores: Of each sample.
        similarities: To the training data.
        others: Further answers to the same question: a name, their evaluation and their scores.
    """
    rows = evaluation.rows
    answers = [("prediction", rows, scores), *((name, one.rows, some) for name, one, some in others)]
    named = f", id {shortened(rows.ids[place], 80)}" if rows.ids is not None else ""
    pairs: list[tuple[str, str]] = [("question", rows.questions[place] if rows.questions is not None else "")]
    pairs += [("property", rows.properties[place] if rows.properties else "")]
    pairs += [("molecule", rows.molecules[place] if rows.molecules is not None else "")]
    if similarities is not None and np.isfinite(similarities[place]):
        pairs.append(("similarity to the training data", written(float(similarities[place]))))
    pairs.append(("reference", rows.references[place]))
    for name, answer, some in answers:
        pairs += _said(name, answer, place, some)
    terms = [
        (tag("dt", term), tag("dd", shortened(text), class_="text")) for term, text in pairs if text.strip()
    ]
    return tag(
        "article",
        tag("h4", f"Row {place + 1}{named}"),
        _drawings(evaluation, place),
        tag("dl", terms),
        class_="sample",
    )


def _said(name: str, rows: Predictions, place: int, scores: SampleScores | None) -> list[tuple[str, str]]:
    """List what was answered, its error and its scores."""
    error = rows.errors[place] if rows.errors else ""
    text = rows.texts[place] or ("" if error else "(empty)")
    found = [(name, text), (f"error of the {name}", error)]
    given = rows.scores[place] if rows.scores is not None else None
    if given is not None:
        found.append(("probability of Yes", written(given)))
    if scores is not None:
        value = float(scores.values[place])
        found.append((scores.label, written(value) if np.isfinite(value) else "not counted"))
    return found


def _drawings(evaluation: Evaluation, place: int) -> Markup:
    """Draw what was asked about, and answers that are molecules themselves."""
    rows, task = evaluation.rows, find_task(evaluation.settings.task)
    cells = [("asked about", rows.molecules[place] if rows.molecules is not None else "")]
    if task.answer == "smiles":
        read = [
            (name, task.parse(text))
            for name, text in (("reference", rows.references[place]), ("prediction", rows.texts[place]))
        ]
        cells += [(name, smiles) for name, smiles in read if isinstance(smiles, str)]
    return tag("div", [drawing(cell, name) for name, cell in cells], class_="molecules")
