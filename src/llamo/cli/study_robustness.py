"""`llamo study robustness`: does an answer depend on what it should, and on nothing else?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note
from llamo.cli.study_subjects import (
    BlocklistFile,
    Molecules,
    NoBlocklist,
    Training,
    choose_subjects,
    find_test_molecules,
    made_of,
)

if TYPE_CHECKING:
    from llamo.models.names import View
    from llamo.studies.robustness.running import Progress


def robustness(
    data: Molecules,
    out: Annotated[Path, typer.Option(help="Folder for predictions, figures, tables and plots.")],
    probe: Annotated[
        list[str] | None,
        typer.Option(
            help="smiles, graph, dropped-smiles, similarity, motifs, format or all; may be given again."
        ),
    ] = None,
    model: options.Model = options.DEFAULT_MODEL,
    limit: Annotated[int, typer.Option(min=2, help="Molecules at most, drawn by --seed.")] = 50,
    training: Training = None,
    blocklist: BlocklistFile = None,
    no_blocklist: NoBlocklist = False,
    text_column: Annotated[str, typer.Option(help="Column of the table's descriptions.")] = "text",
    view: options.View = None,
    spellings: Annotated[int, typer.Option(min=2, help="Random SMILES a molecule.")] = 10,
    questions: Annotated[
        int | None, typer.Option(min=4, help="Questions on groups; the default is eight a molecule.")
    ] = None,
    max_new_tokens: options.MaxNewTokens = None,
    seed: Annotated[int, typer.Option(help="Seed of all drawing.")] = 0,
    batch_size: options.BatchSize = 8,
    dtype: options.Dtype = "auto",
    json: options.Json = False,
) -> None:
    """Probe the raw model, without facts tool or retrieval, and measure with 95 % intervals.

    smiles: one molecule in ten spellings. graph: a wrong graph, none, counts alone. dropped-smiles: with SMILES
    and without. similarity: scores by likeness to the training data. motifs: are functional groups seen that are
    not there? format: is the asked form kept, the asked property given, a refusal made where it is due?
    Answers are kept in OUT/answers.jsonl as they come: the same command goes on after Ctrl-C.
    """
    options.positive(batch_size, "--batch-size")
    talking = options.Talking(model, dtype=dtype, view=view, max_new_tokens=max_new_tokens)
    talking.check("description")
    from llamo.studies.robustness.probe import Setting
    from llamo.studies.robustness.running import choose_probes, run_probes, summary

    names = probe or ["all"]
    choose_probes(names)
    with options.waiting("choosing molecules"):
        subjects = choose_subjects(
            data, limit, seed, training or [], find_test_molecules(data, blocklist, no_blocklist), text_column
        )
    engine = talking.load_model()
    shown: View = engine.view or engine.processor.view
    setting = Setting(subjects, shown, seed, spellings, questions)
    try:
        with _progress() as progress:
            results = run_probes(
                engine, setting, out, names, made_of(model, dtype),
                batch_size=batch_size, max_new_tokens=max_new_tokens, progress=progress,
            )  # fmt: skip
    except KeyboardInterrupt:
        print_note(f"answers are kept in {out / 'answers.jsonl'}; the same command goes on from there")
        raise
    if json:
        print((out / "robustness.json").read_text("utf-8"), end="")
    else:
        print(summary(results, setting), end="")
        print_note(f"tables, figures, predictions and plots are in {out}")


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar for each probe on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from llamo.studies.robustness.running import Progress

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:

        def start(name: str) -> None:
            bars.add_task(name, total=None)

        yield Progress(
            on_probe=start,
            on_questions=lambda total: bars.update(bars.task_ids[-1], total=total),
            on_answers=lambda number: bars.advance(bars.task_ids[-1], number),
        )
