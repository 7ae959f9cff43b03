"""Other graphs: the adapter, generators against their definitions, and a model that cannot tell what a graph is of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import torch

from llamo.data.collate import collate_graphs
from llamo.data.shards import open_shards
from llamo.errors import InputError
from llamo.models.graph_encoder import ATOM_FEATURE_SIZES, BOND_FEATURE_SIZES
from llamo.studies.frame.results import Results, Row
from llamo.studies.frame.running import Request, run_study
from llamo.studies.other_graphs import proteins, social
from llamo.studies.other_graphs.adapter import NUM_LINK_KINDS, NUM_NODE_KINDS, PlainGraph, adapt
from llamo.studies.other_graphs.conclusions import ALL, LAST, accuracy, difference
from llamo.studies.other_graphs.questions import QUESTIONS, Asked, possible_answers, write_shards
from llamo.studies.other_graphs.study import STUDY
from llamo.testing.tiny import tiny_model


def as_networkx(asked: Asked) -> nx.Graph:
    graph = nx.Graph(asked.graph.links)
    graph.add_nodes_from(range(len(asked.graph.node_kinds)))
    return graph


def test_the_adapter_on_a_path_of_three() -> None:
    graph = adapt(PlainGraph([5, 7, 117], [(0, 1), (2, 1)], [0, 3]))
    assert graph.atoms[:, 0].tolist() == [5, 7, 117]
    assert graph.atoms[:, 2].tolist() == [1, 2, 1]
    assert graph.edge_index.tolist() == [[0, 1, 2, 1], [1, 0, 1, 2]]
    assert graph.bonds[:, 0].tolist() == [0, 0, 3, 3]
    assert (graph.num_motifs, graph.motif_atoms.shape) == (0, (2, 0))
    lonely = adapt(PlainGraph([0], []))
    assert (lonely.num_atoms, lonely.num_bonds) == (1, 0)


def test_kinds_fit_the_tables_of_the_model() -> None:
    assert ATOM_FEATURE_SIZES[0] >= NUM_NODE_KINDS
    assert BOND_FEATURE_SIZES[0] >= NUM_LINK_KINDS
    star = adapt(PlainGraph([0] * 40, [(0, other) for other in range(1, 40)]))
    assert (star.atoms < np.array(ATOM_FEATURE_SIZES)).all(), "39 links are shown as 11"
    for wrong in (PlainGraph([118], []), PlainGraph([0, 0], [(0, 1)], [4]), PlainGraph([0], [(0, 1)])):
        with pytest.raises(InputError, match=r"expected|there are"):
            adapt(wrong)


def test_answers_about_networks_are_true() -> None:
    rng = np.random.default_rng(0)
    drawn = [social.generate(rng, str(number)) for number in range(80)]
    assert {one.answers["class"] for one in drawn} == set(social.KINDS)
    assert {one.answers["connected"] for one in drawn} == {"Yes", "No"}
    for one in drawn:
        graph = as_networkx(one)
        assert (one.answers["connected"] == "Yes") == nx.is_connected(graph)
        if one.answers.get("communities") not in (None, "one") and one.answers["connected"] == "No":
            parts = nx.number_connected_components(graph)
            assert parts >= 2
    again = [social.generate(rng, "x") for rng in [np.random.default_rng(0)] for _ in range(3)]
    assert [one.graph for one in again] == [one.graph for one in drawn[:3]], (
        "the same seed, the same networks"
    )


def test_published_networks_are_real_and_varied() -> None:
    egos = social.published_egos()
    assert len(egos) > 100
    assert all(one.is_real and set(one.answers) == {"connected", "degree"} for one in egos)
    assert {one.answers["connected"] for one in egos} == {"Yes", "No"}
    assert all(5 <= len(one.graph.node_kinds) <= 30 for one in egos)


def test_model_proteins_have_the_contacts_of_their_shapes() -> None:
    helix, strand = proteins._helix(12), proteins._strand(12)
    near = np.linalg.norm(helix[4:] - helix[:-4], axis=1)
    assert near.max() < 7, "in a helix residue i is near i + 4"
    assert np.linalg.norm(strand[4:] - strand[:-4], axis=1).min() > 12, "in a strand it is far away"
    assert np.linalg.norm(helix[1:] - helix[:-1], axis=1) == pytest.approx(3.8, abs=0.05)
    assert np.linalg.norm(strand[1:] - strand[:-1], axis=1) == pytest.approx(3.8, abs=0.05)
    rng = np.random.default_rng(1)
    drawn = [proteins.generate(rng, str(number)) for number in range(40)]
    assert {one.answers["class"] for one in drawn} == set(proteins.CLASSES)
    for one in drawn:
        chain = [
            pair
            for pair, kind in zip(one.graph.links, one.graph.link_kinds, strict=True)
            if kind == proteins.CHAIN
        ]
        assert chain == [(i, i + 1) for i in range(len(one.graph.node_kinds) - 1)]
        assert nx.is_connected(as_networkx(one))


def test_questions_become_records_that_training_reads(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    train = [social.generate(rng, f"train-{number}") for number in range(6)]
    folder = write_shards(tmp_path / "shards", "social", train, train[:2])
    records = list(open_shards(folder, "train"))
    assert len(records) == sum(len(one.answers) for one in train)
    first = records[0]
    assert first.graphs[0].same_graph(adapt(train[0].graph))
    assert first.messages[0]["content"][1]["text"] == QUESTIONS["social"][first.task]
    assert first.messages[1]["content"] == train[0].answers[first.task]
    assert set(possible_answers(train, "connected")) <= {"Yes", "No"}


def test_the_model_does_not_know_that_a_graph_is_a_molecule() -> None:
    """Renumbered nodes give the same tokens, another network gives others: nothing is read off a name or an order."""
    model, _ = tiny_model(motifs="none")
    asked = social.generate(np.random.default_rng(5), "a")
    size = len(asked.graph.node_kinds)
    order = np.random.default_rng(0).permutation(size)
    moved = PlainGraph(asked.graph.node_kinds, [(int(order[i]), int(order[j])) for i, j in asked.graph.links])
    other = PlainGraph(asked.graph.node_kinds, asked.graph.links[1:])
    with torch.no_grad():
        tokens = [model.encode_molecules(collate_graphs([adapt(one)])) for one in (asked.graph, moved, other)]
    assert torch.allclose(tokens[0], tokens[1], atol=1e-4)
    assert not torch.allclose(tokens[0], tokens[2], atol=1e-4)


def test_models_and_training_do_without_any_chemistry() -> None:
    """With RDKit and all of `llamo.chem` but the arrays' container out of reach, a network is read and learnt from."""
    code = """
import importlib.abc, sys
class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        chemistry = name.startswith("llamo.chem.") and name != "llamo.chem.molgraph"
        if chemistry or name.split(".")[0] == "rdkit":
            raise ImportError(f"{name} is chemistry")
sys.meta_path.insert(0, Refuse())
import numpy as np, torch
from llamo.data.collate import collate_graphs
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.studies.other_graphs.adapter import PlainGraph, adapt
from llamo.testing.tiny import tiny_model
from llamo.training.collator import Collator
from llamo.training.stages import STAGES, enter_stage
model, processor = tiny_model(motifs="none")
enter_stage(model, STAGES["alignment"])
content = [{"type": "molecule", "smiles": "network-1"}, {"type": "text", "text": "Connected?"}]
messages = [{"role": "user", "content": content}, {"role": "assistant", "content": "Yes"}]
graph = adapt(PlainGraph([0] * 4, [(0, 1), (1, 2), (2, 3)]))
batch = Collator(processor.pad_token_id)([processor.encode(messages, [graph], view="graph")] * 2)
model.train()(**batch).loss.backward()
assert float(model.graph_encoder.layers[0].conv.nn[0].weight.grad.abs().sum()) > 0
print("learnt")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240)
    assert done.stdout == "learnt\n", done.stderr


def test_a_tiny_run(tmp_path: Path) -> None:
    sizes = ("domains=[social]", "test_graphs=6", "steps=2")
    report = run_study(STUDY, tmp_path, Request(0, sizes, ("all levels", "last level, attention")))
    answers = report.results.where(table="answers")
    assert set(answers.distinct("source")) == {"generated", "published"}
    assert set(answers.values("right")) <= {0.0, 1.0}
    for row in answers.rows:
        assert (row["said"] == row["truth"]) == (row["right"] == 1.0)
    summary = json.loads((tmp_path / "other-graphs.json").read_text())
    assert summary["verdict"] == "cannot tell", "two steps teach nothing, and the study says so"


def answered(ablation: str, graph: str, right: float, *, seed: int = 0, question: str = "degree") -> Row:
    return {
        "table": "answers", "ablation": ablation, "domain": "social", "source": "generated", "graph": graph,
        "seed": seed, "question": question, "choices": 2, "right": right, "usual_right": 0.0,
    }  # fmt: skip


def test_questions_about_one_graph_are_no_independent_witnesses() -> None:
    """Twenty questions about each of two graphs, one always right and one never: as wide as two graphs are."""
    rows = [answered(ALL, graph, float(graph == "a"), question=f"q{n}") for graph in "ab" for n in range(20)]
    found = accuracy(Results(rows))
    assert found is not None
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)


def test_seeds_that_disagree_widen_the_difference() -> None:
    rows = [
        answered(name, f"g{n}", right, seed=seed)
        for n in range(30) for seed in (0, 1) for name, right in ((ALL, float(seed)), (LAST, 0.5))
    ]  # fmt: skip
    found = difference(Results(rows), ALL, LAST)
    assert found is not None
    assert found.value == pytest.approx(0.0)
    assert found.low < -0.4
    assert found.high > 0.4
