"""`llamo prepare`: turn a recipe into shards that training reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def prepare(
    recipe: Annotated[Path, typer.Argument(help="Recipe, a YAML file such as configs/data/default.yaml.")],
    out: Annotated[Path, typer.Option(help="Folder of the shards; those of an earlier run are replaced.")],
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Prepare training data: read sources, filter, word, featurise, split, write shards."""
    from llamo.data.prepare import prepare as prepare_shards
    from llamo.data.recipes import load_recipe

    report = prepare_shards(load_recipe(recipe), out, workers=workers)
    if as_json:
        print(json.dumps(report.as_dict(), indent=1))
        return
    from rich.console import Console

    console = Console()
    for table in report.tables():
        console.print(table)
    console.print(f"{report.kept.total()} records of {report.drawn.total()} rows are in {out}")
