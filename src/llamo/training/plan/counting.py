"""Parameters of a model in a stage, counted on the meta device: exact, and without memory."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from transformers import PretrainedConfig

from llamo.models.config import LlamoConfig
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.training.config import ModelSettings
from llamo.training.stages import STAGES, enter_stage

PARTS = ("language_model", "lora", "projector", "graph_encoder")


@dataclass(frozen=True)
class ParameterCount:
    """How many parameters a part has, and how many of them a stage trains."""

    total: int
    trained: int


@dataclass(frozen=True)
class Counted:
    """A model's parameters.

    Attributes:
        parts: by `PARTS`. layer: parameters of one layer of the language model (what FSDP gathers at a time).
        layers: how many layers it has.
    """

    parts: dict[str, ParameterCount]
    layer: int
    layers: int

    @property
    def total(self) -> int:
        """All parameters."""
        return sum(part.total for part in self.parts.values())

    @property
    def trained(self) -> int:
        """Those that a stage moves."""
        return sum(part.trained for part in self.parts.values())


def llamo_config(settings: ModelSettings, text_config: PretrainedConfig) -> LlamoConfig:
    """Write the model's configuration that `models.building.build_model` would make from settings."""
    sizes = settings.sizes.chosen()
    sizes.setdefault(
        "token_scale", 1.0
    )  # measured on the real embeddings; any number has the same parameters
    lora = settings.lora.model_dump() if settings.lora is not None else None
    return LlamoConfig(text_config, lora=lora, **sizes)


def meta_model(config: LlamoConfig, stage: str) -> LlamoForConditionalGeneration:
    """Build a model without memory, frozen and unfrozen as a stage has it."""
    with torch.device("meta"):
        model = LlamoForConditionalGeneration(config)
    enter_stage(model, STAGES[stage])
    return model


def count(model: LlamoForConditionalGeneration) -> Counted:
    """Count parameters by part; tied ones once."""
    totals, trained = dict.fromkeys(PARTS, 0), dict.fromkeys(PARTS, 0)
    for name, parameter in model.named_parameters():
        part = "lora" if ".lora_" in name else name.split(".")[0]
        totals[part] += parameter.numel()
        trained[part] += parameter.numel() * parameter.requires_grad
    layers = layers_of(model.language_model)
    parts = {part: ParameterCount(totals[part], trained[part]) for part in PARTS}
    return Counted(parts, max(_size(layer) for layer in layers), len(layers))


def layers_of(language_model: nn.Module) -> list[nn.Module]:
    """List the layers that FSDP wraps: those the family says must not be split."""
    names = set(getattr(language_model, "_no_split_modules", None) or [])
    return [module for module in language_model.modules() if type(module).__name__ in names]


def _size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
