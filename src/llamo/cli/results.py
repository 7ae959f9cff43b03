"""`llamo results`: run every system on every data set, and redo the tables of the results page."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.evaluation.results.config import ResultsConfig
    from llamo.evaluation.results.report import Report

OnCell = Callable[[int, int, str, float], None]


def results(
    config: Annotated[Path, typer.Argument(help="YAML file such as configs/results/default.yaml.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for tables, predictions, logs, results.json.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Rows of each sample, 0 for all; default: as the file says.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", help="In place of the file's: a shipped name, a folder or a hub id."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="A data set, a system, or DATASET/SYSTEM; may be given repeatedly."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Keep what is done with the same inputs.")] = False,
    page: Annotated[
        Path | None, typer.Option(help="Markdown page whose tables are redone, with its .json beside it.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Run nothing; say whether --page is what its .json gives.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print counts and the file of figures as JSON.")
    ] = False,
) -> None:
    """Measure the shipped model and the baselines, by commands that the file lists.

    Cells that fail are shown as such and do not stop the others; the exit code is then 1. Each cell's log is in
    OUT/logs. Interrupt it when you like: --resume takes it up again. It does not notice changed code.
    """
    from llamo.errors import UsageError
    from llamo.evaluation.results.config import load_config

    if limit == 1:
        raise UsageError("--limit is 1, of which no interval can be made; give at least 2, or 0 for all rows")
    loaded = load_config(config)
    if check:
        if page is None or out is not None:
            raise UsageError(
                "--check goes with --page FILE, and without --out; it reads FILE's figures beside it"
            )
        _check(loaded, page)
        return
    if out is None:
        raise UsageError("expected --out FOLDER, or --check --page FILE")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the command in hand is ended, too
    report = _measure(loaded, out, limit=limit, model=model, only=only or [], resume=resume)
    if page is not None:
        _write_page(loaded, report, page)
    _tell(report, out, page, as_json=json)
    if any(cell.status == "failed" for cell in report.cells) or any(one.failure for one in report.datasets):
        raise typer.Exit(1)


def _measure(
    config: ResultsConfig, out: Path, *, limit: int | None, model: str | None, only: list[str], resume: bool
) -> Report:
    from llamo.evaluation.results.measuring import measure

    try:
        with _progress() as (say, on_cell):
            return measure(
                config, out, limit=limit, model=model, only=only, resume=resume, say=say, on_cell=on_cell
            )
    except KeyboardInterrupt:
        print_note(f"finished cells are kept in {out}; run again with --resume")
        raise


def _write_page(config: ResultsConfig, report: Report, page: Path) -> None:
    from llamo.evaluation.results.page import render
    from llamo.evaluation.results.page_file import json_beside, write_tables
    from llamo.evaluation.results.quoted import load_quoted
    from llamo.evaluation.results.report import write_report

    write_tables(page, render(report, load_quoted(config)))
    write_report(json_beside(page), report)


def _check(config: ResultsConfig, page: Path) -> None:
    """Say whether the page's tables are what its figures give; exit code 1 if not."""
    from llamo.evaluation.results.page import render
    from llamo.evaluation.results.page_file import holds_tables, json_beside
    from llamo.evaluation.results.quoted import load_quoted
    from llamo.evaluation.results.report import read_report

    if holds_tables(page, render(read_report(json_beside(page)), load_quoted(config))):
        print(f"{page} is what {json_beside(page)} gives")
        return
    print_note(f"{page} is not what {json_beside(page)} gives; run `llamo results` with --page {page}")
    raise typer.Exit(1)


def _tell(report: Report, out: Path, page: Path | None, *, as_json: bool) -> None:
    """Say how many cells there are and where the figures lie."""
    counts = {
        status: sum(cell.status == status for cell in report.cells) for status in ("ok", "failed", "not run")
    }
    if as_json:
        options.print_json({"results": str(out / "results.json"), "page": str(page or ""), **counts})
        return
    for cell in report.cells:
        if cell.status != "ok":
            print_note(f"{cell.name}: {cell.status}: {cell.reason}")
    for dataset in report.datasets:
        if dataset.failure:
            print_note(f"{dataset.name}: {dataset.failure}")
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    print(f"{out / 'results.json'}: {told}" + (f"; tables in {page}" if page else ""))


@contextmanager
def _progress() -> Iterator[tuple[Callable[[str], None], OnCell]]:
    """Show a bar on a terminal, elsewhere a line a cell; yields what to call with remarks and before each cell."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    is_terminal = sys.stderr.isatty()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not is_terminal) as progress:
        task = progress.add_task("tables", total=None)

        def say(text: str) -> None:
            progress.update(task, description=text)
            if not is_terminal:
                print_note(text)

        def on_cell(done: int, total: int, name: str, left: float) -> None:
            progress.update(task, total=total, completed=done, description=name or "done")
            if name and (done == 0 or not is_terminal):
                print_note(
                    f"cell {done + 1} of {total}, {name}; about {max(left, 0) / 60:.1f} min left on one core"
                )

        yield say, on_cell
