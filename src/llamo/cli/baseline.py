"""`llamo baseline`: answers that no model was needed for, in the format of `llamo predict`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.blocklists import BLOCKLIST_FILE
from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.data.leakage import Blocklist


baseline_app = typer.Typer(no_args_is_help=True)


@baseline_app.callback()
def _group() -> None:
    """Make the baselines commands of their own, also while there is one only."""


@baseline_app.command()
def copy(
    input_file: Annotated[Path, typer.Option("--in", help="Table with a SMILES column and the true texts.")],
    bank: Annotated[list[Path], typer.Option(help="Table to copy texts from; may be given repeatedly.")],
    output_file: Annotated[Path, typer.Option("--out", help=".jsonl, .csv or .parquet.")],
    text_column: Annotated[str, typer.Option(help="Column of the texts, in --in and each --bank.")] = "text",
    exclude_blocklist: Annotated[
        bool,
        typer.Option("--exclude-blocklist", help=f"Keep {BLOCKLIST_FILE} of LLAMO_DATA_DIR out of the bank."),
    ] = False,
) -> None:
    """Copy the text of the nearest neighbour (Morgan radius 2, 2048 bits, Tanimoto).

    The input's own molecules are kept out of the bank, by InChIKey connectivity. The output has the input's
    columns, then prediction, reference, error, similarity and neighbour.
    """
    from llamo.evaluation.copy_baseline import copy_neighbours
    from llamo.inference.tables import OUTPUT_FORMATS, table_format
    from llamo.inference.writers import write_table

    table_format(output_file, OUTPUT_FORMATS)
    with options.waiting("looking for neighbours"):
        result = copy_neighbours(
            input_file,
            bank,
            text_column=text_column,
            blocklist=_blocklist() if exclude_blocklist else None,
        )
    write_table(output_file, result.rows, result.columns)
    for reason, count in result.left_out.items():
        print_note(f"{count} rows of the bank are left out: {reason}")
    print_note(
        f"{output_file} has {len(result.rows)} rows, {result.num_errors} of them with an error; "
        f"copied from {len(result.bank)} texts"
    )
    if result.num_errors == len(result.rows):
        raise typer.Exit(1)


def _blocklist() -> Blocklist:
    from llamo.data.leakage import Blocklist
    from llamo.data.locations import data_file

    return Blocklist.from_file(data_file(BLOCKLIST_FILE))
