"""LoRA inside the language model. Injected there alone, so that no target name can match the projector's layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import nn

from llamo.errors import ConfigError

# The paper's adapter (section 4.1): r 8, alpha 32, dropout 0.05 on the query and value projections.
PAPER_LORA = {"rank": 8, "alpha": 32, "dropout": 0.05, "targets": ["q_proj", "v_proj"]}


def add_lora(language_model: nn.Module, lora: dict[str, Any]) -> None:
    """Add low-rank adapters to the named linear layers of the language model, in place.

    Args:
        lora: rank, alpha, dropout and targets (names of linear layers, or "all-linear").

    Raises:
        ConfigError: an unknown key, or targets that match no layer.
    """
    from peft import LoraConfig, inject_adapter_in_model

    unknown = sorted(lora.keys() - PAPER_LORA.keys())
    if unknown:
        raise ConfigError(f"unknown LoRA option {unknown[0]!r}; expected {', '.join(PAPER_LORA)}")
    settings = {**PAPER_LORA, **lora}
    config = LoraConfig(
        r=settings["rank"],
        lora_alpha=settings["alpha"],
        lora_dropout=settings["dropout"],
        target_modules=settings["targets"],
        bias="none",
        task_type="CAUSAL_LM",
    )
    try:
        inject_adapter_in_model(config, language_model)
    except ValueError as error:
        raise ConfigError(
            f"LoRA targets {settings['targets']!r} match no layer of the language model"
        ) from error
    for name, parameter in language_model.named_parameters():
        if ".lora_" in name:
            parameter.data = parameter.data.float()  # adapters train in fp32 beside a bf16 base


def adapter_layers(model: nn.Module) -> Iterator[Any]:  # Any: peft has no type hints
    """Yield the layers that hold adapters."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    return (module for module in model.modules() if isinstance(module, BaseTunerLayer))
