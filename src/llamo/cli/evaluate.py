"""`llamo evaluate`: the scores of a predictions file, under a named protocol."""

from __future__ import annotations

import json as jsonlib
import math
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_error
from llamo.errors import UsageError

if TYPE_CHECKING:
    from llamo.evaluation.bootstrap import Difference
    from llamo.evaluation.evaluating import ComparisonResult, Evaluation
    from llamo.evaluation.metric import Metric


def evaluate(
    predictions: Annotated[
        Path, typer.Argument(help="Output of `llamo predict --target-column` or a baseline.")
    ],
    task: Annotated[str, typer.Option(help="What was asked: description, iupac, property, ...")],
    protocol: Annotated[
        str, typer.Option(help="How it is scored: strict, molt5, mol-instructions or llamo-official.")
    ] = "strict",
    against: Annotated[
        Path | None, typer.Option(help="Other answers to the same questions, for a paired comparison.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write scores and settings to this JSON file.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a report with plots and samples to this one HTML file.")
    ] = None,
    bank: Annotated[
        Path | None,
        typer.Option(
            help="Bank (folder) or table that was learnt from: the report plots scores against likeness."
        ),
    ] = None,
    gallery: Annotated[
        int, typer.Option(help="Samples of each kind in the report: worst, median, best.")
    ] = 6,
    tokenizer: Annotated[
        str | None,
        typer.Option(help="Base model or folder with tokenizer.json: the own tokens of llamo-official."),
    ] = None,
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples for the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the resampling.")] = 0,
) -> None:
    """Score a predictions file, all its rows: an error or an empty answer is a wrong one.

    Prints each score with its 95 % bootstrap interval; with --against also the differences. docs/protocols.md says
    what each protocol does. Exit code 1 where every score is refused.
    """
    from llamo.evaluation.evaluating import compare_files, evaluate_file
    from llamo.files import check_outputs, replacing
    from llamo.inference.predict_record import record_path

    options.positive(resamples, "--resamples")
    options.positive(gallery, "--gallery")
    if bank is not None and html is None:
        raise UsageError("--bank is for the report; name one with --html REPORT.html")
    files = [path for path in (predictions, against) if path is not None]
    check_outputs({"--json": json, "--html": html}, [*files, *map(record_path, files), bank])
    if bank is not None:
        from llamo.evaluation.report.likeness import check_bank

        check_bank(bank)
    how = {"resamples": resamples, "seed": seed}
    result: Evaluation | ComparisonResult
    with options.waiting(f"evaluating {predictions}"):
        if against is None:
            result = evaluate_file(predictions, task, protocol, tokenizer=tokenizer, **how)
        else:
            result = compare_files(predictions, against, task, protocol, tokenizer=tokenizer, **how)
    if json is not None:
        with replacing(json) as temporary:
            text = jsonlib.dumps(result.to_dict(), indent=2, allow_nan=False)
            temporary.write_text(text + "\n", encoding="utf-8")
    if html is not None:
        from llamo.evaluation.report import ReportOptions, write_report

        command = shlex.join(["llamo", *sys.argv[1:]])
        with options.waiting(f"writing {html}"):
            write_report(result, html, ReportOptions(command, bank, gallery))
    print(_report(result), end="")
    _stop_without_scores(result)


def _stop_without_scores(result: Evaluation | ComparisonResult) -> None:
    """End with exit code 1 where a file has no score at all, and say why."""
    from llamo.evaluation.evaluating import ComparisonResult

    both = (result.first, result.second) if isinstance(result, ComparisonResult) else (result,)
    for one in both:
        if not one.metrics:
            reasons = "; ".join(dict.fromkeys(f"{each.name}: {each.reason}" for each in one.refused))
            print_error(
                f"{one.rows.path} has no score: {reasons or 'the protocol has no metric for this task'}"
            )
    if not all(one.metrics for one in both):
        raise typer.Exit(1)


def _report(result: Evaluation | ComparisonResult) -> str:
    """Lay out one evaluation, or two and their differences."""
    from llamo.evaluation.evaluating import ComparisonResult

    if not isinstance(result, ComparisonResult):
        return table(result)
    width = max(map(len, result.differences), default=0)
    lines = [f"difference, {result.first.rows.path} less {result.second.rows.path}"]
    lines += [_difference_line(name, one, width) for name, one in result.differences.items()]
    return table(result.first) + table(result.second) + "\n".join(lines) + "\n"


def table(result: Evaluation) -> str:
    """Lay the scores out as text."""
    from llamo.evaluation.metric import counted, written

    rows = result.rows
    lines = [f"{result.settings.task}, protocol {result.settings.protocol}: {rows.path}"]
    lines.append(
        f"{counted(len(rows.texts), 'row')}, {rows.num_valid} with an answer, {rows.num_errors} with an error, "
        f"{rows.num_empty} empty"
        + (f", {rows.num_duplicate_ids} with an id that another row has" if rows.num_duplicate_ids else "")
    )
    width = max(
        [8] + [len(metric.name) for metric in result.metrics] + [len(one.name) for one in result.refused]
    )
    for metric in result.metrics:
        score = result.scores[metric.name]
        ends = f"[{written(score.low)}, {written(score.high)}]"
        shown = f"{written(score.value)}  {ends}{_remark(metric)}"
        if metric.why_undefined and not math.isfinite(score.value):
            shown = f"undefined: {metric.why_undefined}"
        lines.append(f"  {metric.name:<{width}}  {shown}")
    lines += [f"  {one.name:<{width}}  refused: {one.reason}" for one in result.refused]
    return "\n".join(lines) + "\n"


def _remark(metric: Metric) -> str:
    """Say the unit, and over how many samples where not over all."""
    unit = f"  {metric.unit}" if metric.unit else ""
    return unit + (f"  over {metric.n_valid} of {metric.n_total}" if metric.over == "valid" else "")


def _difference_line(name: str, one: Difference, width: int) -> str:
    from llamo.evaluation.metric import written

    low, high = written(one.low, sign=True), written(one.high, sign=True)
    return f"  {name:<{width}}  {written(one.value, sign=True)}  [{low}, {high}]  p {written(one.p)}"
