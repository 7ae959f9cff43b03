"""Time as this process and those it starts would have it on cores of their own."""

from __future__ import annotations

import os

import torch


def work_seconds() -> float:
    """Tell CPU time over threads: seconds on free cores, whatever else the machine does.

    Processes that this one has started (a served language model) count once they have ended.
    """
    spent = os.times()
    own = spent.user + spent.system
    return (own + spent.children_user + spent.children_system) / torch.get_num_threads()
