"""What `llamo predict` is asked to do, and all the checks that come before a model is loaded for it."""

from __future__ import annotations

import importlib.metadata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from llamo.data.tasks.catalogue import find_task
from llamo.errors import UsageError
from llamo.inference.prompts import asked_question, check_question, check_task, property_of_column
from llamo.inference.readers import inspect_table
from llamo.inference.reranking import check_samples
from llamo.inference.settings import GenerationSettings
from llamo.inference.tables import OUTPUT_FORMATS, TableInfo, find_smiles_column, require_column, table_format
from llamo.inference.writers import make_way
from llamo.version import __version__

OnInvalid = Literal["keep", "fail"]
NUMBERS = ("written", "median", "mean")
# Names of results; `llamo evaluate` reads most of them.
RESERVED = ("prediction", "score", "spread", "candidates", "error")
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
        property_column: Column that names each row's question in the same way.
        batch_size: Conversations a batch.
        resume: Complete an unfinished run.
        on_invalid: "keep" writes an error row and goes on; "fail" stops at the first bad row.
        model: Name of the model: a resumed run must use the same.
        view: How molecules are shown; as above.
        dtype: The numbers the model computes in; as above.
        num_candidates: Answers a row, the best first in the column `candidates`; 1 for no such column.
        numbers: How an answer that is a number comes about: "written" as any text, or the "median" or "mean" of the
            numbers that the model may write (`llamo.inference.number_search`), with their `spread`.
        retrieve: Known molecules shown with each; see `llamo.inference.retrieval`.
        bank: Where they are found; None for none.
        exclude_self: Whether the molecule of the row is left out of them.
        is_ranked: Whether the bank's ranking says which are shown.
        check_samples: Answers a row at most, asked for while the structure contradicts the first; see
            `llamo.inference.reranking`. 1 keeps the first.
        check_seconds: No further answers after so long a row; None for no such limit.
    """

    task: str
    input: Path
    output: Path
    smiles_column: str | None = None
    target_column: str | None = None
    question: str | None = None
    question_column: str | None = None
    property_name: str | None = None
    property_column: str | None = None
    batch_size: int = 8
    resume: bool = False
    on_invalid: OnInvalid = "keep"
    model: str = ""
    view: str | None = None
    dtype: str = "auto"
    num_candidates: int = 1
    numbers: str = "written"
    retrieve: int = 0
    bank: Path | None = None
    exclude_self: bool = False
    is_ranked: bool = False
    check_samples: int = 1
    check_seconds: float | None = None


@dataclass(frozen=True)
class Plan:
    """A request whose every part has been checked."""

    request: PredictRequest
    info: TableInfo
    task: str
    smiles_column: str
    property_name: str | None

    @property
    def renamed(self) -> dict[str, str]:
        """New names, in the output, of input columns that are called like a result."""
        taken = (*RESERVED, "reference") if self.request.target_column else RESERVED
        return make_way(self.info.columns, taken)

    def written(self, column: str | None) -> str | None:
        """Name a column of the input as the output has it."""
        return None if column is None else self.renamed.get(column, column)

    @property
    def choices(self) -> tuple[str, ...]:
        """The only answers there are, the positive one first; empty where answers are free."""
        return find_task(self.task).choices


def check_request(request: PredictRequest) -> Plan:
    """Check paths, columns, task and options, cheap things first, and read the input through once."""
    table_format(request.output, OUTPUT_FORMATS)
    if request.batch_size < 1:
        raise UsageError(f"batch size is {request.batch_size}, but has to be at least 1; change --batch-size")
    if request.on_invalid not in ("keep", "fail"):
        raise UsageError(f"on-invalid is {request.on_invalid!r}; choose keep (an error row) or fail (stop)")
    task = check_task(request.task)
    _check_candidates(task, request.num_candidates)
    _check_numbers(task, request)
    _check_checking(task, request)
    property_name = _check_asked(task, request)
    _check_output(request)
    info = inspect_table(request.input)
    smiles_column = find_smiles_column(info, request.smiles_column)
    for option in ("target_column", "question_column", "property_column"):
        column = getattr(request, option)
        if column is not None:
            require_column(info, column, f"--{option.replace('_', '-')}")
    return Plan(request, info, task, smiles_column, property_name)


def _check_asked(task: str, request: PredictRequest) -> str | None:
    """Check that it is clear what is asked; returns the property that all rows are asked about, if there is one."""
    questions = (request.question, request.question_column, request.property_column, request.property_name)
    if request.property_column is not None:
        if sum(one is not None for one in questions) > 1:
            raise UsageError(
                "--property-column says what each row is asked; drop --property, --question and --question-column"
            )
        if not find_task(task).named_questions:
            raise UsageError(f"task {task!r} has no properties to choose from; drop --property-column")
        return None
    property_name = request.property_name or property_of_column(task, request.target_column)
    has_question = request.question is not None or request.question_column is not None
    check_question(task, has_question=has_question, property_name=property_name)
    return property_name


def _check_candidates(task: str, number: int) -> None:
    """Refuse a number of candidates that cannot be had."""
    if number < 1:
        raise UsageError(f"num-candidates is {number}, but has to be at least 1; change --num-candidates")
    choices = find_task(task).choices
    if number > 1 and choices:
        raise UsageError(
            f"task {task!r} has the answers {', '.join(choices)} alone, whose probability is in the column "
            "`score`; drop --num-candidates"
        )


def _check_numbers(task: str, request: PredictRequest) -> None:
    """Refuse to weigh numbers where answers are none, or where several answers are wanted."""
    if request.numbers not in NUMBERS:
        raise UsageError(f"numbers is {request.numbers!r}; choose one of {', '.join(NUMBERS)} with --numbers")
    if request.numbers == "written":
        return
    if find_task(task).answer != "number":
        raise UsageError(f"task {task!r} is not answered by a number; drop --numbers {request.numbers}")
    if request.num_candidates > 1:
        raise UsageError(
            f"--numbers {request.numbers} makes one answer of all, --num-candidates keeps several; drop one of them"
        )


def _check_checking(task: str, request: PredictRequest) -> None:
    """Refuse to ask again where claims cannot be checked, or where several answers are wanted anyway."""
    check_samples(request.check_samples, request.check_seconds, option="--check-samples")
    if request.check_samples == 1:
        if request.check_seconds is not None:
            raise UsageError("--check-seconds limits --check-samples; add --check-samples N")
        return
    if find_task(task).answer != "text":
        raise UsageError(
            f"task {task!r} is not answered in sentences that claims stand in; drop --check-samples"
        )
    if request.num_candidates > 1:
        raise UsageError(
            "--check-samples chooses one answer, --num-candidates keeps several; drop one of them"
        )


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
    """Collect what the output depends on; batch size and file names are not part of it.

    Columns are named as in the output, where whoever evaluates it looks for them.
    """
    request = plan.request
    return {
        "input_sha256": plan.info.sha256,
        "model": request.model,
        "model_sha256": _hash_of_model(request.model),
        "task": plan.task,
        "smiles_column": plan.written(plan.smiles_column),
        "target_column": request.target_column,
        "question": _question(plan),
        "question_column": plan.written(request.question_column),
        "property": plan.property_name,
        "property_column": plan.written(request.property_column),
        "view": request.view,
        "dtype": request.dtype,
        "choices": list(plan.choices),
        "num_candidates": request.num_candidates,
        "numbers": None if request.numbers == "written" else request.numbers,
        "retrieval": _retrieval(request),
        "checking": _checking(request),
        "generation": asdict(settings),
        "versions": installed_versions(),
    }


def _question(plan: Plan) -> str | None:
    """Return what every row is asked; None where each has a question of its own."""
    if plan.request.question_column is not None or plan.request.property_column is not None:
        return None
    return plan.request.question or asked_question(plan.task, plan.property_name)


def _retrieval(request: PredictRequest) -> dict[str, object] | None:
    """Describe what the model was shown of known molecules; a bank's manifest holds the hashes of its files."""
    if request.bank is None:
        return None
    from llamo.data.shards import MANIFEST
    from llamo.files import sha256

    return {
        "k": request.retrieve,
        "exclude_self": request.exclude_self,
        "ranked": request.is_ranked,
        "bank_manifest_sha256": sha256(request.bank / MANIFEST),
    }


def _checking(request: PredictRequest) -> dict[str, object] | None:
    """Describe how contradicted answers were asked for again; None where the first answer stands."""
    if request.check_samples == 1:
        return None
    return {"samples": request.check_samples, "seconds": request.check_seconds}


def _hash_of_model(name: str) -> str | None:
    """Hash what answers, wherever it comes from; None if the request names no model."""
    if not name:
        return None
    from llamo.models.checkpoints import hash_of_checkpoint

    return hash_of_checkpoint(name)


def installed_versions() -> dict[str, str | None]:
    """Name the versions of this package and of those that compute the answers; None for one without metadata."""
    versions: dict[str, str | None] = {"llamo": __version__}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    return versions
