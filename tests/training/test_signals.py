"""Failure signatures on inputs whose answer is known."""

import pytest
import torch

from llamo.data.shards import open_shards
from llamo.testing.tiny import tiny_model
from llamo.training.signals import effective_rank, mean_cosine, measure_signals, warnings_for

HEALTHY = {"cosine_0": 0.2, "rank_0": 20.0, "norm_ratio": 1.0, "attention_mass": 0.8, "graph_gap": 0.1}


def test_effective_rank_counts_directions() -> None:
    assert effective_rank(torch.eye(5)) == pytest.approx(5, rel=1e-4)
    assert effective_rank(torch.ones(5, 7)) == pytest.approx(1, rel=1e-3)


def test_cosine_looks_within_molecules_only() -> None:
    states = torch.tensor([[1.0, 0], [1, 0], [0, 1], [0, 2]])
    assert mean_cosine(states, torch.tensor([0, 0, 1, 1])) == pytest.approx(1)
    assert mean_cosine(states, torch.tensor([0, 1, 0, 1])) == pytest.approx(0)
    assert mean_cosine(states[:1], torch.tensor([0])) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"cosine_0": 0.99}, "level 0 is over-smoothed"),
        ({"rank_0": 1.2}, "level 0 has collapsed"),
        ({"norm_ratio": 9.0}, "9.00 times as long"),
        ({"attention_mass": 0.0}, "hardly look at graph tokens"),
        ({"graph_gap": -0.01}, "a wrong graph is as good"),
    ],
)
def test_warnings_are_words(change, words) -> None:
    warnings = warnings_for({**HEALTHY, **change})
    assert warnings == [] if words is None else len(warnings) == 1 and words in warnings[0]


def test_signals_of_a_real_model_leave_it_as_it_was(shards) -> None:
    model, processor = tiny_model()
    model.train()
    implementation = model.language_model.config._attn_implementation
    records = list(open_shards(shards, "validation"))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    signals = measure_signals(model, processor, records, 200)
    assert {"cosine_0", "rank_2", "norm_ratio", "attention_mass", "graph_gap"} <= signals.keys()
    assert model.training
    assert model.language_model.config._attn_implementation == implementation
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
