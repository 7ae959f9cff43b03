"""`llamo predict`: a file of molecules in, a file of answers out."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from llamo.cli import options
from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.inference.predict_request import OnInvalid


@options.talks()
def predict(
    task: Annotated[
        str,
        typer.Option(
            help="description, iupac, property, forward_reaction, retrosynthesis, reagent, classification "
            "or conversation."
        ),
    ],
    input_file: Annotated[
        Path, typer.Option("--in", help=".smi, .csv, .tsv, .jsonl, .parquet or .sdf; text formats also .gz.")
    ],
    output_file: Annotated[Path, typer.Option("--out", help=".jsonl, .csv or .parquet.")],
    *,
    smiles_column: Annotated[
        str | None, typer.Option(help="Column of the molecules; usual names are found.")
    ] = None,
    target_column: Annotated[
        str | None, typer.Option(help="Column of the true answers, for `reference`.")
    ] = None,
    question: Annotated[
        str | None, typer.Option(help="Asked of every row, in place of the task's own.")
    ] = None,
    question_column: Annotated[str | None, typer.Option(help="Column of each row's question.")] = None,
    property_name: Annotated[
        str | None,
        typer.Option(
            "--property", help="homo, lumo, gap, esol, bbbp, ...; else read off the target column's name."
        ),
    ] = None,
    property_column: Annotated[
        str | None, typer.Option(help="Column that names each row's property: homo, lumo, bbbp, ...")
    ] = None,
    num_candidates: Annotated[
        int, typer.Option(help="Answers a row, the best first in the column candidates: beams, or sampled.")
    ] = 1,
    numbers: Annotated[
        str,
        typer.Option(
            help="How a number is answered: written, as any text, or the median or mean of all that may be written."
        ),
    ] = "written",
    check_samples: Annotated[
        int,
        typer.Option(
            help="Answers a row at most, asked for while the structure contradicts the first; to 16."
        ),
    ] = 1,
    check_seconds: Annotated[
        float | None, typer.Option(help="With --check-samples: no further answers after so long a row.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Complete an unfinished run.")] = False,
    on_invalid: Annotated[str, typer.Option(help="keep: write an error row and go on; fail: stop.")] = "keep",
    json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
    batch_size: options.BatchSize = 8,
    talking: options.Talking,
) -> None:
    """Answer one question for every molecule of a file.

    The output has one row for each input row, in order: the input's columns, then prediction, reference (with
    --target-column) and error; for classification also score, the probability of Yes among Yes and No by their
    logits; with --num-candidates also candidates; with --numbers median or mean also spread. It appears when all is
    done; until then finished rows are in OUT.partial.jsonl, and --resume takes them up after a kill.
    OUT.predict.json then tells what it was made of: settings, versions, hashes. A column of the input that is
    called like one of the added ones gets "input_" in front. Exit code 1 if no row at all could be answered.
    """
    from llamo.data.tasks.catalogue import find_task
    from llamo.inference.predict import partial_path, predict_file
    from llamo.inference.predict_request import PredictRequest
    from llamo.inference.prompts import check_task

    checked = check_task(task)
    talking.check(checked)
    if find_task(checked).choices and talking.dtype == "auto":
        talking = replace(talking, dtype="float32")  # bfloat16 ties scores and moves a ranking
    request = PredictRequest(
        task=checked,
        input=input_file,
        output=output_file,
        smiles_column=smiles_column,
        target_column=target_column,
        question=question,
        question_column=question_column,
        property_name=property_name,
        property_column=property_column,
        batch_size=batch_size,
        resume=resume,
        on_invalid=cast("OnInvalid", on_invalid),
        model=talking.model,
        view=talking.view,
        retrieve=talking.retrieve,
        bank=talking.bank,
        exclude_self=talking.exclude_self,
        is_ranked=talking.ranked,
        dtype=talking.dtype,
        num_candidates=num_candidates,
        numbers=numbers,
        check_samples=check_samples,
        check_seconds=check_seconds,
    )
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    from llamo.data.report import open_progress

    try:
        with open_progress("predicting") as bar:

            def start(total: int, done: int) -> None:
                bar.expect(total)
                bar.advance(done)

            summary = predict_file(
                request, talking.load_engine, talking.settings(checked), on_start=start, on_rows=bar.advance
            )
    except KeyboardInterrupt:
        print_note(f"finished rows are kept in {partial_path(output_file)}; run again with --resume")
        raise
    if json:
        options.print_json(asdict(summary) | {"output": str(summary.output)})
    else:
        print_note(
            f"{summary.output} has {summary.num_rows} rows, {summary.num_errors} of them with an error"
        )
    if summary.num_errors == summary.num_rows:
        raise typer.Exit(1)
