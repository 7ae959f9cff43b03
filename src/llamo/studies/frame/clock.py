"""Time as this process would have it on cores of its own."""

from __future__ import annotations

import time

import torch


def work_seconds() -> float:
    """Tell the CPU time of this process over its threads: seconds on free cores, whatever else the machine does."""
    return time.process_time() / torch.get_num_threads()
