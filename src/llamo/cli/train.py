"""`llamo train`: one stage of training, as a YAML file says."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options


def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG.yaml", help="What to train, on what, how.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a value, e.g. optim.learning_rate=1e-4."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the newest whole checkpoint.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the trained model's folder as JSON.")] = False,
) -> None:
    """Train one stage of a model, by a configuration.

    The run folder holds checkpoints, the resolved configuration, losses (CSV and plot) and, at last, model/.
    """
    from llamo.training.run import train_from_config

    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.INFO)
    folder = train_from_config(config, overrides or [], resume=resume)
    if json:
        options.print_json({"model": str(folder)})
    else:
        print(f"the trained model is in {folder}; talk to it with: llamo chat --model {folder}")
