"""Adapters that are made larger answer as before, and refuse what would change what was trained."""

from __future__ import annotations

import pytest
import torch

from llamo.errors import ConfigError
from llamo.models.adapters import adapter_layers, grow_lora
from llamo.testing.tiny import tiny_model

OLD = {"rank": 2, "alpha": 4, "dropout": 0.0, "targets": ["q_proj", "v_proj"]}
TOKENS = torch.tensor([[1, 5, 7, 3]])


def test_larger_adapters_answer_as_before_and_can_learn_more() -> None:
    model, _ = tiny_model(lora=OLD)
    language_model = model.language_model
    for layer in adapter_layers(language_model):
        torch.nn.init.normal_(layer.lora_B["default"].weight)
    before = language_model(TOKENS).logits
    number = len(list(adapter_layers(language_model)))
    grow_lora(
        language_model,
        OLD,
        {"rank": 5, "alpha": 10, "dropout": 0.0, "targets": ["q_proj", "k_proj", "v_proj"]},
    )
    torch.testing.assert_close(language_model(TOKENS).logits, before)
    layers = list(adapter_layers(language_model))
    assert len(layers) == number // 2 * 3
    assert {layer.r["default"] for layer in layers} == {5}
    language_model(TOKENS).logits.sum().backward()
    assert all(layer.lora_B["default"].weight.grad.abs().sum(0).gt(0).all() for layer in layers), (
        "the new columns learn"
    )


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ({**OLD, "targets": ["q_proj"]}, "leave out v_proj"),
        ({**OLD, "rank": 1, "alpha": 2}, "below the trained 2"),
        ({**OLD, "rank": 4}, "set alpha to 8"),
    ],
)
def test_adapters_that_cannot_hold_the_trained_ones_are_refused(new: dict[str, object], why: str) -> None:
    model, _ = tiny_model(lora=OLD)
    with pytest.raises(ConfigError, match=why):
        grow_lora(model.language_model, OLD, new)
