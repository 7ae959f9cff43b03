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


def grow_lora(language_model: nn.Module, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Replace trained adapters by larger ones that hold them, in place: more layers, a higher rank, the same answers.

    What is new adds nothing at first, as in a fresh adapter (Hu et al. 2022, section 4.1: B = 0).

    Args:
        old: settings the adapters were made with. new: as in `add_lora`.

    Raises:
        ConfigError: the new adapters cannot hold the old ones.
    """
    from peft.tuners.tuners_utils import BaseTunerLayer

    old, new = {**PAPER_LORA, **old}, {**PAPER_LORA, **new}
    named = [old["targets"]] if isinstance(old["targets"], str) else old["targets"]
    lost = [name for name in named if name not in new["targets"]]
    if lost and new["targets"] != "all-linear":
        raise ConfigError(f"LoRA targets {new['targets']} leave out {lost[0]}, which is trained; add it")
    if new["rank"] < old["rank"]:
        raise ConfigError(f"LoRA rank {new['rank']} is below the trained {old['rank']}; raise it")
    scale = old["alpha"] / old["rank"]
    if new["alpha"] / new["rank"] != scale:
        raise ConfigError(
            f"LoRA alpha {new['alpha']} at rank {new['rank']} changes what was trained at alpha {old['alpha']}, rank "
            f"{old['rank']}; set alpha to {scale * new['rank']:g}"
        )
    trained = {
        name: tensor.detach() for name, tensor in language_model.named_parameters() if ".lora_" in name
    }
    for name, layer in [*language_model.named_modules()]:
        if isinstance(layer, BaseTunerLayer):
            language_model.set_submodule(name, layer.get_base_layer())
    del language_model.peft_config
    add_lora(language_model, new)
    for name, parameter in language_model.named_parameters():
        if name in trained:
            rows, columns = trained[name].shape
            parameter.data[:rows, :columns] = trained[name]


def adapter_layers(model: nn.Module) -> Iterator[Any]:  # Any: peft has no type hints
    """Yield the layers that hold adapters."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    return (module for module in model.modules() if isinstance(module, BaseTunerLayer))
