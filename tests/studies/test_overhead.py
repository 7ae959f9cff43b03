"""Overhead: counts against counting by hand, a law recovered from its own times, a tiny run."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from llamo.data.collate import collate_graphs
from llamo.models.graph_encoder import GraphEncoder
from llamo.studies.frame.results import Results
from llamo.studies.overhead.conclusions import judge_shares
from llamo.studies.overhead.costs import measure_cost
from llamo.studies.overhead.live_memory import LiveMemory
from llamo.studies.overhead.random_graphs import random_graph
from llamo.studies.overhead.scaling import Law, Sample, crossing, fit, relative_errors
from llamo.studies.overhead.settings import OverheadSettings


def test_costs_of_a_linear_layer() -> None:
    layer, rows = nn.Linear(8, 4), torch.randn(10, 8)
    cost = measure_cost(layer, lambda: layer(rows), repeats=3)
    assert cost.parameters == 8 * 4 + 4
    assert cost.flops == 2 * 10 * 8 * 4
    assert cost.peak_bytes == 10 * 4 * 4
    assert 0 < cost.fastest <= cost.seconds <= cost.slowest


def test_the_peak_is_of_what_lives_at_once() -> None:
    start = torch.zeros(1000)
    with LiveMemory() as memory:
        for _ in range(5):  # one after another: each is freed before the next is made
            value = start + 1
            del value
        both = [start + 1, start + 2]
        view = both[0][:10]  # no storage of its own
    assert memory.peak == 2 * 4000
    assert view.shape == (10,)


@pytest.mark.parametrize("atoms", [1, 2, 5, 60, 500])
def test_random_graphs_are_graphs_that_the_model_takes(atoms: int) -> None:
    graph = random_graph(atoms, np.random.default_rng(atoms))
    assert graph.num_atoms == atoms
    pairs = {tuple(pair) for pair in graph.edge_index.T.tolist()}
    assert len(pairs) == graph.num_bonds, "no bond comes twice"
    assert pairs == {(j, i) for i, j in pairs}, "every bond in both directions"
    assert all(i != j for i, j in pairs)
    assert np.bincount(graph.edge_index[0], minlength=atoms).max(initial=0) <= 4
    reached, waiting = {0}, [0]
    while waiting:
        atom = waiting.pop()
        new = {j for i, j in pairs if i == atom} - reached
        reached |= new
        waiting += new
    assert len(reached) == atoms, "connected"
    states = GraphEncoder(2, 8).eval()(collate_graphs([graph, graph]))
    assert states.shape == (3, 2 * atoms, 8)


def test_a_law_is_recovered_and_checked_on_other_sizes() -> None:
    law = Law(2e-3, 1e-4, 3e-6)
    sizes = [(batch, nodes) for batch in (1, 4, 16, 64) for nodes in (5, 50, 500)]
    found = fit([Sample(batch, nodes, law.seconds(batch, nodes)) for batch, nodes in sizes])
    assert found == pytest.approx(law, rel=1e-3)
    others = [Sample(32, 100, law.seconds(32, 100)), Sample(256, 20, 2 * law.seconds(256, 20))]
    assert relative_errors(found, others) == pytest.approx([0.0, 0.5], abs=1e-3)
    assert (law + law).seconds(3, 7) == pytest.approx(2 * law.seconds(3, 7))
    assert min(fit([Sample(1, 10, 1.0), Sample(1, 20, 0.5)])) >= 0, "no negative term"
    nodes = crossing(law, 0.1, 16, 0.1)
    assert nodes is not None
    assert law.seconds(16, nodes) == pytest.approx(0.01)
    assert crossing(law, 0.01, 16, 0.1) == 0.0
    assert crossing(Law(0, 0, 0), 0.01, 1, 0.1) is None


def cost(part: str, name: str, seconds: float, **labels: int) -> dict:
    return {"table": "costs", "ablation": name, "part": part, "seconds": seconds, "fastest": seconds * 0.9,
            "slowest": seconds * 1.1, **labels}  # fmt: skip


@pytest.mark.parametrize(
    ("encoder", "verdict"), [(0.03, "supported"), (0.2, "not supported"), (0.085, "cannot tell")]
)
def test_the_verdict_goes_by_shares_with_their_ends(encoder: float, verdict: str) -> None:
    costs = Results([
        cost("encoder", "encoder", encoder, batch=1, atoms=20),
        cost("projector", "multilevel", 0.01, batch=1, atoms=20),
        cost("language model", "language model", 1.0, batch=1),
    ])  # fmt: skip
    laws = {name: Law(1.0, 0.0, 0.0) for name in ("encoder", "multilevel", "language model")}
    found, reason = judge_shares(costs, laws, OverheadSettings(atoms=[20], batches=[1]))
    assert found == verdict
    assert "at 20 atoms in batches of 1" in reason
