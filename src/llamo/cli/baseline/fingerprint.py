"""`llamo baseline fingerprint`: gradient boosting over fingerprints and descriptors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options
from llamo.cli.baseline import shared


def fingerprint(
    input_file: shared.InputFile,
    train: shared.Train,
    output_file: shared.OutputFile,
    task: shared.Task,
    target_column: shared.TargetColumn,
    smiles_column: shared.SmilesColumn = None,
    property_name: shared.Property = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the model.")] = 0,
    seeds: Annotated[
        int,
        typer.Option(min=1, help="Models, of --seed and those after it; OUT gets .seedN before its suffix."),
    ] = 1,
    bits: Annotated[
        bool, typer.Option("--bits", help="Whether an environment is there, not how often.")
    ] = False,
    limit: shared.Limit = None,
    exclude_blocklist: shared.ExcludeBlocklist = False,
    json: options.Json = False,
) -> None:
    """Learn a number or a class by gradient boosting over Morgan counts (radius 2, 2048) and descriptors.

    The same seed gives the same answers. The input's own molecules are not learnt from, by InChIKey connectivity.
    """
    from llamo.evaluation.baselines.boosting import boosted_answers
    from llamo.evaluation.baselines.output import check_output
    from llamo.evaluation.baselines.question_table import Wanted

    wanted_seeds = range(seed, seed + seeds)
    outputs = [output_file] if seeds == 1 else [_of_seed(output_file, one) for one in wanted_seeds]
    for output in outputs:
        check_output(output, input_file, *train)
    runs = boosted_answers(
        input_file,
        train,
        Wanted(task, target_column, smiles_column, property_name, limit),
        seeds=wanted_seeds,
        counts=not bits,
        blocklist=shared.read_blocklist(is_on=exclude_blocklist),
    )
    for output in outputs:
        with options.waiting(f"learning for {output}"):
            run = next(runs)
        shared.finish(run, output, as_json=json)


def _of_seed(output: Path, seed: int) -> Path:
    """Name the output of one of several seeds: `out.jsonl` -> `out.seed1.jsonl`."""
    return output.with_name(f"{output.stem}.seed{seed}{output.suffix}")
