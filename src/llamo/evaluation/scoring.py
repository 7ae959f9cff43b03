"""Scoring the rows of a predictions file: reads answers as their task does and calls the metrics it names."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Int

from llamo.data.tasks.answers import parse_number, parse_yes_no
from llamo.data.tasks.property import HARTREE, OTHERS, PHRASES
from llamo.data.tasks.task import Task
from llamo.errors import DataError
from llamo.evaluation.by_property import Score, by_property
from llamo.evaluation.classification_metrics import classification_metrics
from llamo.evaluation.metric import Refused
from llamo.evaluation.molecule_metrics import molecule_metrics, top_k_metrics
from llamo.evaluation.name_metrics import name_distance, name_to_structure, name_top_k
from llamo.evaluation.number_metrics import number_metrics
from llamo.evaluation.opsin import why_no_opsin
from llamo.evaluation.predictions import Predictions
from llamo.evaluation.protocols import Protocol
from llamo.evaluation.text_metrics import BLEU_ORDERS, TEXT_METRICS, text_metrics
from llamo.evaluation.text_resources import TextResources

CLAIMS_NEED_MOLECULES = "it needs a column with the molecule each answer is about (smiles)"
CORRECT = "correct it in the input, or take the row out, and predict again"
UNITS = dict.fromkeys(PHRASES, HARTREE) | {asked.name: asked.unit for asked in OTHERS}


def counts_tokens(task: Task) -> bool:
    """Say whether scoring the task cuts texts into tokens."""
    return task.answer in ("text", "name") and bool({"meteor", *BLEU_ORDERS} & set(task.metrics))


def looks_up_words(task: Task) -> bool:
    """Say whether scoring the task takes WordNet."""
    return "meteor" in task.metrics


def needs_references(task: Task) -> bool:
    """Say whether the task's answers are held against true ones; claims are held against the molecule."""
    return set(task.metrics) != {"claims"}


def score_rows(rows: Predictions, task: Task, protocol: Protocol, resources: TextResources) -> list[Score]:
    """Compute every metric that a task names, with those that belong to it.

    Args:
        rows: The predictions file.
        task: What was asked: decides how answers are read.
        protocol: Decides how they are scored.
        resources: Tokens and WordNet of the protocol.

    Raises:
        DataError: If a reference cannot be read as the task's kind of answer.
    """
    score = {
        "text": _score_texts,
        "name": _score_names,
        "smiles": _score_molecules,
        "number": _score_numbers,
        "choice": _score_choices,
    }[task.answer]
    scores = score(rows, task, protocol, resources) if needs_references(task) else []
    if "claims" in task.metrics and protocol.judges_claims:
        scores += _score_claims(rows)
    return scores


def _score_texts(rows: Predictions, task: Task, protocol: Protocol, resources: TextResources) -> list[Score]:
    """Score texts; MolT5's own output may begin with "[CLS] ", which its script cuts off."""
    prefix = "[CLS] " if protocol.tokens == "scibert" else ""
    texts = [text.removeprefix(prefix) for text in rows.texts]
    return _compare_texts(texts, rows.references, task, resources)


def _compare_texts(
    texts: Sequence[str], references: Sequence[str], task: Task, resources: TextResources
) -> list[Score]:
    wanted = [name for name in TEXT_METRICS if name in task.metrics or name == "exact"]
    scores: list[Score] = list(
        text_metrics(texts, references, tokenize=resources.tokenize, wordnet=resources.wordnet, wanted=wanted)
    )
    if resources.refusal:
        scores.append(Refused("meteor", resources.refusal))
    return scores


def _score_names(rows: Predictions, task: Task, protocol: Protocol, resources: TextResources) -> list[Score]:
    """Score names as read from the answers: without "The name is", quotes and a final dot."""
    names = [str(task.parse(text) or "") for text in rows.texts]
    references = [str(task.parse(text) or text) for text in rows.references]
    scores = _compare_texts(names, references, task, resources)
    scores.append(name_distance(names, references))
    if rows.candidates is not None and any(rows.candidates):
        candidates = [[str(task.parse(text) or "") for text in some] for some in rows.candidates]
        scores += name_top_k(candidates, references)
    if not protocol.is_published:
        reason = why_no_opsin()
        scores += (
            [Refused("name-to-structure", reason)]
            if reason
            else name_to_structure(names, references, rows.molecules)
        )
    return scores


def _score_molecules(
    rows: Predictions,
    task: Task,
    protocol: Protocol,
    resources: TextResources,  # noqa: ARG001
) -> list[Score]:
    """Score molecules as read from the answers."""
    said = [_smiles(task, text) for text in rows.texts]
    true = [_smiles(task, text) or text for text in rows.references]
    scores: list[Score] = list(molecule_metrics(said, true, texts=rows.texts, rules=protocol.molecules))
    if rows.candidates is not None and any(rows.candidates):
        candidates = [[_smiles(task, text) for text in some] for some in rows.candidates]
        scores += top_k_metrics(candidates, true, rules=protocol.molecules)
    return scores


def _score_numbers(
    rows: Predictions,
    task: Task,
    protocol: Protocol,
    resources: TextResources,  # noqa: ARG001
) -> list[Score]:
    """Score numbers, property by property."""
    said = [_number(task.parse(text)) for text in rows.texts]
    true = [true_number(rows, number) for number in range(len(rows.references))]

    def score(picked: Int[np.ndarray, "K"], name: str) -> list[Score]:  # noqa: UP037
        return list(
            number_metrics(
                [said[row] for row in picked],
                [true[row] for row in picked],
                unit=UNITS.get(name, ""),
                over_valid=protocol.numbers_over_valid,
            )
        )

    return by_property(rows.properties, score)


def _score_choices(
    rows: Predictions,
    task: Task,
    protocol: Protocol,  # noqa: ARG001
    resources: TextResources,  # noqa: ARG001
) -> list[Score]:
    """Score answers of Yes or No, property by property."""
    answers = [_choice(task.parse(text)) for text in rows.texts]
    labels = [true_label(rows, number) for number in range(len(rows.references))]

    def score(picked: Int[np.ndarray, "K"], name: str) -> list[Score]:  # noqa: UP037, ARG001
        scores = None if rows.scores is None else [rows.scores[row] for row in picked]
        return list(
            classification_metrics([answers[row] for row in picked], [labels[row] for row in picked], scores)
        )

    return by_property(rows.properties, score)


def _score_claims(rows: Predictions) -> list[Score]:
    from llamo.evaluation.claim_metrics import claim_metrics

    if rows.molecules is None:
        return [Refused("claims", CLAIMS_NEED_MOLECULES)]
    return list(claim_metrics(rows.texts, rows.molecules, rows.questions))


def _smiles(task: Task, text: str) -> str | None:
    value = task.parse(text)
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _choice(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def true_number(rows: Predictions, row: int) -> float:
    """Read a reference as a finite number."""
    text = rows.references[row]
    try:
        value: float | None = float(text)
    except ValueError:
        value = parse_number(text)
    if value is None or not math.isfinite(value):
        raise DataError(
            f"row {row + 1} of {rows.path} has the reference {text!r}; expected a number, and a finite one: {CORRECT}"
        )
    return value


def true_label(rows: Predictions, row: int) -> bool:
    """Read a reference as a label: Yes, No, true, false, 1 or 0."""
    text = rows.references[row].strip()
    label = {"1": True, "1.0": True, "0": False, "0.0": False}.get(text, parse_yes_no(text))
    if label is None:
        raise DataError(
            f"row {row + 1} of {rows.path} has the reference {text!r}; expected Yes or No, 1 or 0: {CORRECT}"
        )
    return label
