"""Time as this process and those it starts would have it on cores of their own."""

from __future__ import annotations

import os
import time

import torch


def work_seconds() -> float:
    """Tell CPU time over threads: seconds on free cores, whatever else the machine does.

    Processes that this one has started (a served language model) count once they have ended.
    """
    ended = os.times()
    children = ended.children_user + ended.children_system
    return (time.process_time() + children) / torch.get_num_threads()
