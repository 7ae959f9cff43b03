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
