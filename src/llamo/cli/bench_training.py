"""`llamo bench training`: tokens a second of training, the plain way and the ways of this package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options
from llamo.errors import UsageError

STAGES = ("alignment", "instruction")


def training(
    model: options.Model = options.DEFAULT_MODEL,
    data: Annotated[
        Path | None,
        typer.Option(help="Output of `llamo prepare`; default: exact facts about built-in molecules."),
    ] = None,
    samples: Annotated[int, typer.Option(min=2, help="Samples, the same ones each way.")] = 48,
    batch_size: options.BatchSize = 8,
    stage: Annotated[
        str, typer.Option(help="alignment (the language model is frozen) or instruction (its LoRA trains).")
    ] = "alignment",
    max_length: Annotated[int, typer.Option(min=16, help="Tokens; longer samples are cut.")] = 384,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> None:
    """Measure tokens a second of training on this machine, with and without length buckets and cut logits.

    Four ways over the same samples, each with real optimizer steps on a copy of the weights: the plain loop, batches of
    like length, logits at answers only, and both, as `llamo train` does it. Nothing is saved.
    """
    options.positive(batch_size, "--batch-size")
    if stage not in STAGES:
        raise UsageError(f"--stage {stage!r}; choose one of {', '.join(STAGES)}")
    with options.waiting(f"loading {model}"):
        from llamo.data.report import progress
        from llamo.evaluation.training_speed import draw_samples, load_trainee
        from llamo.models.building import fetch_model
        from llamo.training.throughput import WAYS, measure_ways
    fetch_model(model)
    with options.waiting(f"loading {model}"):
        trainee, processor = load_trainee(model, stage)
        drawn = draw_samples(processor, samples, data=data, max_length=max_length, seed=seed)
    with progress("training", len(WAYS) * -(-len(drawn) // batch_size)) as advance:
        found = list(
            measure_ways(
                trainee,
                drawn,
                batch_size=batch_size,
                pad_token_id=processor.pad_token_id,
                seed=seed,
                on_step=lambda: advance(1),
            )
        )
    if json:
        rates = {"model": model, "stage": stage, "batch_size": batch_size}
        options.print_json({**rates, "ways": [one.as_dict() for one in found]})
        return
    first = found[0]
    print(
        f"{first.samples} samples, {first.tokens} tokens, {first.answer_tokens} learned; batch {batch_size}, {stage}"
    )
    print("| way | padding | seconds a step | tokens a second | against plain |\n|---|---|---|---|---|")
    for one in found:
        print(
            f"| {one.way} | {100 * one.padding:.1f} % | {one.seconds_a_step:.2f} | {one.tokens_a_second:.0f} | "
            f"x {one.tokens_a_second / first.tokens_a_second:.2f} |"
        )
