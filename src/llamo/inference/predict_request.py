"""What `llamo predict` is asked to do, and all the checks that come before a model is loaded for it."""

from __future__ import annotations

import importlib.metadata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from llamo.errors import UsageError
from llamo.inference.prompts import check_question, check_task, property_of_column
from llamo.inference.readers import inspect_table
from llamo.inference.settings import GenerationSettings
from llamo.inference.tables import OUTPUT_FORMATS, TableInfo, find_smiles_column, require_column, table_format
from llamo.version import __version__

OnInvalid = Literal["keep", "fail"]
_PACKAGES = ("torch", "transformers", "rdkit")  # whose versions can move an answer


@dataclass(frozen=True)
class PredictRequest:
    """What `llamo predict` is asked to do.

    Args:
        task: The task; its own question is asked unless `question` or `question_column` give another.
        input: Table of molecules: .smi, .csv, .tsv, .jsonl, .parquet or .sdf; text formats also gzipped.
        output: Where the results go: .jsonl, .csv or .parquet.
        smiles_column: Column of the molecules; None finds one with a usual name.
        target_column: Column with the true answers, copied to `reference`.
        question: Asked of every row.
        question_column: Column with each row's question.
        property_name: Which of the task's named questions, e.g. "homo" or "bbbp"; None reads it off the target
            column's name.
        batch_size: Conversations a batch.
        resume: Complete an unfinished run.
        on_invalid: "keep" writes an error row and goes on; "fail" stops at the first bad row.
        model: Name of the model: a resumed run must use the same.
        view: How molecules are shown; as above.
        dtype: The numbers the model computes in; as above.
    """

    task: str
    input: Path
    output: Path
    smiles_column: str | None = None
    target_column: str | None = None
    question: str | None = None
    question_column: str | None = None
    property_name: str | None = None
    batch_size: int = 8
    resume: bool = False
    on_invalid: OnInvalid = "keep"
    model: str = ""
    view: str | None = None
    dtype: str = "auto"


@dataclass(frozen=True)
class Plan:
    """A request whose every part has been checked."""

    request: PredictRequest
    info: TableInfo
    task: str
    smiles_column: str
    property_name: str | None


def check_request(request: PredictRequest) -> Plan:
    """Check paths, columns, task and options, cheap things first, and read the input through once."""
    table_format(request.output, OUTPUT_FORMATS)
    if request.batch_size < 1:
        raise UsageError(f"batch size is {request.batch_size}, but has to be at least 1; change --batch-size")
    if request.on_invalid not in ("keep", "fail"):
        raise UsageError(f"on-invalid is {request.on_invalid!r}; choose keep (an error row) or fail (stop)")
    task = check_task(request.task)
    property_name = request.property_name or property_of_column(task, request.target_column)
    has_question = request.question is not None or request.question_column is not None
    check_question(task, has_question=has_question, property_name=property_name)
    _check_output(request)
    info = inspect_table(request.input)
    smiles_column = find_smiles_column(info, request.smiles_column)
    if request.target_column is not None:
        require_column(info, request.target_column, "--target-column")
    if request.question_column is not None:
        require_column(info, request.question_column, "--question-column")
    return Plan(request, info, task, smiles_column, property_name)


def _check_output(request: PredictRequest) -> None:
    """Refuse an output that cannot be replaced safely, before hours are spent on it."""
    output = request.output
    if output.exists() and not output.is_file():
        raise UsageError(f"--out {output} is not a regular file; name a file to be written")
    if not output.parent.is_dir():
        raise UsageError(
            f"the folder of --out {output} does not exist; make it first: mkdir -p {output.parent}"
        )
    if output.exists() and request.input.exists() and output.samefile(request.input):
        raise UsageError(f"--out is the input file {output}; choose another name")


def fingerprint(plan: Plan, settings: GenerationSettings) -> dict[str, object]:
    """Collect what the output depends on; batch size and file names are not part of it."""
    request = plan.request
    return {
        "input_sha256": plan.info.sha256,
        "model": request.model,
        "model_sha256": _hash_of_model(request.model),
        "task": plan.task,
        "smiles_column": plan.smiles_column,
        "target_column": request.target_column,
        "question": request.question,
        "question_column": request.question_column,
        "property": plan.property_name,
        "view": request.view,
        "dtype": request.dtype,
        "generation": asdict(settings),
        "versions": _versions(),
    }


def _hash_of_model(name: str) -> str | None:
    """Hash what answers, wherever it comes from; None if the request names no model."""
    if not name:
        return None
    from llamo.models.checkpoints import hash_of_checkpoint

    return hash_of_checkpoint(name)


def _versions() -> dict[str, str | None]:
    """Name the versions of this package and of those that compute the answers; None for one without metadata."""
    versions: dict[str, str | None] = {"llamo": __version__}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    return versions
