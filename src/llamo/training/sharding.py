"""Several processes that share one model's weights: FSDP2, begun by `accelerate launch --use_fsdp --fsdp_version 2`.

Encoder, projector and language model are sharded together; saving gathers them, so that a checkpoint looks the same
whatever number of processes wrote it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from torch import nn
from torch.distributed.fsdp import FSDPModule

from llamo.errors import ConfigError

if TYPE_CHECKING:
    from accelerate import Accelerator


def wants_sharding() -> bool:
    """Tell whether `accelerate launch` was called with --use_fsdp."""
    return os.environ.get("ACCELERATE_USE_FSDP", "false").lower() in ("1", "true")


def prepare_sharding() -> None:
    """Set what sharding this model needs, before anything is loaded.

    With "RAM efficient loading", which `accelerate launch` switches on unasked, only the first process loads weights
    and the others get theirs as sharded parameters. Batch normalisation's statistics, which are none, would be lost.

    Raises:
        ConfigError: the first version of FSDP is asked for.
    """
    if not wants_sharding():
        return
    if os.environ.get("FSDP_VERSION", "1") != "2":
        raise ConfigError(
            f"FSDP version {os.environ.get('FSDP_VERSION', '1')} is not supported; pass --fsdp_version 2 to "
            "accelerate launch"
        )
    os.environ["FSDP_CPU_RAM_EFFICIENT_LOADING"] = "false"


def set_up_sharding(accelerator: Accelerator) -> bool:
    """Fit accelerate's sharding to this model; returns whether it is on.

    CPU processes shard, too: accelerate does it on accelerators alone and would fall back to DDP unasked, while torch's
    `fully_shard` works over gloo. So a sharded run can be tried, and tested, on any machine.

    Weights are gathered in the precision they are kept in (`model.dtype` for the language model): accelerate's
    mixed precision would cast encoder and projector, which compute in fp32, to bf16.
    """
    from accelerate.state import PartialState
    from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin

    state = accelerator.state
    if wants_sharding() and state.distributed_type == DistributedType.MULTI_CPU:
        state.fsdp_plugin = FullyShardedDataParallelPlugin()
        state.distributed_type = DistributedType.FSDP
        PartialState._shared_state["distributed_type"] = DistributedType.FSDP
    plugin = getattr(state, "fsdp_plugin", None)
    if plugin is None:
        return False
    plugin.mixed_precision_policy = None
    return True


def is_sharded(model: nn.Module) -> bool:
    """Tell whether each process holds a part of the weights only."""
    return isinstance(model, FSDPModule)


@contextmanager
def gathered(model: nn.Module) -> Iterator[None]:
    """Hold the whole weights in every process, so that parts of a model can be called by themselves.

    All processes enter together. A model that is not sharded is left as it is.
    """
    units = [module for module in model.modules() if isinstance(module, FSDPModule)]
    for unit in units:
        unit.unshard()
    try:
        yield
    finally:
        for unit in units:
            unit.reshard()
