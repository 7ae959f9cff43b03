"""`llamo bench facts` and `llamo bench router`: how fast facts are, and how good the answers that they give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.bench_molecules import Limit, Molecules, readable_smiles
from llamo.errors import UsageError

if TYPE_CHECKING:
    from llamo.assistant.routing.benchmark import Score

MAX_SECONDS = 5.0  # for a thousand molecules, what this project asks of itself


def facts(
    molecules: Molecules = None,
    limit: Limit = 1000,
    json: options.Json = False,
) -> None:
    """Seconds for the facts of a thousand molecules on one core: the exact ones, and all that `llamo facts` states."""
    from llamo.evaluation.facts_speed import measure_facts

    speed = measure_facts(readable_smiles(molecules, limit))
    if json:
        options.print_json(speed._asdict())
        return
    print(f"{speed.molecules} molecules, one core, seconds for a thousand (the aim is {MAX_SECONDS:g})")
    print(f"  exact facts       {speed.exact:7.2f}")
    print(f"  all facts         {speed.all:7.2f}")


def router(
    routes: Annotated[
        Path | None,
        typer.Option(help="Questions with their intents, as tests/assistant/router_questions.jsonl."),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(help="Questions with their answers, as tests/assistant/fact_questions.jsonl."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Share of questions routed right, and of fact questions answered exactly right; every error is listed.

    No model is asked: a fact question that goes to the model counts as wrong. With --json one object a file.
    """
    from llamo.assistant.routing.benchmark import score_facts, score_routes

    if routes is None and answers is None:
        raise UsageError("pass --routes QUESTIONS.jsonl, --answers QUESTIONS.jsonl, or both")
    for path, score_file in ((routes, score_routes), (answers, score_facts)):
        if path is not None:
            score = score_file(path)
            if json:
                options.print_json({"file": str(path), **score.as_dict()})
            else:
                _print_score(path, score)


def _print_score(path: Path, score: Score) -> None:
    print(f"{path}: {score.right} of {score.total} right, {score.accuracy}")
    print(f"  of those that facts answered  {score.of_answered or 'none was'}")
    for origin, (right, total) in sorted(score.origins.items()):
        print(f"  answers found by {origin}: {right} of {total}")
    for (wanted, got), number in score.confusions.most_common():
        print(f"  {number} x {wanted} taken for {got}")
    for error in score.errors:
        told = ", ".join(f"{key} {value!r}" for key, value in error.items() if key != "question")
        print(f"  {error['question']!r}: {told}")
