"""`llamo instructions validate`: what conversations are worth, claim by claim."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from llamo.cli import options
from llamo.cli.instructions_offline import skip_or_fail
from llamo.cli.messages import print_note

LAYOUTS = ("record", "openai", "sharegpt")


def validate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Conversations: .jsonl or .json, or .gz.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the report; that of an earlier report is replaced.")],
    layout: Annotated[str, typer.Option(help="Of the files: record, openai or sharegpt.")] = "record",
    max_false: Annotated[int, typer.Option(min=0, help="False claims that a conversation may have.")] = 0,
    min_turns: Annotated[int, typer.Option(min=1, help="Exchanges at least.")] = 1,
    max_turns: Annotated[int, typer.Option(min=1, help="Exchanges at most.")] = 10,
    min_words: Annotated[int, typer.Option(min=0, help="Words of an answer at least.")] = 1,
    max_words: Annotated[int, typer.Option(min=1, help="Words of an answer at most.")] = 300,
    min_relevance: Annotated[
        float, typer.Option(min=0, max=1, help="Share of answers that have to do with their question.")
    ] = 0.5,
    near_duplicate: Annotated[
        float, typer.Option(min=0, help="Overlap from which on two are near duplicates; 2: none are.")
    ] = 0.9,
    on_invalid: Annotated[
        str, typer.Option(help="Lines that are no conversations: skip (and count) or fail.")
    ] = "skip",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 if anything at all is rejected.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    json: options.Json = False,
) -> None:
    """Check each claim of the answers against RDKit, and turns, wording, repetition and variety.

    The folder --out gets report.json, verdicts.jsonl (claim by claim), filtered.jsonl (what passes),
    rejected.jsonl (the rest, with reasons) and plots. Exit code 1 if nothing passes.
    """
    from llamo.data.instructions.validation.judging import Limits
    from llamo.data.instructions.validation.validating import validate_files
    from llamo.data.layouts import Layout
    from llamo.data.report import progress
    from llamo.errors import UsageError

    if layout not in LAYOUTS:
        raise UsageError(f"--layout is {layout!r}; expected one of {', '.join(LAYOUTS)}")
    if min_turns > max_turns or min_words > max_words:
        raise UsageError(
            "a least number is above the largest (--min-turns/--max-turns, --min-words/--max-words)"
        )
    limits = Limits(max_false, min_turns, max_turns, min_words, max_words, min_relevance, near_duplicate)
    with progress("validating", None) as advance:
        report = validate_files(
            files,
            out,
            limits=limits,
            layout=cast(Layout, layout),
            workers=workers,
            on_invalid=skip_or_fail(on_invalid),
            advance=advance,
        )
    if json:
        options.print_json(report)
    else:
        _tell(report, out)
    num_bad = report["rejected"] + report["invalid"]["lines"]
    if not report["passed"] or (strict and num_bad):
        raise typer.Exit(1)


def _tell(report: dict[str, Any], out: Path) -> None:  # Any: the report
    from rich.console import Console

    from llamo.data.instructions.validation.report import tables

    console = Console()
    for table in tables(report):
        console.print(table)
    for line in report["invalid"]["first"]:
        print_note(line)
    console.print(
        f"{report['passed']} of {report['conversations']} conversations pass, {report['rejected']} are rejected; "
        f"{report['invalid']['lines']} lines are no conversations; {out / 'report.json'} has it all",
        soft_wrap=True,
        highlight=False,
    )
