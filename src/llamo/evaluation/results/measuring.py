"""From a config to results.json: tables, cells, report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from llamo.errors import DataError, LlamoError
from llamo.evaluation.results.config import ResultsConfig
from llamo.evaluation.results.plan import Run
from llamo.evaluation.results.quoted import load_quoted
from llamo.evaluation.results.report import Report, make_report, read_report, write_report
from llamo.evaluation.results.running import OnCell, Say, plan_cells, run_cells

FIGURES = "results.json"


def measure(
    config: ResultsConfig,
    out: Path,
    *,
    limit: int | None = None,
    model: str | None = None,
    only: Collection[str] = (),
    resume: bool = False,
    say: Say,
    on_cell: OnCell,
) -> Report:
    """Run what a config lists and write `results.json` into `out`.

    Args:
        config: as `load_config` returns it.
        out: folder of tables, predictions, scores, logs and records.
        limit: rows of a sample, 0 for all; None for the config's.
        model: in place of the config's.
        only: data sets, systems or cells to run; of the others the figures of an earlier run are kept.
        resume: keep what is done with the same inputs.
        say: told what is being prepared.
        on_cell: told before each cell; see `run_cells`.

    Raises:
        UsageError: a name in `only` selects nothing.
        ConfigError: the recipe or the file of quoted figures is wrong.
    """
    load_quoted(config)  # a fault in it is told before hours are spent
    chosen = model or config.model
    run = Run(config, out, config.limit if limit is None else limit, chosen, _hash(chosen))
    plans = plan_cells(run, only, say=say)
    records = run_cells(plans, only, resume=resume, on_cell=on_cell)
    report = make_report(run, plans, records)
    report = _with_earlier(report, out / FIGURES) if only else report
    write_report(out / FIGURES, report)
    return report


def _hash(model: str) -> str:
    """Hash the model; "" where it cannot be found: its cells will say why."""
    from llamo.models.checkpoints import hash_of_checkpoint

    try:
        return hash_of_checkpoint(model)
    except LlamoError:
        return ""


def _with_earlier(report: Report, path: Path) -> Report:
    """Take the data sets that were not looked at from the figures of an earlier run."""
    try:
        earlier = {dataset.name: dataset for dataset in read_report(path).datasets}
    except DataError:
        return report
    datasets = tuple(
        one if one.cells or one.failure else earlier.get(one.name, one) for one in report.datasets
    )
    return replace(report, datasets=datasets)
