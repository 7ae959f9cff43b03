"""Stages as data: what trains, what is frozen (paper section 3.3; "words" and "adapters" are ours)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from llamo.errors import ConfigError


@dataclass(frozen=True)
class Stage:
    """One training stage.

    Attributes:
        trains: prefixes of the parameters that move; "lora" stands for the adapters inside the language model. The
            rest is frozen, and what is frozen whole stays in eval mode (see `LlamoForConditionalGeneration.train`).
    """

    name: str
    trains: tuple[str, ...]


STAGES = {
    "words": Stage("words", ("graph_encoder", "projector")),
    "alignment": Stage("alignment", ("graph_encoder", "projector")),
    "instruction": Stage("instruction", ("projector", "lora")),
    "adapters": Stage("adapters", ("lora",)),
}


def belongs_to(parameter: str, stage: Stage) -> bool:
    """Tell whether a parameter trains: "projector.mlp.0.weight" does in both stages, "lm_head.weight" in none."""
    if ".lora_" in parameter:
        return "lora" in stage.trains
    return any(parameter.startswith(f"{part}.") for part in stage.trains if part != "lora")


def enter_stage(model: nn.Module, stage: Stage) -> list[str]:
    """Freeze and unfreeze all parameters for a stage; return the names of those that train.

    Raises:
        ConfigError: nothing would train for one of the stage's parts.
    """
    trained = []
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(belongs_to(name, stage))
        if parameter.requires_grad:
            trained.append(name)
    for part in stage.trains:
        if part == "projector" and not any(
            name.startswith("projector.") for name, _ in model.named_parameters()
        ):
            continue  # projector "none": the control without graph tokens
        mark = ".lora_" if part == "lora" else f"{part}."
        if not any(mark in name for name in trained):
            raise ConfigError(
                f"stage {stage.name!r} trains {part!r}, but the model has none; set model.lora or the sizes"
            )
    return trained
