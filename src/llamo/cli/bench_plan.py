"""`llamo bench plan`: memory and time of a training run, computed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options
from llamo.errors import UsageError


def plan(
    configs: Annotated[list[Path], typer.Argument(metavar="CONFIG.yaml...", help="Training configurations.")],
    gpus: Annotated[
        list[int] | None, typer.Option(min=1, help="Number of GPUs; may be given again; default: 1.")
    ] = None,
    gpu_memory_gib: Annotated[float, typer.Option(min=0.1, help="Memory of one GPU.")] = 80.0,
    tflops: Annotated[
        float, typer.Option(help="Dense bf16 TFLOP/s of one GPU by its data sheet; the default is an H100's.")
    ] = 989.0,
    utilisation: Annotated[float, typer.Option(help="Share of them that training reaches.")] = 0.4,
    tokens: Annotated[
        int | None, typer.Option(min=2, help="Tokens of all samples; default: data.max_length.")
    ] = None,
    answer_tokens: Annotated[
        int | None, typer.Option(min=1, help="How many of them are learned; default: half.")
    ] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a value of the configurations."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Compute what a training run needs: parameters, memory on each GPU, operations and seconds a step.

    With and without sharding and gradient checkpointing. Nothing is downloaded; no GPU is needed.
    """
    if tflops <= 0 or not 0 < utilisation <= 1:
        raise UsageError(
            f"--tflops {tflops:g} --utilisation {utilisation:g}: expected a speed above 0 and a share of it up to 1"
        )
    if answer_tokens is not None and tokens is not None and answer_tokens > tokens:
        raise UsageError(
            f"--answer-tokens {answer_tokens} of --tokens {tokens}: a part cannot exceed the whole"
        )
    with options.waiting("loading"):
        from llamo.training.plan.planning import Machine, make_plan
        from llamo.training.plan.table import markdown
    machine = Machine(gpu_memory_gib * 2**30, tflops * 1e12, utilisation)
    for config in configs:
        with options.waiting(str(config)):
            found = make_plan(
                config,
                overrides or (),
                machine,
                gpus=gpus or (1,),
                tokens=tokens,
                answer_tokens=answer_tokens,
            )
        if json:
            options.print_json({"config": str(config), **found.as_dict()})
        else:
            print(markdown(config, found))
