"""Defect 9 of the official code: a cosine schedule stepped once an epoch. Here every optimizer step moves it."""

from __future__ import annotations

import csv
import math

import pytest

from llamo.training.run import train


def test_the_learning_rate_follows_the_cosine_at_every_optimizer_step(configure) -> None:
    steps, high, low = 8, 1e-3, 1e-4
    optim = {"accumulation": 2, "warmup": 0.25, "learning_rate": high, "min_learning_rate": low}
    config = configure(steps=steps, optim=optim)
    train(config)
    rows = list(csv.DictReader((config.output / "metrics.csv").open()))
    rates = [float(row["learning_rate"]) for row in rows if row["learning_rate"]]
    warmup = 2

    def scheduled(step: int) -> float:
        """The rate that is set after so many optimizer steps; the log has this one."""
        if step <= warmup:
            return high * step / warmup
        return low + (high - low) * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2

    expected = [scheduled(step) for step in range(1, steps + 1)]
    assert rates == pytest.approx(expected, rel=1e-4)
