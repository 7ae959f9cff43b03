"""What one part costs on one batch: parameters, floating-point operations, time, memory."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from llamo.studies.frame.clock import work_seconds
from llamo.studies.frame.results import Row
from llamo.studies.overhead.live_memory import LiveMemory

SHORTEST = 0.02  # seconds that are timed at once: a pass of microseconds is repeated so long


@dataclass(frozen=True)
class Cost:
    """Cost of one pass.

    Attributes:
        parameters: numbers the part holds.
        flops: floating-point operations of matrix products (a multiplication and an addition are two).
        seconds: median of the repeats, with the fastest and the slowest; CPU time over threads.
        peak_bytes: most that the pass's own tensors hold at once; weights and inputs are not counted.
    """

    parameters: int
    flops: int
    seconds: float
    fastest: float
    slowest: float
    peak_bytes: int

    def row(self) -> Row:
        """Lay the cost out as a row of table "costs"."""
        return {"table": "costs", **vars(self)}


@torch.inference_mode()
def measure_cost(part: nn.Module, run: Callable[[], object], *, repeats: int) -> Cost:
    """Run a pass once to count it, once to see how long it takes, then `repeats` times by the clock."""
    memory = LiveMemory()
    with FlopCounterMode(display=False) as counter, memory:
        run()
    started = work_seconds()
    run()
    passes = max(1, round(SHORTEST / max(work_seconds() - started, 1e-5)))
    times = []
    for _ in range(repeats):
        started = work_seconds()
        for _ in range(passes):
            run()
        times.append((work_seconds() - started) / passes)
    parameters = sum(parameter.numel() for parameter in part.parameters())
    flops = int(counter.get_total_flops())
    return Cost(parameters, flops, statistics.median(times), min(times), max(times), memory.peak)
