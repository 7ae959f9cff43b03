"""Evaluating a predictions file under a named protocol, alone or against another file."""

from __future__ import annotations

import importlib.metadata
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Int

from llamo.data.tasks.catalogue import find_task
from llamo.data.tasks.task import Answer
from llamo.errors import DataError
from llamo.evaluation.bootstrap import (
    RESAMPLES,
    Difference,
    Interval,
    bootstrap_metrics,
    paired_bootstrap,
)
from llamo.evaluation.metric import Metric, Refused
from llamo.evaluation.pairing import pair_rows
from llamo.evaluation.predictions import Predictions, read_predictions
from llamo.evaluation.protocols import DEFAULT_PROTOCOL, find_protocol
from llamo.evaluation.scoring import counts_tokens, looks_up_words, needs_references, score_rows
from llamo.evaluation.text_resources import TextResources, open_resources, require_files
from llamo.version import __version__

_LIBRARIES: dict[Answer, tuple[str, ...]] = {  # whose versions the figures depend on
    "text": ("nltk", "rouge-score", "tokenizers", "rdkit"),
    "name": ("nltk", "rouge-score", "tokenizers", "rdkit", "py2opsin"),
    "smiles": ("rdkit",),
    "number": ("numpy",),
    "choice": ("numpy",),
}


@dataclass(frozen=True)
class Settings:
    """How a file is evaluated.

    Attributes:
        task: What was asked, e.g. "description".
        protocol: How it is scored, e.g. "molt5".
        resamples: Bootstrap resamples for the intervals.
        seed: Seed of the resampling.
        tokenizer: Base model, or a folder with a tokenizer.json, where a protocol counts the model's own tokens.
    """

    task: str
    protocol: str = DEFAULT_PROTOCOL
    resamples: int = RESAMPLES
    seed: int = 0
    tokenizer: str | None = None


@dataclass(frozen=True)
class Evaluation:
    """The scores of a predictions file.

    Attributes:
        settings: Task, protocol and resampling.
        rows: The predictions.
        metrics: The metrics computed, in the order of the table.
        scores: Their values with 95 % bootstrap intervals, by name.
        refused: Metrics that were not computed, each with the remedy.
        files: sha256 of the outside files the figures stand on.
    """

    settings: Settings
    rows: Predictions
    metrics: tuple[Metric, ...]
    scores: dict[str, Interval]
    refused: tuple[Refused, ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Lay the evaluation out for JSON, with all that the figures depend on; what is not defined is null."""
        task = find_task(self.settings.task)
        return {
            "task": self.settings.task,
            "protocol": self.settings.protocol,
            "predictions": {"file": self.rows.path.name, "sha256": self.rows.sha256, **_origin(self.rows)},
            "n_total": len(self.rows.texts),
            "n_valid": self.rows.num_valid,
            "n_errors": self.rows.num_errors,
            "n_empty": self.rows.num_empty,
            "n_duplicate_ids": self.rows.num_duplicate_ids,
            "scores": {metric.name: _describe(metric, self.scores[metric.name]) for metric in self.metrics},
            "refused": {one.name: one.reason for one in self.refused},
            "intervals": {
                "level": 0.95,
                "method": "percentile bootstrap",
                "resamples": self.settings.resamples,
                "seed": self.settings.seed,
            },
            "versions": {"llamo": __version__} | _versions(_LIBRARIES[task.answer]),
            "files": self.files,
        }


@dataclass(frozen=True)
class ComparisonResult:
    """Two evaluations of the same samples, and how far apart they are.

    Attributes:
        first: The evaluation in question.
        second: The one it is held against.
        differences: First less second, by metric.
    """

    first: Evaluation
    second: Evaluation
    differences: dict[str, Difference]

    def to_dict(self) -> dict[str, object]:
        """Lay the comparison out for JSON: the first evaluation, with the second and the differences inside."""
        return self.first.to_dict() | {
            "against": self.second.to_dict(),
            "differences": {
                name: {key: _number(value) for key, value in one._asdict().items()}
                for name, one in self.differences.items()
            },
        }


def evaluate_file(
    path: Path,
    task: str,
    protocol: str = DEFAULT_PROTOCOL,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    tokenizer: str | None = None,
) -> Evaluation:
    """Score a predictions file under a named protocol.

    Args:
        path: Written by `llamo predict` or a baseline, with references: .jsonl, .csv or .parquet.
        task: What was asked, e.g. "description".
        protocol: How it is scored, e.g. "molt5".
        resamples: Bootstrap resamples for the intervals.
        seed: Seed of the resampling.
        tokenizer: Base model, or a folder with a tokenizer.json, where the protocol counts the model's own tokens.

    Raises:
        UsageError: If there is no such protocol for the task, or the file has another suffix.
        DataError: If the predictions, or a file that the protocol needs, are missing or unsound.
    """
    settings = Settings(task, protocol, resamples, seed, tokenizer)
    _check(settings)
    rows = _read(path, settings)
    return _evaluate(rows, settings, _open(settings), _order(rows))


def compare_files(
    path: Path,
    against: Path,
    task: str,
    protocol: str = DEFAULT_PROTOCOL,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    tokenizer: str | None = None,
) -> ComparisonResult:
    """Score two predictions files of the same samples, and the differences by paired bootstrap.

    Args:
        path: The file in question.
        against: The file it is held against; see `pair_rows` for what counts as the same samples.
        task: As in `evaluate_file`, like all that follows.
        protocol: As above.
        resamples: As above.
        seed: As above.
        tokenizer: As above.

    Raises:
        UsageError: As `evaluate_file`.
        DataError: As `evaluate_file`; and if the files are not of the same samples.
    """
    settings = Settings(task, protocol, resamples, seed, tokenizer)
    _check(settings)
    first = _read(path, settings)
    second = pair_rows(first, _read(against, settings))
    resources, order = _open(settings), _order(first)
    ours, theirs = (_evaluate(rows, settings, resources, order) for rows in (first, second))
    shared = [metric.name for metric in ours.metrics if metric.name in theirs.scores]
    differences = paired_bootstrap(
        [metric for metric in ours.metrics if metric.name in shared],
        [metric for name in shared for metric in theirs.metrics if metric.name == name],
        resamples=resamples,
        seed=seed,
        order=order,
    )
    return ComparisonResult(ours, theirs, dict(zip(shared, differences, strict=True)))


def _check(settings: Settings) -> None:
    """Refuse what cannot be evaluated before any file is read."""
    task = find_task(settings.task)
    require_files(
        find_protocol(task, settings.protocol),
        needs_tokens=counts_tokens(task),
        needs_wordnet=looks_up_words(task),
        tokenizer=settings.tokenizer,
    )


def _read(path: Path, settings: Settings) -> Predictions:
    task = find_task(settings.task)
    return read_predictions(
        path,
        needs_references=needs_references(task),
        may_be_numbers=task.answer in ("number", "choice"),
        has_scores=task.answer == "choice",
        has_candidates=task.answer in ("smiles", "name"),
    )


def _open(settings: Settings) -> TextResources:
    task = find_task(settings.task)
    return open_resources(
        find_protocol(task, settings.protocol),
        needs_tokens=counts_tokens(task),
        needs_wordnet=looks_up_words(task),
        tokenizer=settings.tokenizer,
    )


def _evaluate(
    rows: Predictions,
    settings: Settings,
    resources: TextResources,
    order: Int[np.ndarray, "S"],  # noqa: UP037
) -> Evaluation:
    task = find_task(settings.task)
    found = score_rows(rows, task, find_protocol(task, settings.protocol), resources)
    metrics = tuple(one for one in found if isinstance(one, Metric))
    refused = tuple(one for one in found if isinstance(one, Refused))
    intervals = bootstrap_metrics(metrics, resamples=settings.resamples, seed=settings.seed, order=order)
    names = [metric.name for metric in metrics]
    if len(set(names)) < len(names):
        raise DataError(f"two metrics have one name among {', '.join(names)}; name properties differently")
    return Evaluation(
        settings, rows, metrics, dict(zip(names, intervals, strict=True)), refused, resources.files
    )


def _order(rows: Predictions) -> Int[np.ndarray, "S"]:  # noqa: UP037
    """Order samples by what they say, so that the same rows in another order give the same intervals."""
    keys = zip(rows.references, rows.properties, rows.molecules or rows.texts, rows.texts, strict=True)
    return np.array([index for _, index in sorted(zip(keys, range(len(rows.texts)), strict=True))])


def _origin(rows: Predictions) -> dict[str, object]:
    """Say which model answered, where the record beside the file says so, and whether it is of this very file."""
    if not rows.record:
        return {}
    origin = {
        name: rows.record[name] for name in ("model", "model_sha256", "baseline") if rows.record.get(name)
    }
    return origin | {"is_as_written": rows.record.get("output_sha256") == rows.sha256}


def _describe(metric: Metric, interval: Interval) -> dict[str, object]:
    """Lay one score out for JSON."""
    is_undefined = bool(metric.why_undefined) and not math.isfinite(interval.value)
    return {
        **{key: _number(value) for key, value in interval._asdict().items()},
        **({"why_undefined": metric.why_undefined} if is_undefined else {}),
        "n_total": metric.n_total,
        "n_valid": metric.n_valid,
        "over": metric.over,
        "unit": metric.unit,
        "is_better_lower": metric.is_better_lower,
    }


def _number(value: float) -> float | None:
    """Return a number that JSON can hold."""
    return value if math.isfinite(value) else None


def _versions(libraries: tuple[str, ...]) -> dict[str, str | None]:
    versions: dict[str, str | None] = {}
    for name in libraries:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    return versions
