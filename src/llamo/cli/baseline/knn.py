"""`llamo baseline knn`: the mean of the most similar known molecules."""

from __future__ import annotations

from typing import Annotated

import typer

from llamo.cli import options
from llamo.cli.baseline import shared


def knn(
    input_file: shared.InputFile,
    train: shared.Train,
    output_file: shared.OutputFile,
    task: shared.Task,
    target_column: shared.TargetColumn,
    smiles_column: shared.SmilesColumn = None,
    property_name: shared.Property = None,
    k: Annotated[int, typer.Option("--k", "-k", min=1, help="Neighbours.")] = 5,
    limit: shared.Limit = None,
    exclude_blocklist: shared.ExcludeBlocklist = False,
    json: options.Json = False,
) -> None:
    """Predict a number or a class from the k nearest neighbours, weighted by Tanimoto similarity.

    For properties the weighted mean, for classification the weighted share of Yes as score. The input's own molecules
    are not learnt from, by InChIKey connectivity.
    """
    from llamo.evaluation.baselines.knn import knn_answers
    from llamo.evaluation.baselines.output import check_output
    from llamo.evaluation.baselines.question_table import Wanted

    check_output(output_file, input_file, *train)
    with options.waiting("looking for neighbours"):
        run = knn_answers(
            input_file,
            train,
            Wanted(task, target_column, smiles_column, property_name, limit),
            k=k,
            blocklist=shared.read_blocklist(is_on=exclude_blocklist),
        )
    shared.finish(run, output_file, as_json=json)
