"""Scores by similarity to the training data: what is left of them where no neighbour was seen?

Works on any metric of `llamo.evaluation`, corpus BLEU and AUROC included: a band's score is the metric with weight on
the band's samples alone, and its interval resamples these.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from llamo.errors import DataError, InvalidMoleculeError
from llamo.evaluation.bootstrap import RESAMPLES, Interval
from llamo.evaluation.evaluating import evaluate_file
from llamo.evaluation.metric import Metric
from llamo.evaluation.proportions import wilson_interval
from llamo.evaluation.text_metrics import text_metrics
from llamo.evaluation.text_resources import words
from llamo.studies.robustness.figures import Figure
from llamo.studies.robustness.probe import DESCRIPTION, Ask, ProbeResult, Setting
from llamo.studies.robustness.question import Question
from llamo.studies.robustness.training_molecules import TrainingMolecules

NAME = "similarity"
EDGES = (0.0, 0.3, 0.5, 0.7, 0.9, 1.0)
METRICS = ("bleu-2", "rouge-l", "exact")
_CHUNK = 50  # resamples at a time


def probe_similarity(setting: Setting, ask: Ask) -> ProbeResult:
    """Score descriptions by how like the molecule is to the nearest training molecule.

    Raises:
        DataError: There are no training molecules, or no molecule has a description.
    """
    subjects, training = setting.subjects.with_text, setting.subjects.training
    if training is None or not subjects:
        raise DataError(
            "scores by similarity need molecules with descriptions and the training data; give a --data table with a "
            "column of texts, and --training"
        )
    nearest = [round(training.nearest(one.smiles), 4) for one in subjects]
    asked = ask([
        Question(one.smiles, DESCRIPTION, setting.view, task="description", reference=one.text,
                 labels={"similarity": like})
        for one, like in zip(subjects, nearest, strict=True)
    ])  # fmt: skip
    metrics = text_metrics(
        [one.answer.prediction for one in asked],
        [one.question.reference for one in asked],
        tokenize=words,
        wanted=METRICS,
    )
    return ProbeResult(
        NAME,
        "Descriptions by similarity to the training data",
        tuple(banded(metrics, nearest)),
        tuple(asked),
        notes=(_note(training),),
        details={"similarities": dict(zip([one.smiles for one in subjects], nearest, strict=True))},
    )


def score_file(path: Path, task: str, protocol: str, training: TrainingMolecules) -> ProbeResult:
    """Score an existing predictions file by similarity to the training data.

    Args:
        path: Written by `llamo predict` or a baseline, with molecules and references.
        task: What was asked.
        protocol: How it is scored.
        training: What the answers' maker was trained on.

    Raises:
        DataError: The file is missing or unsound, or names no molecules.
    """
    evaluation = evaluate_file(path, task, protocol, resamples=1)
    molecules = evaluation.rows.molecules
    if molecules is None:
        raise DataError(f"{path} has no column of molecules; similarity needs one, such as `smiles`")
    nearest = [_nearest(training, smiles) for smiles in molecules]
    rows = len(evaluation.rows.texts)
    fitting = [metric for metric in evaluation.metrics if metric.width == rows]
    others = [metric.name for metric in evaluation.metrics if metric.width != rows]
    skipped = [f"not by row, so not by band: {', '.join(others)}"] if others else []
    unread = sum(math.isnan(value) for value in nearest)
    skipped += [f"{unread} rows are in no band: their molecule cannot be read"] if unread else []
    refused = [f"{one.name} refused: {one.reason}" for one in evaluation.refused]
    return ProbeResult(
        NAME,
        f"{task}, protocol {protocol}, by similarity to the training data",
        tuple(banded(fitting, nearest)),
        (),
        notes=(_note(training), *skipped, *refused),
        details={"predictions": path.name, "sha256": evaluation.rows.sha256},
    )


def banded(
    metrics: Sequence[Metric], similarities: Sequence[float], edges: Sequence[float] = EDGES
) -> list[Figure]:
    """Compute every metric in every band that has samples.

    Args:
        metrics: With one weight a sample.
        similarities: Of each sample, 0 to 1; NaN puts it into no band.
        edges: Ends of the bands; each holds its lower end, the last one both.
    """
    values = np.asarray(similarities, dtype=np.float64)
    figures = []
    for low, high in itertools.pairwise(edges):
        is_last = high == edges[-1]
        inside = (values >= low) & ((values <= high) if is_last else (values < high))
        places = np.flatnonzero(inside)
        if len(places):
            title = f"similarity {low:.1f} to {high:.1f}"
            figures += [
                Figure(title, metric.name, _interval(metric, places), len(places), len(places))
                for metric in metrics
            ]
    return figures


def _interval(
    metric: Metric,
    places: Int[np.ndarray, "K"],  # noqa: UP037
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Compute a metric on some samples alone, with the interval of resampling these."""
    rng = np.random.default_rng(seed)
    even = np.full(len(places), 1 / len(places))
    drawn: list[Float[np.ndarray, "R"]] = []  # noqa: UP037
    for start in range(0, resamples, _CHUNK):
        counts = rng.multinomial(len(places), even, size=min(_CHUNK, resamples - start))  # [R, K]
        drawn.append(metric.values(_weights(metric, places, counts)))
    own = metric.values(_weights(metric, places, np.ones((1, len(places)))))
    values = np.concatenate(drawn)
    defined = values[~np.isnan(values)]
    low, high = np.percentile(defined, [2.5, 97.5]) if len(defined) else (math.nan, math.nan)
    is_share = not (metric.unit or metric.is_better_lower)
    if is_share and low == high and own[0] in (0.0, 1.0):  # no resample differs; that is no certainty
        return wilson_interval(len(places) if own[0] else 0, len(places))
    return Interval(float(own[0]), float(low), float(high))


def _weights(
    metric: Metric,
    places: Int[np.ndarray, K],
    counts: Float[np.ndarray, "R K"] | Int[np.ndarray, "R K"],
) -> Float[np.ndarray, "R S"]:
    weights = np.zeros((len(counts), metric.width))
    weights[:, places] = counts
    return weights


def _nearest(training: TrainingMolecules, smiles: str) -> float:
    try:
        return training.nearest(smiles)
    except InvalidMoleculeError:
        return math.nan


def _note(training: TrainingMolecules) -> str:
    return f"similarity: highest Tanimoto (Morgan, radius 2, 2048 bits) with {len(training):,} training molecules"
