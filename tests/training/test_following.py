"""Instruction following: adapters that change nothing, adapters that spoil, and a model left as it was."""

from __future__ import annotations

import pytest
import torch

from llamo.data.shards import open_shards
from llamo.models.adapters import adapter_layers, add_lora
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.studies.frame.small_language_model import word_tokenizer
from llamo.testing.tiny import tiny_model
from llamo.training.collator import Collator
from llamo.training.following import PlainInstructions, without_adapters
from llamo.training.mixture import SampleView, encode_record
from llamo.training.record_scores import record_scores
from llamo.training.stages import STAGES, enter_stage


@pytest.fixture
def adapted() -> tuple[LlamoForConditionalGeneration, LlamoProcessor]:
    model, processor = tiny_model()
    add_lora(model.language_model, {"rank": 2, "dropout": 0.5})
    return model, processor


def test_new_adapters_change_nothing_and_large_ones_spoil(
    adapted: tuple[LlamoForConditionalGeneration, LlamoProcessor],
) -> None:
    model, processor = adapted
    plain = PlainInstructions(processor)
    assert plain.measure(model) == {"following_gap": pytest.approx(0, abs=1e-6)}
    torch.manual_seed(0)
    with torch.no_grad():
        for layer in adapter_layers(model):
            layer.lora_B["default"].weight.normal_(std=3)
    gap = plain.measure(model)["following_gap"]
    assert abs(gap) > 0.01
    assert PlainInstructions(processor).measure(model)["following_gap"] == pytest.approx(gap, abs=1e-5), (
        "the base model is the one without adapters, whenever it is measured"
    )


def test_measuring_leaves_the_model_as_it_was(
    adapted: tuple[LlamoForConditionalGeneration, LlamoProcessor],
) -> None:
    model, processor = adapted
    enter_stage(model, STAGES["alignment"])  # adapters are frozen
    model.train()
    before = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
    PlainInstructions(processor).measure(model)
    assert {name: parameter.requires_grad for name, parameter in model.named_parameters()} == before
    assert model.training
    with pytest.raises(RuntimeError, match="stop"), without_adapters(model):
        assert all(layer.disable_adapters for layer in adapter_layers(model))
        raise RuntimeError("stop")
    assert not any(layer.disable_adapters for layer in adapter_layers(model))


def test_a_failure_while_measuring_leaves_training_mode(
    adapted: tuple[LlamoForConditionalGeneration, LlamoProcessor],
) -> None:
    model, processor = adapted
    model.train()
    plain = PlainInstructions(processor)
    del plain.batch["labels"]
    with pytest.raises(KeyError):
        plain.measure(model)
    assert model.training
    assert not any(layer.disable_adapters for layer in adapter_layers(model))


def test_adapters_that_were_off_stay_off(
    adapted: tuple[LlamoForConditionalGeneration, LlamoProcessor],
) -> None:
    model, _ = adapted
    first, *others = adapter_layers(model)
    first.enable_adapters(False)
    with without_adapters(model):
        pass
    assert first.disable_adapters
    assert not any(layer.disable_adapters for layer in others)


def test_nothing_is_measured_without_adapters_or_words() -> None:
    model, processor = tiny_model()
    assert PlainInstructions(processor).measure(model) == {}
    blind = LlamoProcessor(word_tokenizer(["ring"]), num_graph_tokens=2, system_prompt="You are a chemist .")
    add_lora(model.language_model, {"rank": 2})
    assert PlainInstructions(blind).measure(model) == {}


def test_scores_of_records_are_what_the_loss_is_made_of(shards) -> None:
    model, processor = tiny_model()
    records = list(open_shards(shards, "validation"))[:3]
    samples = [encode_record(one, processor, SampleView("graph", False), max_length=200) for one in records]
    collate = Collator(processor.pad_token_id)
    together = record_scores(model, collate(samples))
    for place, sample in enumerate(samples):
        alone = collate([sample])
        assert float(together.loss[place]) == pytest.approx(model(**alone).loss.item(), rel=1e-4)
        assert float(together.right[place]) == pytest.approx(float(record_scores(model, alone).right[0]))
    assert ((together.right >= 0) & (together.right <= 1)).all()
