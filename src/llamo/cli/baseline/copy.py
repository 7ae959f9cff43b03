"""`llamo baseline copy`: the text of the nearest neighbour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.baseline import shared
from llamo.errors import UsageError

if TYPE_CHECKING:
    from llamo.evaluation.baselines.choosing import MakeChoose


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
    choose_by: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Let this model's graph tokens choose among the k texts, by similarity and by the words of each.",
        ),
    ] = None,
    ranked: Annotated[
        bool,
        typer.Option("--ranked", help="Copy what the ranking of the --bank puts first (`llamo bank rank`)."),
    ] = False,
    limit: shared.Limit = None,
    exclude_blocklist: shared.ExcludeBlocklist = False,
    json: options.Json = False,
) -> None:
    """Copy the text of the nearest neighbour (Morgan radius 2, 2048 bits, Tanimoto).

    The input's own molecules are kept out of the bank, by InChIKey connectivity. With --choose-by a model chooses among
    the texts of the k nearest, with --ranked the bank's ranking among those of the 12 nearest, and `candidates` stand
    in its order. The output has the input's columns, then prediction, reference, error, similarity and neighbour.
    """
    from llamo.data.bank_ranking import open_ranking
    from llamo.data.report import open_progress
    from llamo.evaluation.baselines.copy import copy_neighbours
    from llamo.evaluation.baselines.output import check_output
    from llamo.evaluation.baselines.question_table import Wanted

    check_output(output_file, input_file, *bank)
    if choose_by is not None and k < 2:
        raise UsageError(f"--choose-by needs texts to choose among, and --k is {k}; set it to 4, for example")
    if ranked and (choose_by is not None or len(bank) != 1 or not bank[0].is_dir()):
        raise UsageError(
            "--ranked goes by the ranking of one bank: give one folder of `llamo bank build` with --bank, "
            "and leave --choose-by out"
        )
    ranking = open_ranking(bank[0]) if ranked else None
    with open_progress("copying") as bar:
        run = copy_neighbours(
            input_file,
            bank,
            wanted=Wanted(task, text_column, smiles_column, limit=limit),
            k=k,
            blocklist=shared.read_blocklist(is_on=exclude_blocklist),
            make_choose=None if choose_by is None else _chooser(choose_by),
            chosen_by=choose_by or "",
            ranking=ranking,
            on_start=bar.expect,
            on_done=bar.advance,
        )
    shared.finish(run, output_file, as_json=json)


def _chooser(model: str) -> MakeChoose:
    """Load the model that chooses."""
    from llamo.evaluation.baselines.choosing import Chooser
    from llamo.inference.engines import load_engine

    engine = load_engine(model)
    return lambda texts: Chooser(engine, texts)
