"""`llamo study checked-answers`: what checking and asking again do to descriptions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note
from llamo.cli.study_subjects import made_of_talking

if TYPE_CHECKING:
    from llamo.evaluation.text_resources import TextResources
    from llamo.inference.reranking import CheckedEngine
    from llamo.inference.settings import GenerationSettings
    from llamo.studies.checked_answers.answering import Pair
    from llamo.studies.checked_answers.choosing import HeldOut
    from llamo.studies.run_log import RunLog


@options.talks(without=["temperature", *options.RETRIEVAL])
def checked_answers(
    data: Annotated[
        Path, typer.Option(help="Folder written by `llamo prepare`; its validation split is used.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for answers, figures and the table.")],
    *,
    limit: Annotated[int, typer.Option(min=2, help="Molecules at most.")] = 500,
    samples: Annotated[
        int, typer.Option(help="Answers a molecule at most, while the first is contradicted; to 16.")
    ] = 8,
    check_seconds: Annotated[
        float | None, typer.Option(help="No further answers after so long a molecule.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            help="Descriptions of this source, the first one preferred; may be given again. Default: "
            "chebi20_validation, filled up from pubchem324k_validation."
        ),
    ] = None,
    protocol: Annotated[str, typer.Option(help="How texts are scored: molt5 or strict.")] = "molt5",
    talking: options.Talking,
    batch_size: options.BatchSize = 8,
    json: options.Json = False,
) -> None:
    """How many claims are contradicted, of first answers and of checked ones, and what it costs.

    Held-out descriptions of prepared shards are asked for once, and again while the structure contradicts a claim:
    rate of contradicted claims, BLEU, ROUGE-L, METEOR and seconds of both, with paired bootstrap intervals. Answers
    are kept in OUT/answers.jsonl as they come: the same command goes on after Ctrl-C.
    """
    from llamo.inference.reranking import CheckedEngine, check_samples
    from llamo.studies.checked_answers import answering, choosing, reporting
    from llamo.studies.run_log import RunLog

    options.positive(batch_size, "--batch-size")
    talking.check("description")
    check_samples(samples, check_seconds)
    resources = _resources(protocol)
    with options.waiting("choosing molecules"):
        questions = choosing.choose_held_out(
            data, limit, sources=source or choosing.SOURCES, seed=talking.seed
        )
    settings = talking.settings("description")
    made_of = {**made_of_talking(talking, data, samples), "seconds": check_seconds}
    with RunLog(out / "answers.jsonl", made_of, kind=answering.KIND) as log:
        engine = CheckedEngine(talking.load_model(), samples, seconds=check_seconds)
        try:
            pairs = _answer(engine, questions, settings, log, batch_size)
        except KeyboardInterrupt:
            print_note(f"answers are kept in {log.path}; the same command goes on from there")
            raise
    rows = reporting.compare(pairs, resources)
    reporting.write_report(rows, pairs, out, {**made_of, "protocol": protocol, "files": resources.files})
    if json:
        print((out / f"{reporting.NAME}.json").read_text("utf-8"), end="")
    else:
        print(reporting.markdown(rows, pairs, made_of), end="")
        print_note(f"figures, table and predictions are in {out}")


def _answer(
    engine: CheckedEngine,
    questions: list[HeldOut],
    settings: GenerationSettings,
    log: RunLog,
    batch_size: int,
) -> list[Pair]:
    """Answer all questions, with a progress bar on a terminal."""
    from llamo.data.report import progress
    from llamo.studies.checked_answers.answering import answer_all

    with progress("answering", len(questions)) as advance:
        return answer_all(engine, questions, settings, log, batch_size=batch_size, on_answers=advance)


def _resources(name: str) -> TextResources:
    """Open what scoring needs before anything is asked."""
    from llamo.data.tasks.catalogue import find_task
    from llamo.evaluation.protocols import find_protocol
    from llamo.evaluation.text_resources import open_resources

    protocol = find_protocol(find_task("description"), name)
    return open_resources(protocol, needs_tokens=True, needs_wordnet=True, tokenizer=None)
