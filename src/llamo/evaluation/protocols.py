"""Named protocols: which scores a task gets, on which tokens, over which samples.

Figures of this field move by ten BLEU with the script, not the model, so every figure carries its protocol's
name, the versions of the libraries and the hashes of the files behind it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from llamo.data.locations import data_file
from llamo.errors import UsageError
from llamo.evaluation.bootstrap import RESAMPLES, Interval, bootstrap_scores
from llamo.evaluation.predictions import read_predictions
from llamo.evaluation.text_metrics import text_scores, text_statistics
from llamo.evaluation.wordnet import WORDNET_FILE, open_wordnet
from llamo.evaluation.wordpiece import VOCABULARY_FILE, read_wordpiece
from llamo.version import __version__


@dataclass(frozen=True)
class Protocol:
    """How the answers of a task are scored.

    Attributes:
        summary: What it does, in a line.
        statistics: Reduces predictions and references to one row of numbers each.
        scores: Makes the scores from the sums of these rows.
        files: What it needs from LLAMO_DATA_DIR.
        libraries: Whose versions the figures depend on.
    """

    summary: str
    statistics: Callable[[Sequence[str], Sequence[str]], Float[np.ndarray, "S C"]]
    scores: Callable[[Float[np.ndarray, "C"]], dict[str, float]]  # noqa: UP037
    files: tuple[str, ...]
    libraries: tuple[str, ...]


def molt5_description(predictions: Sequence[str], references: Sequence[str]) -> Float[np.ndarray, "S C"]:
    """Reduce descriptions as the evaluation script of MolT5 does (Edwards et al. 2022, table of captions).

    BLEU and METEOR on SciBERT's WordPiece tokens, at most 512 of them, ROUGE on rouge-score's words. A
    "[CLS] " in front of a prediction, which MolT5's own output may have, is cut off.

    Raises:
        DataError: If SciBERT's vocabulary or WordNet is not in LLAMO_DATA_DIR.
    """
    vocabulary, archive = data_file(VOCABULARY_FILE), data_file(WORDNET_FILE)
    return text_statistics(
        [text.removeprefix("[CLS] ") for text in predictions],
        references,
        tokenize=read_wordpiece(vocabulary),
        wordnet=open_wordnet(archive),
    )


PROTOCOLS = {
    ("description", "molt5"): Protocol(
        summary="SciBERT WordPiece tokens, NLTK corpus BLEU and METEOR, rouge-score F1, over all rows",
        statistics=molt5_description,
        scores=text_scores,
        files=(VOCABULARY_FILE, WORDNET_FILE),
        libraries=("nltk", "rouge-score", "tokenizers"),
    ),
}


@dataclass(frozen=True)
class Evaluation:
    """The scores of a predictions file.

    Attributes:
        num_total: Rows; the denominator of every score.
        num_valid: Rows with an answer; the others score 0.
        num_errors: Rows with an error.
        num_empty: Rows with an empty answer.
        scores: Each from 0 to 1, with its 95 % bootstrap interval.
    """

    task: str
    protocol: str
    predictions: Path
    sha256: str
    num_total: int
    num_valid: int
    num_errors: int
    num_empty: int
    scores: dict[str, Interval]
    resamples: int
    seed: int

    def to_dict(self) -> dict[str, object]:
        """Lay the evaluation out for JSON, with all that the figures depend on."""
        protocol = PROTOCOLS[self.task, self.protocol]
        return {
            "task": self.task,
            "protocol": self.protocol,
            "predictions": {"file": self.predictions.name, "sha256": self.sha256},
            "n_total": self.num_total,
            "n_valid": self.num_valid,
            "n_errors": self.num_errors,
            "n_empty": self.num_empty,
            "scores": {name: interval._asdict() for name, interval in self.scores.items()},
            "intervals": {
                "level": 0.95,
                "method": "percentile bootstrap",
                "resamples": self.resamples,
                "seed": self.seed,
            },
            "versions": {"llamo": __version__}
            | {name: importlib.metadata.version(name) for name in protocol.libraries},
            "files": {
                name: hashlib.sha256(data_file(name).read_bytes()).hexdigest() for name in protocol.files
            },
        }


def find_protocol(task: str, protocol: str) -> Protocol:
    """Look a protocol up.

    Raises:
        UsageError: If there is none for the task; lists what there is.
    """
    if (task, protocol) in PROTOCOLS:
        return PROTOCOLS[task, protocol]
    known = "; ".join(f"--task {name} --protocol {protocol}" for name, protocol in PROTOCOLS)
    raise UsageError(f"there is no protocol {protocol!r} for task {task!r}; there is: {known}")


def evaluate_file(
    path: Path, task: str, protocol: str, *, resamples: int = RESAMPLES, seed: int = 0
) -> Evaluation:
    """Score a predictions file under a named protocol.

    Args:
        path: Written by `llamo predict` or a baseline, with references: .jsonl, .csv or .parquet.
        task: What was asked, e.g. "description".
        protocol: How it is scored, e.g. "molt5".
        resamples: Bootstrap resamples for the intervals.
        seed: Seed of the resampling.

    Raises:
        UsageError: If there is no such protocol for the task, or the file has another suffix.
        DataError: If the predictions, or a file that the protocol needs, are missing or unsound.
    """
    how = find_protocol(task, protocol)
    for name in how.files:
        data_file(name)
    rows = read_predictions(path)
    statistics = how.statistics(rows.texts, rows.references)
    return Evaluation(
        task=task,
        protocol=protocol,
        predictions=path,
        sha256=rows.sha256,
        num_total=len(rows.texts),
        num_valid=rows.num_valid,
        num_errors=rows.num_errors,
        num_empty=rows.num_empty,
        scores=bootstrap_scores(statistics, how.scores, resamples=resamples, seed=seed),
        resamples=resamples,
        seed=seed,
    )
