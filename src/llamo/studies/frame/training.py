"""Training runs of a cell: configurations for `llamo.training`, which does all of the training."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from llamo.training.config import RunConfig


def train_cell(values: Mapping[str, Any], output: Path) -> Path:  # Any: as `RunConfig` takes them
    """Run a training stage in `output`; one that was cut short is gone on with.

    Args:
        values: a configuration as `llamo train` takes it, without `output`.

    Returns:
        The folder of the trained model.

    Raises:
        ConfigError: the configuration is wrong, or `output` holds a run with another one.
    """
    from llamo.training.run import train

    config = RunConfig.model_validate({"device": "cpu", "bf16": False, **values, "output": output})
    finished = output / "model"
    if finished.is_dir():
        return finished
    with _quiet():
        return train(config, resume=output.is_dir())


def run_values(
    shards: Path,
    seed: int,
    *,
    rate: float,
    batch_size: int,
    steps: int,
    max_length: int,
    validation_limit: int = 32,
    evaluations: int = 1,
    mixture: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Write what the runs of all studies share: graphs alone, no dropout of them, cosine decay to a thirtieth.

    Args:
        shards: prepared records. rate: the highest learning rate. max_length: of a sample, in tokens.
        validation_limit: records at most. evaluations: equally spaced, the last one at the end.
        mixture: weights of tasks and sources; None: all by size.
    """
    return {
        "seed": seed,
        "data": {"folder": shards, "mixture": dict(mixture or {}), "views": {"graph": 1.0}, "graph_dropout": 0.0,
                 "counts_only": 0.0, "max_length": max_length, "validation_limit": validation_limit},
        "optim": {"learning_rate": rate, "min_learning_rate": rate / 30, "warmup": 0.05, "weight_decay": 0.01,
                  "batch_size": batch_size, "steps": steps},
        "eval_steps": max(1, steps // evaluations),
        "save_minutes": 20.0,
    }  # fmt: skip


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the trainer's lines off the screen: a study shows one bar, and a run's metrics.csv has all of them."""
    logger = logging.getLogger("llamo.training")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
            yield
    finally:
        logger.setLevel(before)
