"""`llamo baseline split`: a table into what is learnt from and what is asked about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from llamo.cli import options
from llamo.cli.baseline import shared
from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.evaluation.baselines.splitting import By


def split(
    input_file: Annotated[Path, typer.Option("--in", help="Table with a SMILES column, plain or .gz.")],
    out: Annotated[Path, typer.Option(help="Folder for train.csv, validation.csv and test.csv.")],
    by: Annotated[
        str,
        typer.Option(
            help="scaffold: as DeepChem, 80/10/10 %; connectivity: train and validation as recipes hold it back."
        ),
    ] = "scaffold",
    smiles_column: shared.SmilesColumn = None,
    require: Annotated[
        str | None, typer.Option(help="Column without whose value a row is left out, after the split.")
    ] = None,
    permille: Annotated[
        int, typer.Option(min=0, max=1000, help="Share of validation in thousandths, by connectivity.")
    ] = 50,
    json: options.Json = False,
) -> None:
    """Split a table of molecules for training and testing, the same way every time.

    split.json in the folder counts the rows and holds the hashes.
    """
    from llamo.evaluation.baselines.splitting import split_table

    with options.waiting("splitting"):
        report = split_table(
            input_file,
            out,
            by=cast("By", by),
            smiles_column=smiles_column,
            require=require,
            permille=permille,
        )
    if json:
        options.print_json(
            {"output": str(out), "rows": dict(report.parts), "left_out": dict(report.left_out)}
        )
        return
    for reason, count in sorted(report.left_out.items()):
        print_note(f"{count} rows are left out: {reason}")
    print_note(f"{out} has " + ", ".join(f"{count} rows of {part}" for part, count in report.parts.items()))
