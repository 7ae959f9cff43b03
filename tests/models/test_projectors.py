"""Projectors: one signature, the right tokens, nothing shared that should not be."""

import pytest
import torch
from jaxtyping import TypeCheckError

from llamo.data.collate import collate_graphs
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.projectors import PROJECTOR_KINDS, NodeRuns, Projector, build_mlp

SIZES = {"num_levels": 3, "queries_per_level": 2, "num_heads": 2, "depth": 2, "num_motif_queries": 2}


@pytest.fixture(scope="module")
def levels(molecules):
    torch.manual_seed(0)
    return GraphEncoder(2, 12).eval()(molecules).detach()


@pytest.mark.parametrize("motifs", ["counts", "pooled", "none"])
@pytest.mark.parametrize("kind", PROJECTOR_KINDS)
def test_every_kind_gives_the_same_number_of_tokens(kind, motifs, levels, molecules) -> None:
    projector = Projector(12, 20, kind=kind, motifs=motifs, token_scale=0.1, **SIZES)
    tokens = projector(levels, molecules)
    expected = 0 if kind == "none" else 6 + (2 if motifs != "none" else 0)
    assert tokens.shape == (molecules.num_molecules, expected, 20)
    assert projector.num_graph_tokens == expected
    if expected:
        tokens.square().sum().backward()
        unused = [name for name, p in projector.named_parameters() if p.grad is None]
        assert not unused


@pytest.mark.parametrize("kind", [kind for kind in PROJECTOR_KINDS if kind != "none"])
@pytest.mark.parametrize("motifs", ["counts", "pooled"])
def test_a_molecule_alone_gives_the_same_tokens_as_in_a_batch(kind, motifs, graphs) -> None:
    torch.manual_seed(1)
    encoder, projector = GraphEncoder(2, 12).eval(), Projector(12, 20, kind=kind, motifs=motifs, **SIZES)
    batch = collate_graphs(graphs)
    together = projector(encoder(batch), batch)
    for i, graph in enumerate(graphs):
        single = collate_graphs([graph])
        torch.testing.assert_close(projector(encoder(single), single)[0], together[i], rtol=1e-4, atol=1e-5)


def test_motif_vectors_can_be_put_in(levels, molecules) -> None:
    projector = Projector(12, 20, motifs="pooled", **SIZES)
    own = projector.motifs.vectors(levels, molecules)
    tokens = projector(levels, molecules)
    torch.testing.assert_close(projector(levels, molecules, motif_vectors=own), tokens)
    moved = (projector(levels, molecules, motif_vectors=own + 1) - tokens).abs().amax(dim=(0, 2)) > 1e-6
    assert moved.tolist() == [False] * 6 + [True] * 2


def test_levels_are_attended_independently(levels, molecules) -> None:
    """Defect 2 of the official code: one module repeated. Here each level has its own weights and states."""
    projector = Projector(12, 20, motifs="none", **SIZES)
    pointers = {a.in_proj_weight.data_ptr() for a in projector.levels.attentions}
    assert len(pointers) == 3
    before = projector(levels, molecules)
    changed = levels.clone()
    changed[1] += torch.randn_like(changed[1])
    after = projector(changed, molecules)
    moved = (before - after).abs().amax(dim=(0, 2)) > 1e-6
    assert moved.tolist() == [False, False, True, True, False, False]


def test_shared_attention_has_one_set_of_projections(levels, molecules) -> None:
    shared = Projector(12, 20, motifs="none", share_level_attention=True, **SIZES)
    names = [name for name, _ in shared.named_parameters() if "in_proj_weight" in name]
    assert names == ["levels.attentions.0.in_proj_weight"]
    separate = Projector(12, 20, motifs="none", **SIZES)
    weights = shared.state_dict()
    copied = {
        name: weights[name if name in weights else name.replace(name.split(".")[2], "0", 1)]
        for name in separate.state_dict()
    }
    separate.load_state_dict(copied)
    torch.testing.assert_close(shared(levels, molecules), separate(levels, molecules))


def test_motif_tokens_come_last_or_first(levels, molecules) -> None:
    last, first = Projector(12, 20, **SIZES), Projector(12, 20, motif_first=True, **SIZES)
    first.load_state_dict(last.state_dict())
    a, b = last(levels, molecules), first(levels, molecules)
    torch.testing.assert_close(torch.cat([a[:, 6:], a[:, :6]], dim=1), b)


def test_counts_alone_keeps_motif_tokens_and_blanks_level_tokens(graphs) -> None:
    torch.manual_seed(2)
    encoder, projector = GraphEncoder(2, 12).eval(), Projector(12, 20, **SIZES)
    full, counts = collate_graphs(graphs), collate_graphs([graph.without_atoms() for graph in graphs])
    a, b = projector(encoder(full), full), projector(encoder(counts), counts)
    torch.testing.assert_close(a[:, 6:], b[:, 6:])
    torch.testing.assert_close(b[:1, :6].expand(len(graphs), -1, -1), b[:, :6])  # the same for every molecule


def test_pooled_motifs_tell_apart_what_counts_cannot() -> None:
    """FACTS: 73 counts do not distinguish chloro- from bromobenzene or pyrimidine from pyrazine."""
    from llamo.chem.featurize import featurize

    torch.manual_seed(3)
    encoder = GraphEncoder(2, 12).eval()
    for pair in (("Clc1ccccc1", "Brc1ccccc1"), ("c1cncnc1", "c1cnccn1")):
        batch = collate_graphs([featurize(smiles) for smiles in pair])
        for motifs, differ in (("counts", False), ("pooled", True)):
            projector = Projector(12, 20, motifs=motifs, **SIZES)
            tokens = projector(encoder(batch), batch)[:, 6:]
            assert bool((tokens[0] - tokens[1]).abs().max() > 1e-5) is differ


def test_node_runs_of_a_literal_example() -> None:
    from llamo.chem.featurize import featurize

    batch = collate_graphs([featurize("CCCC"), featurize("C")])
    states = torch.tensor([[1.0], [2.0], [3.0], [5.0], [7.0]])
    assert NodeRuns(2)(states, batch).squeeze(-1).tolist() == [[1.5, 4.0], [7.0, 7.0]]


def test_mlp_depth_and_unknown_kind() -> None:
    assert [type(m).__name__ for m in build_mlp(3, 4, 3)] == ["Linear", "SiLU", "Linear", "SiLU", "Linear"]
    # The tests' run-time type check refuses first; without it the constructor does.
    with pytest.raises((ValueError, TypeCheckError), match="mlp"):
        Projector(12, 20, kind="mlp")
