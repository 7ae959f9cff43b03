"""`llamo baseline copy`: the text of the nearest neighbour."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options
from llamo.cli.baseline import shared


def copy(
    input_file: shared.InputFile,
    bank: Annotated[
        list[Path],
        typer.Option(help="Table to copy from, or a folder of `llamo bank build`; may be given repeatedly."),
    ],
    output_file: shared.OutputFile,
    task: shared.Task = "description",
    text_column: Annotated[
        str,
        typer.Option(
            "--text-column", "--target-column", help="Column of the texts, in --in and each --bank."
        ),
    ] = "text",
    smiles_column: shared.SmilesColumn = None,
    k: Annotated[
        int, typer.Option("--k", "-k", min=1, help="Neighbours; more than one are written as `candidates`.")
    ] = 1,
    limit: shared.Limit = None,
    exclude_blocklist: shared.ExcludeBlocklist = False,
    json: options.Json = False,
) -> None:
    """Copy the text of the nearest neighbour (Morgan radius 2, 2048 bits, Tanimoto).

    The input's own molecules are kept out of the bank, by InChIKey connectivity. The output has the input's
    columns, then prediction, reference, error, similarity and neighbour.
    """
    from llamo.evaluation.baselines.copy import copy_neighbours
    from llamo.evaluation.baselines.output import check_output
    from llamo.evaluation.baselines.question_table import Wanted

    check_output(output_file, input_file, *bank)
    with options.waiting("looking for neighbours"):
        run = copy_neighbours(
            input_file,
            bank,
            wanted=Wanted(task, text_column, smiles_column, limit=limit),
            k=k,
            blocklist=shared.read_blocklist(is_on=exclude_blocklist),
        )
    shared.finish(run, output_file, as_json=json)
