"""Gradient checkpointing of a frozen language model.

transformers checkpoints a layer only while the layer is in training mode. A frozen language model is kept in
evaluation mode, so that its dropout is off: in stage `alignment` the option alone would do nothing at all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from transformers.modeling_layers import GradientCheckpointingLayer


def checkpoint_frozen_layers(language_model: nn.Module) -> int:
    """Keep only the input of each layer for the backward pass and compute the rest a second time; in place.

    Args:
        language_model: frozen; one that trains is left to transformers, which checkpoints it itself.

    Returns:
        The number of layers that are checkpointed.
    """
    if any(parameter.requires_grad for parameter in language_model.parameters()):
        return 0
    layers = [module for module in language_model.modules() if isinstance(module, GradientCheckpointingLayer)]
    for layer in layers:
        layer.forward = _checkpointed(layer.forward)  # its hooks (FSDP's) stay outside and run once
    return len(layers)


def _checkpointed(
    forward: Callable[..., Any],
) -> Callable[..., Any]:  # Any: each family's layers have their own
    @functools.wraps(forward)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not torch.is_grad_enabled():
            return forward(*args, **kwargs)
        return checkpoint(forward, *args, use_reentrant=False, **kwargs)

    return call
