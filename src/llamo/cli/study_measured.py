"""`llamo study NAME` for the studies of the common frame: one budget in, data, charts and a verdict out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note

SUMMARIES = {
    "oversmoothing": "Do deep graph encoders make atoms alike, and what helps?",
    "overhead": "What do encoder and projector cost beside the language model's reading of the prompt?",
    "instruction-quality": "Are conversations made by machine right and varied, and can their validator be trusted?",
    "instruction-tuning": "What do conversations, their validation and wording add to stage 2?",
    "failure-signatures": "Do the training signals tell broken runs from healthy ones?",
    "generalisation": "What is learned about one kind of molecules: how much carries over to another?",
    "other-graphs": "Does the same model read social networks and proteins, and do all levels help there?",
    "projectors": "Which projector: all levels or one, with motifs or without?",
    "probes": "What can a linear model read from the graph encoder's states?",
}

Budget = Annotated[
    float, typer.Option(min=0, help="Minutes on two CPU cores; a larger budget buys larger, stated sizes.")
]
Out = Annotated[Path | None, typer.Option(help="Folder for data, charts and report; default: studies/NAME.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="key.path=value over the study's configuration; may be given again."),
]
Ablation = Annotated[
    list[str] | None, typer.Option(help="Run this ablation only; may be given again; default: all.")
]
Page = Annotated[
    Path | None,
    typer.Option(
        help="Documentation page whose marked part gets the report; charts go to `figures` beside it."
    ),
]


def measured(name: str) -> Callable[..., None]:
    """Make the command of a study."""

    def command(
        budget: Budget = 5.0,
        out: Out = None,
        ablation: Ablation = None,
        overrides: Set = None,
        page: Page = None,
        json: options.Json = False,
    ) -> None:
        folder = out if out is not None else Path("studies") / name
        with options.waiting("loading"):
            from llamo.data.report import open_progress
            from llamo.studies.catalogue import find_study
            from llamo.studies.frame.running import Progress, Request, run_study
            from llamo.studies.frame.writing import write_page
        request = Request(budget, tuple(overrides or ()), tuple(ablation or ()))
        try:
            with open_progress(name) as bar:
                told = Progress(on_cells=bar.expect, on_cell=lambda _: bar.advance(1))
                report = run_study(find_study(name), folder, request, told)
        except KeyboardInterrupt:
            print_note(f"finished cells are kept in {folder}; the same command goes on from there")
            raise
        if page is not None:
            write_page(page, report.findings, claim=report.study.claim, made_of=report.made_of)
        if json:
            print((folder / f"{name}.json").read_text("utf-8"), end="")
        else:
            print(report.study.claim)
            print(f"{report.findings.verdict}: {report.findings.reason}")
            print_note(f"data, charts and report are in {folder}")

    command.__doc__ = (
        f"{SUMMARIES[name]}\n\nWrites data (CSV, JSON), charts (PNG, SVG) and a report with a verdict. Finished cells "
        "are kept: the same command goes on after Ctrl-C."
    )
    return command
