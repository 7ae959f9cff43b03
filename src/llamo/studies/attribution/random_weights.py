"""A model of which one part has forgotten what it learned (Adebayo et al. 2018, arXiv 1810.03292).

An attribution that looks the same afterwards never depended on that part, and cannot explain what it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from transformers import AutoModelForCausalLM

from llamo.models.modeling import (
    LlamoForConditionalGeneration,
    cast_parameters,
    make_graph_encoder,
    make_projector,
)

PARTS = ("graph_encoder", "projector", "language_model")


@contextmanager
def with_random(model: LlamoForConditionalGeneration, part: str, *, seed: int = 0) -> Iterator[None]:
    """Put fresh weights into a part, and the trained ones back at the end; the caller's random numbers go on as before.

    Args:
        model: In evaluation mode.
        part: One of `PARTS`.
        seed: Of the fresh weights.
    """
    trained = getattr(model, part)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        fresh = _fresh(model, part)
    setattr(model, part, fresh.to(model.device).eval())
    try:
        yield
    finally:
        setattr(model, part, trained)


def _fresh(model: LlamoForConditionalGeneration, part: str) -> nn.Module:
    if part == "graph_encoder":
        return make_graph_encoder(model.config)
    if part == "projector":
        return make_projector(model.config)
    language_model: nn.Module = AutoModelForCausalLM.from_config(model.config.text_config)
    cast_parameters(language_model, next(model.language_model.parameters()).dtype)
    return language_model
