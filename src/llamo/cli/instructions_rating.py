"""`llamo instructions form` and `agreement`: answers for people to rate, and how far ratings and validator agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note
from llamo.errors import UsageError

if TYPE_CHECKING:
    from llamo.studies.instruction_quality.agreement import Agreement


def form(
    out: Annotated[
        Path, typer.Option(help=".html: a page with drawings and buttons; .csv: for a spreadsheet.")
    ],
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--in", help="Conversation records; may be given again. Default: the answers of the package."
        ),
    ] = None,
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="Answers to draw from --in.")] = 60,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> None:
    """Write an empty form for people to rate answers: do the claims hold, and is the question answered?

    Answers are drawn by kind of claim, one a conversation about one molecule. Nothing in the form tells what the
    validator found. Without --in it holds the package's sample, which two labellings are known of.
    """
    from llamo.data.record_files import read_records, refuse
    from llamo.studies.instruction_quality.answer_sample import draw_answers
    from llamo.studies.instruction_quality.rating_form import sample_answers, write_form

    if files:
        records = {
            path.name: [record for _, record in read_records(path, layout="record", on_left_out=refuse)]
            for path in files
        }
        drawn = draw_answers(records, number, seed)
    else:
        drawn = sample_answers()
    write_form(drawn, out)
    if json:
        options.print_json({"form": str(out), "answers": len(drawn)})
    else:
        print_note(
            f"{out} asks about {len(drawn)} answers; llamo instructions agreement reads the filled CSV"
        )


def agreement(
    forms: Annotated[list[Path], typer.Argument(metavar="FORM...", help="Filled forms (CSV), one a rater.")],
    json: options.Json = False,
) -> None:
    """Compare filled forms with the validator and with one another: share of same verdicts, Cohen's kappa."""
    from llamo.studies.instruction_quality.agreement import compare_raters
    from llamo.studies.instruction_quality.rating_form import read_form

    names = [path.stem for path in forms]
    if len(set(names)) < len(names):
        raise UsageError(
            f"two forms are called {max(names, key=names.count)!r}; give each rater's file a name of its own"
        )
    found = compare_raters({name: read_form(path) for name, path in zip(names, forms, strict=True)})
    if json:
        options.print_json({"agreement": [_as_dict(one) for one in found]})
        return
    print("share of same verdicts, Cohen's kappa with its 95 % bootstrap interval over answers")
    for one in found:
        kappa = "not defined: one verdict throughout" if one.kappa is None else str(one.kappa)
        print(f"  {one.first} and {one.second}, {one.question}: {one.same:.3f} of {one.n}, kappa {kappa}")


def _as_dict(one: Agreement) -> dict[str, object]:
    return {**one._asdict(), "kappa": None if one.kappa is None else list(one.kappa)}
