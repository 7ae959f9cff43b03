"""Running a study: cell by cell within a budget, each kept as it comes, then the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llamo.data.locations import data_dir
from llamo.evaluation.results.machine import describe_machine
from llamo.inference.predict_request import installed_versions
from llamo.studies.frame.clock import work_seconds
from llamo.studies.frame.findings import Findings
from llamo.studies.frame.results import Results, Row
from llamo.studies.frame.study import Bench, Cell, Overrides, Study, StudySettings
from llamo.studies.frame.writing import write_findings
from llamo.studies.run_log import RunLog

CELLS = "cells.jsonl"  # finished cells by key: their rows, and the seconds of work they took
KIND = "llamo study, cells"
WORK = "work"
OVERRUN = 1.15  # of the budget, after which no further seed is begun


@dataclass(frozen=True)
class Request:
    """What is asked of a study.

    Attributes:
        minutes: budget on two CPU cores.
        overrides: of the base configuration, as `--set` takes them.
        ablations: those to run; empty for all.
    """

    minutes: float = 5.0
    overrides: Overrides = ()
    ablations: Sequence[str] = ()


@dataclass(frozen=True)
class Progress:
    """Who is told how far a run is: how many cells there are, and each that is done."""

    on_cells: Callable[[int], None] = lambda _: None
    on_cell: Callable[[Cell], None] = lambda _: None


@dataclass(frozen=True)
class Report:
    """A finished run: what it found, and what it is made of."""

    study: Study[Any]  # Any: of any settings
    findings: Findings
    results: Results
    made_of: Mapping[str, object] = field(default_factory=dict)


def run_study(
    study: Study[Any],  # Any: of any settings
    out: Path,
    request: Request,
    progress: Progress | None = None,
) -> Report:
    """Measure all cells that are not measured yet and write the report to `out`.

    Seeds come one after another. A seed after the first that would begin when the budget is used up is left out, and
    the report says so; the same command measures it next time.

    Raises:
        ConfigError: an override has an unknown key or a bad value.
        UsageError: there is no such ablation, or `out` holds cells of other settings.
    """
    told = progress or Progress()
    _quiet_libraries()
    overrides = (*study.tier(request.minutes).overrides, *request.overrides)
    names = study.choose_ablations(request.ablations)
    base = study.configure(overrides)
    made = [Bench(cell, settings, out / WORK) for cell, settings in study.cells(overrides, names)]
    benches = [(bench, bench.key) for bench in made]  # files that settings name are read here, once
    made_of = {
        "study": study.name,
        "versions": installed_versions(),
        "data": "LLAMO_DATA_DIR" if data_dir().is_dir() else "built in",
    }
    started = work_seconds()
    with open_log(out / CELLS, made_of) as log:
        told.on_cells(len(benches))
        rows: list[Row] = []
        is_left_out: dict[
            int, bool
        ] = {}  # by seed, decided at its first cell: half a seed pairs with nothing
        for bench, key in benches:
            cell = bench.cell
            is_late = work_seconds() - started > 60 * request.minutes * OVERRUN
            if key not in log and cell.seed > 0 and is_left_out.setdefault(cell.seed, is_late):
                continue
            if key not in log:
                _measure(study, bench, key, log)
            rows += log[key]["rows"]
            told.on_cell(cell)
        done = [key for _, key in benches if key in log]
        seconds = sum(log[key]["seconds"] for key in done)
    run = {
        **made_of,
        "settings": base.model_dump(mode="json"),
        "ablations": {name: list(study.ablations[name]) for name in names},
        "budget_minutes": request.minutes,
        "overrides": list(request.overrides),
        "cells": len(done),
        "cells_left_out": len(benches) - len(done),
        "seconds": round(seconds, 1),
        "machine": describe_machine(),
    }
    results = Results(rows)
    report = Report(study, study.conclude(results, base), results, run)
    write_findings(report.findings, results, out, name=study.name, claim=study.claim, made_of=run)
    return report


def open_log(path: Path, made_of: Mapping[str, object]) -> RunLog:
    """Open the file of finished cells; see `RunLog`."""
    return RunLog(path, made_of, kind=KIND, holds="a study's cells")


def _quiet_libraries() -> None:
    """Keep transformers' bars and hints off the screen: a study shows one bar of its own."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _measure(
    study: Study[Any],  # Any: of any settings
    bench: Bench[StudySettings],
    key: str,
    log: RunLog,
) -> None:
    cell, started = bench.cell, work_seconds()
    bench.folder.mkdir(parents=True, exist_ok=True)
    labels: Row = {"ablation": cell.ablation, "seed": cell.seed, **cell.labels}
    rows: list[Row] = [{**labels, **row} for row in study.measure(bench)]
    log.add({key: {"seconds": round(work_seconds() - started, 2), "rows": rows}})
