"""What a baseline writes: the input's rows with its answers, as `llamo predict` lays them out, and a record beside."""

from __future__ import annotations

import importlib.metadata
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llamo.data.shards import MANIFEST
from llamo.evaluation.baselines.question_table import QuestionTable
from llamo.files import check_outputs, sha256
from llamo.inference.predict_record import write_record
from llamo.inference.tables import OUTPUT_FORMATS, table_format
from llamo.inference.writers import ColumnKind, make_way, parquet_schema, write_table
from llamo.version import __version__

COMMON = ("prediction", "reference", "error")
RESERVED = (
    *COMMON,
    "score",
    "candidates",
    "similarity",
    "neighbour",
)  # `llamo evaluate` takes them for answers
KINDS: Mapping[str, ColumnKind] = {"score": "number", "similarity": "number", "candidates": "texts"}
PACKAGES = ("rdkit", "numpy", "scikit-learn")  # whose versions can move an answer

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What came out for one row.

    Attributes:
        prediction: the text, "" where there is none.
        error: why there is none, or "".
        score: probability of Yes, 0 to 1, for classification.
        candidates: several answers, the best first.
        similarity: Tanimoto similarity of the nearest known molecule, 0 to 1.
        neighbour: its SMILES.
    """

    prediction: str = ""
    error: str = ""
    score: float | None = None
    candidates: tuple[str, ...] = ()
    similarity: float | None = None
    neighbour: str = ""


@dataclass(frozen=True)
class BaselineRun:
    """The answers of a baseline to a table, and what they were made of.

    Attributes:
        name: of the baseline, as its command.
        questions: the table.
        answers: one a row, in order.
        columns: fields of `Answer` that this baseline fills, behind `COMMON`.
        settings: what the answers depend on.
        sources: the files and folders that were learnt from.
        left_out: what was not learnt from, by reason.
        known: number of what was learnt from.
    """

    name: str
    questions: QuestionTable
    answers: Sequence[Answer]
    columns: tuple[str, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    sources: Sequence[Path] = ()
    left_out: Counter[str] = field(default_factory=Counter)
    known: int = 0

    @property
    def renamed(self) -> dict[str, str]:
        """New names of the input's columns that are called like one of `RESERVED`."""
        return make_way(self.questions.info.columns, RESERVED)

    @property
    def num_errors(self) -> int:
        """Rows without an answer."""
        return sum(bool(answer.error) for answer in self.answers)

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield the rows of the output."""
        renamed = self.renamed
        for row, answer in zip(self.questions.rows, self.answers, strict=True):
            reference = row.values.get(self.questions.wanted.target_column)
            cells: dict[str, object] = {
                "prediction": answer.prediction,
                "reference": reference if reference is None else str(reference),
                "error": answer.error,
            }
            for name in self.columns:
                value = getattr(answer, name)
                cells[name] = list(value) if isinstance(value, tuple) else value
            yield {renamed.get(name, name): value for name, value in row.values.items()} | cells

    def summary(self, output: Path) -> dict[str, object]:
        """Say in numbers what was done, for a program that reads it."""
        return {
            "output": str(output),
            "num_rows": len(self.answers),
            "num_errors": self.num_errors,
            "learnt_from": self.known,
            "left_out": dict(self.left_out),
        }


def check_output(output: Path, *inputs: Path) -> None:
    """Refuse an output of another format, or one that would replace a file that is read.

    Raises:
        UsageError: the message says which.
    """
    table_format(output, OUTPUT_FORMATS)
    check_outputs({"--out": output}, inputs)


def write_baseline(run: BaselineRun, output: Path) -> None:
    """Write the answers, and `OUTPUT.predict.json` with settings, versions and hashes.

    Raises:
        LlamoError: the disk is full or the folder cannot be written to.
    """
    info, renamed = run.questions.info, run.renamed
    for old, new in renamed.items():
        logger.warning("the input's column %r is written as %r, since the results need that name", old, new)
    columns = (*(renamed.get(name, name) for name in info.columns), *COMMON, *run.columns)
    added = {name: KINDS.get(name, "text") for name in (*COMMON, *run.columns)}
    schema = parquet_schema(info, renamed, added) if output.suffix.lower() == ".parquet" else None
    write_table(output, run.rows(), columns, schema)
    write_record(output, _record(run), num_rows=len(run.answers), num_errors=run.num_errors)


def _record(run: BaselineRun) -> dict[str, object]:
    wanted, questions = run.questions.wanted, run.questions
    versions: dict[str, Any] = {name: importlib.metadata.version(name) for name in PACKAGES}  # Any: JSON
    return {
        "kind": f"llamo baseline {run.name}, complete",
        "input_sha256": questions.info.sha256,
        "limit": wanted.limit,
        "task": wanted.task,
        "smiles_column": run.renamed.get(questions.smiles_column, questions.smiles_column),  # as in OUT
        "target_column": wanted.target_column,
        "property": wanted.asked_property,
        "baseline": dict(run.settings),
        "sources": [_source(path) for path in run.sources],
        "learnt_from": run.known,
        "left_out": dict(run.left_out),
        "versions": {"llamo": __version__, **versions},
    }


def _source(path: Path) -> dict[str, str]:
    """Name a file with its hash, or a bank's folder with the hash of its manifest."""
    return {"file": path.name, "sha256": sha256(path / MANIFEST if path.is_dir() else path)}
