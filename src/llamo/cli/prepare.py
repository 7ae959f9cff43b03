"""`llamo prepare`: turn a recipe into shards that training reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.data.report import Report


def prepare(
    recipe: Annotated[
        Path | None, typer.Argument(help="Recipe, a YAML file such as configs/data/default.yaml.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the shards.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 2,
    again: Annotated[
        bool, typer.Option("--again", help="Begin anew, also where a run is finished or can be continued.")
    ] = False,
    check: Annotated[
        Path | None, typer.Option(help="Only compare the shards in this folder with their sha256.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Prepare training data: read sources, filter, word, featurise, split, write shards.

    A run that was cut short is continued; a finished one whose recipe, data and package are the same is left alone.
    """
    from llamo.errors import UsageError

    if check is not None:
        if recipe or out:
            raise UsageError("--check FOLDER stands alone; leave out the recipe and --out")
        _check(check, as_json=as_json)
        return
    if recipe is None or out is None:
        raise UsageError("expected RECIPE.yaml and --out FOLDER, or --check FOLDER")
    from llamo.data.prepare import prepare as prepare_shards
    from llamo.data.recipes import load_recipe

    report = prepare_shards(load_recipe(recipe), out, workers=workers, again=again, say=print_note)
    if as_json:
        print(json.dumps(report.as_dict(), indent=1))
    else:
        _show(report, out)


def _check(folder: Path, *, as_json: bool) -> None:
    from llamo.data.shards import check_folder

    rows = check_folder(folder)
    print(
        json.dumps({"folder": str(folder), "rows": rows})
        if as_json
        else f"{folder}: {rows} rows, all files whole"
    )


def _show(report: Report, out: Path) -> None:
    from rich.console import Console

    console = Console()
    for table in report.tables():
        console.print(table)
    console.print(f"{report.kept.total()} records of {report.drawn.total()} rows are in {out}")
