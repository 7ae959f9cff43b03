"""What the baselines' commands share: their options, and how a finished run is written and told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.blocklists import BLOCKLIST_FILE
from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.data.leakage import Blocklist
    from llamo.evaluation.baselines.output import BaselineRun

InputFile = Annotated[
    Path,
    typer.Option("--in", help="Table with a SMILES column and the true answers, as `llamo predict` reads."),
]
OutputFile = Annotated[Path, typer.Option("--out", help=".jsonl, .csv or .parquet.")]
Train = Annotated[list[Path], typer.Option("--train", help="Table to learn from; may be given repeatedly.")]
Task = Annotated[str, typer.Option(help="property, classification, description, iupac, ...")]
TargetColumn = Annotated[str, typer.Option(help="Column of the answers, in --in and what is learnt from.")]
SmilesColumn = Annotated[
    str | None, typer.Option(help="Column of the molecules or reactions; usual names are found.")
]
Property = Annotated[
    str | None,
    typer.Option("--property", help="homo, gap, bbbp, ...; else read off the target column's name."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Answer the first rows only.")]
ExcludeBlocklist = Annotated[
    bool,
    typer.Option(
        "--exclude-blocklist", help=f"Learn from no molecule of {BLOCKLIST_FILE} of LLAMO_DATA_DIR."
    ),
]


def read_blocklist(*, is_on: bool) -> Blocklist | None:
    """Read the blocklist of the data folder where it is asked for.

    Raises:
        DataError: the data folder has none.
    """
    if not is_on:
        return None
    from llamo.data import held_out
    from llamo.data.locations import data_file

    return held_out.read_blocklist(data_file(BLOCKLIST_FILE))


def finish(run: BaselineRun, output: Path, *, as_json: bool) -> None:
    """Write a run, and say what it did and what it left out; exit code 1 where no row has an answer."""
    from llamo.evaluation.baselines.output import write_baseline

    write_baseline(run, output)
    if as_json:
        options.print_json(run.summary(output))
    else:
        for reason, count in sorted(run.left_out.items()):
            print_note(f"{count} rows are not learnt from: {reason}")
        print_note(
            f"{output} has {len(run.answers)} rows, {run.num_errors} of them with an error; "
            f"learnt from {run.known} answers"
        )
    if run.num_errors == len(run.answers):
        raise typer.Exit(1)
