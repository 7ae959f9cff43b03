"""Running a table of results: makes the tables, runs the cells that are missing, and collects what came out.

A cell that fails becomes an error cell and the run goes on. Each cell's record is written when it ends, so that a run
that was cut short is taken up where it stopped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llamo.data.recipes import load_recipe
from llamo.errors import LlamoError, UsageError
from llamo.evaluation.results.cell_records import CellRecord, read_record, write_record
from llamo.evaluation.results.commands import Command, without_paths
from llamo.evaluation.results.config import DatasetEntry, ResultsConfig
from llamo.evaluation.results.input_tables import InputTable, TableMaker
from llamo.evaluation.results.joining import join_properties
from llamo.evaluation.results.machine import describe_machine
from llamo.evaluation.results.plan import Cell, Run, dataset_cells
from llamo.evaluation.results.processes import run_command
from llamo.files import replacing_folder, sha256
from llamo.inference.predict_record import record_path

Say = Callable[[str], None]
OnCell = Callable[[int, int, str, float], None]


class FailedError(Exception):
    """A command of a cell failed; the message is what it said."""


@dataclass(frozen=True)
class DatasetPlan:
    """A data set with its tables and cells, or the reason why it has none.

    Attributes:
        dataset: the data set.
        cells: what is to be run, the floor first.
        whole: the table of all rows.
        failure: why the tables cannot be made.
    """

    dataset: DatasetEntry
    cells: Sequence[Cell] = ()
    whole: InputTable | None = None
    failure: str = ""


def plan_cells(run: Run, only: Collection[str], *, say: Say) -> list[DatasetPlan]:
    """Make the tables of all data sets that are wanted, and list their cells.

    Raises:
        UsageError: a name in `only` is none of a data set, a system or a cell.
    """
    check_only(run.config, only)
    maker = TableMaker(run.out / "inputs", load_recipe(run.config.recipe))
    plans = []
    for dataset in run.config.datasets:
        if only and not any(is_wanted(dataset, system.name, only) for system in dataset.systems):
            plans.append(DatasetPlan(dataset))
            continue
        say(f"tables of {dataset.name}")
        try:
            whole = maker.make(dataset.name, dataset.input, dataset.task)
            entry = dataset.known
            known = None if entry is None else maker.make(f"{dataset.name}.known", entry, dataset.task)
            sample = maker.first_rows(whole, run.limit)
        except LlamoError as error:
            plans.append(DatasetPlan(dataset, failure=without_paths(str(error), run.out)))
            continue
        plans.append(DatasetPlan(dataset, dataset_cells(run, dataset, sample, whole, known), whole))
    return plans


def check_only(config: ResultsConfig, only: Collection[str]) -> None:
    """Raise UsageError for a name that selects nothing."""
    datasets = {dataset.name for dataset in config.datasets}
    systems = {system.name for dataset in config.datasets for system in dataset.systems}
    cells = {f"{dataset.name}/{system.name}" for dataset in config.datasets for system in dataset.systems}
    for name in only:
        if name not in datasets | systems | cells:
            raise UsageError(
                f"--only {name} selects nothing; name a data set ({', '.join(sorted(datasets))}), a system "
                f"({', '.join(sorted(systems))}) or one on the other, as in {min(cells)}"
            )


def is_wanted(dataset: DatasetEntry, system: str, only: Collection[str]) -> bool:
    """Say whether `only` selects a system on a data set; it selects all where it is empty."""
    return not only or bool({dataset.name, system, f"{dataset.name}/{system}"} & set(only))


def run_cells(
    plans: Sequence[DatasetPlan], only: Collection[str], *, resume: bool, on_cell: OnCell
) -> list[CellRecord]:
    """Run the cells that are wanted and return the records of all; a failing cell does not stop the others.

    Args:
        plans: as `plan_cells` makes them.
        only: as there.
        resume: keep cells whose record says that they are done with the same inputs, and take up unfinished ones.
        on_cell: told before each cell (cells done, cells in all, name, seconds that those left should take), and
            once more at the end.
    """
    cells = [cell for plan in plans for cell in plan.cells]
    left = sum(cell.expected_seconds for cell in cells if is_wanted(cell.dataset, cell.system.name, only))
    records = []
    for number, cell in enumerate(cells):
        if not is_wanted(cell.dataset, cell.system.name, only):
            records.append(_earlier(cell, "left out by --only"))
            continue
        on_cell(number, len(cells), cell.name, left)
        records.append(run_cell(cell, resume=resume))
        left -= cell.expected_seconds
    on_cell(len(cells), len(cells), "", 0.0)
    return records


def run_cell(cell: Cell, *, resume: bool) -> CellRecord:
    """Run one cell, unless it is done or cannot be run here, and write its record."""
    missing = [name for name in cell.system.needs if not os.environ.get(name)]
    if missing:
        return _earlier(cell, f"needs the environment variable {', '.join(missing)}")
    path = cell.path("cells", ".json")
    floor = cell.path("predictions", ".jsonl", system=cell.dataset.floor or "")
    against = floor if cell.dataset.floor and not cell.is_floor and floor.is_file() else None
    key, old = cell.key(against=against), read_record(path)
    is_same = resume and old is not None and old.key == key
    if is_same and old is not None and _is_done(cell, old):
        return old
    record = replace(_blank(cell), key=key, status="started", machine=describe_machine())
    write_record(path, record)
    try:
        record = _evaluate(cell, _predict(cell, record, resume=is_same), against)
    except (FailedError, LlamoError) as error:
        record = replace(record, status="failed", reason=without_paths(str(error), cell.run.out))
    write_record(path, record)
    return record


def _blank(cell: Cell) -> CellRecord:
    return CellRecord(
        cell.dataset.name,
        cell.system.name,
        cell.system.title,
        cell.rows,
        cell.table.num_rows,
        "not run",
        protocol=cell.dataset.protocol,
        commands=tuple(command.shown for command in [*cell.before_commands(), *cell.commands()]),
    )


def _earlier(cell: Cell, reason: str) -> CellRecord:
    """Return what an earlier run found for a cell that is not run now."""
    old = read_record(cell.path("cells", ".json"))
    return old if old is not None and old.status == "ok" else replace(_blank(cell), reason=reason)


def _is_done(cell: Cell, record: CellRecord) -> bool:
    """Say whether a record's predictions are still those that it was made from."""
    path = cell.predictions
    return record.status == "ok" and path.is_file() and sha256(path) == record.predictions_sha256


def _predict(cell: Cell, record: CellRecord, *, resume: bool) -> CellRecord:
    """Run what writes the predictions.

    Raises:
        FailedError: a command failed, or wrote nothing.
    """
    cell.predictions.parent.mkdir(parents=True, exist_ok=True)
    log = cell.path("logs", ".log")
    clock, processor = _make(cell, log)
    for command, output in zip(cell.commands(), cell.outputs.values(), strict=True):
        took = _run(command.with_option("--resume") if resume and command.is_predict else command, log)
        clock, processor = clock + took[0], processor + took[1]
        if not output.is_file():
            raise FailedError(f"{command.shown} ended without an error and did not write {output.name}")
    if cell.dataset.columns:
        join_properties(cell.outputs, cell.predictions)
    return replace(
        record,
        predict_seconds=(clock, processor),
        predictions_sha256=sha256(cell.predictions),
        model=_model(next(iter(cell.outputs.values()))),
    )


def _make(cell: Cell, log: Path) -> tuple[float, float]:
    """Run what makes the folder that a system reads, unless it is there; one that was cut short leaves none.

    Raises:
        FailedError: a command failed.
    """
    if cell.system.before is None or cell.made.exists():
        return 0.0, 0.0
    with replacing_folder(cell.made) as aside:
        (command,) = cell.before_commands(aside)
        return _run(command, log)


def _evaluate(cell: Cell, record: CellRecord, against: Path | None) -> CellRecord:
    """Run what scores the predictions, and take the figures over.

    Raises:
        FailedError: it failed.
    """
    command = cell.evaluate_command(against=against)
    scores = cell.path("scores", ".json")
    scores.parent.mkdir(parents=True, exist_ok=True)
    seconds = _run(command, cell.path("logs", ".log"))
    report: dict[str, Any] = json.loads(scores.read_text("utf-8"))  # Any: JSON
    lacking = [name for name in cell.dataset.metrics if name not in {**report["scores"], **report["refused"]}]
    if lacking:
        known = ", ".join(report["scores"])
        raise FailedError(f"there is no metric {lacking[0]!r} in the config's sense; the scores are {known}")
    return replace(
        record,
        status="ok",
        evaluate=command.shown,
        evaluate_seconds=seconds,
        versions=report["versions"],
        scores=report["scores"],
        refused={name: without_paths(reason, cell.run.out) for name, reason in report["refused"].items()},
        against=str(cell.dataset.floor) if against is not None else "",
        differences=report.get("differences", {}),
    )


def _run(command: Command, log: Path) -> tuple[float, float]:
    """Run a command; returns its seconds, by the clock and of processor time.

    Raises:
        FailedError: it failed; says what it said.
    """
    outcome = run_command(command, log)
    if outcome.code:
        raise FailedError(outcome.message or f"{command.shown} ended with exit code {outcome.code}")
    return round(outcome.seconds, 2), round(outcome.processor_seconds, 2)


def _model(output: Path) -> dict[str, str]:
    """Read which model answered from the record beside a predictions file; empty where none did.

    `llamo predict` records name and hash, and so does a baseline that a model chooses for; of a model behind an
    endpoint only the name is known.
    """
    try:
        record = json.loads(record_path(output).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    about = record if record.get("model") else record.get("baseline", {})
    name = about.get("model") or ""
    return {"name": Path(name).name, "sha256": str(about.get("model_sha256") or "")} if name else {}
