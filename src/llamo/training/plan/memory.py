"""Bytes on each GPU: weights, gradients, optimizer, what FSDP gathers, activations."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from llamo.training.plan.activations import Activations
from llamo.training.plan.counting import Counted

FLOAT = 4
ADAM = 2 * FLOAT  # two moments in fp32 for each parameter that trains
OVERHEAD = 1.1  # fragmentation of the allocator
CONTEXT = 2**30  # what the driver and its libraries take


@dataclass(frozen=True)
class Memory:
    """Peak bytes on one GPU.

    Attributes:
        weights: the language model in its own precision, the rest in fp32. gradients: in fp32, and DDP's buckets.
        optimizer: AdamW's moments. gathered: whole weights that FSDP holds for a while. activations: see `Activations`.
    """

    weights: int
    gradients: int
    optimizer: int
    gathered: int
    activations: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.gradients + self.optimizer + self.gathered + self.activations

    def fits(self, gpu_bytes: float) -> bool:
        """Tell whether a GPU should do, with `OVERHEAD` and `CONTEXT` on top."""
        return self.total * OVERHEAD + CONTEXT <= gpu_bytes


def memory_of(
    counted: Counted,
    activations: Activations,
    *,
    dtype: torch.dtype,
    gpus: int,
    sharded: bool,
    checkpointing: bool,
) -> Memory:
    """Add up what one of `gpus` GPUs holds.

    Sharded, each keeps 1/gpus of everything (ZeRO stage 3, Rajbhandari et al. 2020). It gathers one layer for its turn
    and the next one ahead of time; the root unit (embeddings, output layer, encoder, projector) stays gathered from
    the forward to the backward pass.
    """
    base, trained = counted.parts["language_model"].total, counted.trained
    small = counted.total - base
    shares = gpus if sharded else 1
    buckets = trained * FLOAT if gpus > 1 and not sharded else 0
    gathered = 0
    if sharded and gpus > 1:
        root = base - counted.layers * counted.layer
        in_layers = counted.parts["lora"].total
        # `layer` counts LoRA's weights, too: a few in a thousand, here taken as of the base's precision
        root_bytes = max(0, root + in_layers) * dtype.itemsize + (small - in_layers) * FLOAT
        gathered = root_bytes + 2 * counted.layer * dtype.itemsize
    return Memory(
        weights=(base * dtype.itemsize + small * FLOAT) // shares,
        gradients=trained * FLOAT // shares + buckets,
        optimizer=trained * ADAM // shares,
        gathered=gathered,
        activations=activations.total(checkpointing=checkpointing),
    )
