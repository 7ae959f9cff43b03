"""`llamo evaluate`: the scores of a predictions file, under a named protocol."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options

if TYPE_CHECKING:
    from llamo.evaluation.protocols import Evaluation


def evaluate(
    predictions: Annotated[
        Path, typer.Argument(help="Output of `llamo predict --target-column` or a baseline.")
    ],
    task: Annotated[str, typer.Option(help="What was asked: description.")],
    protocol: Annotated[str, typer.Option(help="How it is scored: molt5.")],
    json: Annotated[Path | None, typer.Option(help="Write scores and settings to this JSON file.")] = None,
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples for the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the resampling.")] = 0,
) -> None:
    """Score a predictions file, all its rows: an error or an empty answer scores 0.

    Prints each score, from 0 to 1, with its 95 % bootstrap interval.
    """
    from llamo.evaluation.protocols import evaluate_file
    from llamo.files import replacing

    options.positive(resamples, "--resamples")
    with options.waiting(f"evaluating {predictions}"):
        result = evaluate_file(predictions, task, protocol, resamples=resamples, seed=seed)
    if json is not None:
        with replacing(json) as temporary:
            temporary.write_text(jsonlib.dumps(result.to_dict(), indent=2) + "\n", encoding="utf-8")
    print(table(result), end="")


def table(result: Evaluation) -> str:
    """Lay the scores out as text."""
    lines = [f"{result.task}, protocol {result.protocol}: {result.predictions}"]
    lines.append(
        f"{result.num_total} rows, {result.num_valid} with an answer, {result.num_errors} with an error, "
        f"{result.num_empty} empty"
    )
    lines += [
        f"  {name:<8}  {score.value:.4f}  [{score.low:.4f}, {score.high:.4f}]"
        for name, score in result.scores.items()
    ]
    return "\n".join(lines) + "\n"
