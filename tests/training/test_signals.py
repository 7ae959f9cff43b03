"""Failure signatures on inputs whose answer is known."""

import pytest
import torch

from llamo.data.shards import open_shards
from llamo.testing.tiny import tiny_model
from llamo.training.signals import effective_rank, gap_signals, mean_cosine, measure_signals


def test_effective_rank_counts_directions() -> None:
    assert effective_rank(torch.eye(5)) == pytest.approx(5, rel=1e-4)
    assert effective_rank(torch.ones(5, 7)) == pytest.approx(1, rel=1e-3)


def test_cosine_looks_within_molecules_only() -> None:
    states = torch.tensor([[1.0, 0], [1, 0], [0, 1], [0, 2]])
    assert mean_cosine(states, torch.tensor([0, 0, 1, 1])) == pytest.approx(1)
    assert mean_cosine(states, torch.tensor([0, 1, 0, 1])) == pytest.approx(0)
    assert mean_cosine(states[:1], torch.tensor([0])) == 0


def test_a_gap_counts_when_it_is_above_its_error() -> None:
    even = gap_signals(torch.tensor([0.1, 0.1, 0.1, 0.1]))
    assert even["graph_gap"] == pytest.approx(even["graph_gap_low"]) == pytest.approx(0.1)
    by_chance = gap_signals(torch.tensor([0.5, -0.4, 0.3, -0.2]))
    assert by_chance["graph_gap"] == pytest.approx(0.05)
    assert by_chance["graph_gap_low"] == pytest.approx(0.05 - 1.96 * 0.42032 / 2, abs=1e-4)
    assert gap_signals(torch.tensor([0.3]))["graph_gap_low"] == pytest.approx(0.3)


def test_signals_of_a_real_model_leave_it_as_it_was(shards) -> None:
    model, processor = tiny_model()
    model.train()
    implementation = model.language_model.config._attn_implementation
    records = list(open_shards(shards, "validation"))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    signals = measure_signals(model, processor, records, 200)
    assert {
        "cosine_0",
        "rank_2",
        "norm_ratio",
        "attention_mass",
        "graph_gap",
        "graph_gap_low",
    } <= signals.keys()
    assert model.training
    assert model.language_model.config._attn_implementation == implementation
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
