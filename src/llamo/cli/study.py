"""`llamo study`: questions about a model, answered by measuring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options
from llamo.cli.study_attribution import attribution
from llamo.cli.study_checked import checked_answers
from llamo.cli.study_facts import facts_in_prompt
from llamo.cli.study_failures import failures
from llamo.cli.study_measured import SUMMARIES, measured
from llamo.cli.study_robustness import robustness
from llamo.cli.study_similarity import similarity
from llamo.cli.study_sureness import sureness

study_app = typer.Typer(no_args_is_help=True)
study_app.command("robustness")(robustness)
study_app.command("similarity")(similarity)
study_app.command("checked-answers")(checked_answers)
study_app.command("sureness")(sureness)
study_app.command("attribution")(attribution)
study_app.command("facts-in-prompt")(facts_in_prompt)
study_app.command("failures")(failures)
for _name in SUMMARIES:
    study_app.command(_name)(measured(_name))


@study_app.callback()
def _group() -> None:
    """Measure what a model's answers depend on."""


@study_app.command("graph-control")
def graph_control(
    data: Annotated[
        Path, typer.Option(help="Folder written by `llamo prepare`; its validation split is used.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the table (JSON, CSV, Markdown) and the plot.")],
    model: options.Model = options.DEFAULT_MODEL,
    limit: Annotated[int, typer.Option(min=2, help="Records at most.")] = 512,
    batch_size: options.BatchSize = 16,
    source: Annotated[str | None, typer.Option(help="Records of this source only.")] = None,
    task: Annotated[
        str, typer.Option(help="Whose records: description, property, interview, ...")
    ] = "description",
    dtype: options.Dtype = "auto",
    json: options.Json = False,
) -> None:
    """Does the model listen to the graph?

    Answer loss with the true graph, another molecule's of the same size, motif counts alone and no graph,
    each without and with the SMILES in the prompt, with paired bootstrap intervals.
    """
    options.positive(batch_size, "--batch-size")
    talking = options.Talking(model, dtype=dtype)
    talking.check(task)
    from llamo.studies import graph_control as study

    engine = talking.load_model()
    result = study.run(
        engine.model,
        engine.processor,
        data,
        out,
        limit=limit,
        batch_size=batch_size,
        source=source,
        task=task,
    )
    if json:
        print((out / "graph-control.json").read_text("utf-8"), end="")
    else:
        print(study.markdown(result), end="")
        print(f"table and plot are in {out}")
