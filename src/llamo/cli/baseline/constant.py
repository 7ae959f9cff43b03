"""`llamo baseline constant`: the same answer for every molecule."""

from __future__ import annotations

from llamo.cli import options
from llamo.cli.baseline import shared


def constant(
    input_file: shared.InputFile,
    train: shared.Train,
    output_file: shared.OutputFile,
    task: shared.Task,
    target_column: shared.TargetColumn,
    smiles_column: shared.SmilesColumn = None,
    property_name: shared.Property = None,
    limit: shared.Limit = None,
    exclude_blocklist: shared.ExcludeBlocklist = False,
    json: options.Json = False,
) -> None:
    """Answer with the median of a property, the more frequent class, or the most frequent text.

    The score of a classification is the share of Yes among the rows that are learnt from. The input's own molecules are
    not learnt from, by InChIKey connectivity.
    """
    from llamo.evaluation.baselines.constant import constant_answers
    from llamo.evaluation.baselines.output import check_output
    from llamo.evaluation.baselines.question_table import Wanted

    check_output(output_file, input_file, *train)
    with options.waiting("counting"):
        run = constant_answers(
            input_file,
            train,
            Wanted(task, target_column, smiles_column, property_name, limit),
            blocklist=shared.read_blocklist(is_on=exclude_blocklist),
        )
    shared.finish(run, output_file, as_json=json)
