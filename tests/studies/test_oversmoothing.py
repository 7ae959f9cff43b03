"""Over-smoothing: measures on graphs worked out by hand, the bound where its assumptions hold, a tiny run."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch

from llamo.chem.featurize import featurize
from llamo.data.collate import collate_graphs
from llamo.data.sources.builtin_subsets import DRUGS, SUBSETS
from llamo.evaluation.bootstrap import Interval
from llamo.models.attention import LearnedQueryAttention
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.node_norms import node_norm
from llamo.studies.frame.results import Results
from llamo.studies.frame.running import Request, run_study
from llamo.studies.oversmoothing import theory
from llamo.studies.oversmoothing.conclusions import conclude, growth
from llamo.studies.oversmoothing.maps import principal_components
from llamo.studies.oversmoothing.measures import Likeness, likeness, split_levels
from llamo.studies.oversmoothing.settings import OversmoothingSettings
from llamo.studies.oversmoothing.study import STUDY, molecule_row

PATH = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])  # 0 - 1 - 2


def test_measures_of_a_path_of_three() -> None:
    states = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    found = likeness(states, PATH)
    assert found.energy == pytest.approx(2 / 3)  # one bond of squared length 2, three states of length 1
    assert found.cosine == pytest.approx(1 / 3)
    assert found.distance == pytest.approx(1.0)  # every node differs from some other by a right angle
    same = likeness(torch.ones(3, 2), PATH)
    assert (same.energy, same.distance) == (0.0, 0.0)
    assert same.cosine == pytest.approx(1.0)
    assert same.rank == pytest.approx(1.0)


def test_the_spectrum_of_a_path_and_states_along_its_perron_vector() -> None:
    found = theory.spectrum(PATH, 3)
    assert found is not None
    assert found.first == pytest.approx(1 + math.sqrt(2))
    assert found.other == pytest.approx(1.0)
    along = torch.tensor([[1.0], [math.sqrt(2)], [1.0]]) @ torch.tensor([[0.3, -2.0]])
    assert theory.energy(along, found) == pytest.approx(0.0, abs=1e-6)
    assert theory.spectrum(PATH, 4) is None, "a fourth node that nothing touches"


@pytest.mark.parametrize("seed", range(3))
def test_no_encoder_that_keeps_the_assumptions_breaks_the_bound(seed: int) -> None:
    torch.manual_seed(seed)
    encoder = theory.keep_assumptions(GraphEncoder(8, 16, norm="none")).eval()
    graphs = [featurize(smiles) for smiles in DRUGS[10 * seed : 10 * seed + 10]]
    molecules = collate_graphs(graphs)
    levels = encoder(molecules)
    stretches = theory.layer_stretches(encoder)
    for states, graph in zip(split_levels(levels, molecules), graphs, strict=True):
        found = theory.spectrum(torch.from_numpy(graph.edge_index).long(), graph.num_atoms)
        assert found is not None
        bounds = theory.bound_shares(states, found, stretches)
        shares = [theory.energy_share(level, found) for level in states]
        assert all(share <= bound * 1.001 for share, bound in zip(shares, bounds, strict=True))
        assert shares[-1] < shares[0] / 5, "and atoms do become alike"


def test_unit_weights_leave_propagation_alone_and_the_bound_is_near() -> None:
    encoder = theory.unit_weights(GraphEncoder(6, 8, norm="none")).eval()
    graph = featurize(DRUGS[0])
    found = theory.spectrum(torch.from_numpy(graph.edge_index).long(), graph.num_atoms)
    assert found is not None
    assert theory.layer_stretches(encoder) == pytest.approx([1.0] * 6)
    levels = encoder(collate_graphs([graph])).detach()
    for level, states in enumerate(levels):
        power = torch.linalg.matrix_power(found.operator, level)
        assert torch.allclose(states.double(), power @ levels[0].double(), rtol=1e-4)
        bound = theory.bound_shares(levels, found, [1.0] * 6)[level]
        assert bound / 20 < theory.energy_share(states, found) <= bound * (1 + 1e-6)


def test_a_bound_without_the_stretch_of_the_weights_would_be_broken() -> None:
    torch.manual_seed(0)
    encoder = theory.keep_assumptions(GraphEncoder(3, 16, norm="none")).eval()
    graph = featurize(DRUGS[0])
    found = theory.spectrum(torch.from_numpy(graph.edge_index).long(), graph.num_atoms)
    assert found is not None
    levels = encoder(collate_graphs([graph]))
    bounds = theory.bound_shares(levels, found, [s / 100 for s in theory.layer_stretches(encoder)])
    assert theory.energy_share(levels[3], found) > bounds[3]


def test_what_has_no_bound_says_so() -> None:
    assert theory.layer_stretches(GraphEncoder(2, 8, norm="layer")) == [math.inf] * 2
    assert theory.layer_stretches(GraphEncoder(2, 8, norm="pair")) == [math.inf] * 2
    assert theory.layer_stretches(GraphEncoder(2, 8, residual=True)) == [math.inf] * 2


def test_pair_normalisation_centres_each_graph_and_fixes_its_spread() -> None:
    states = torch.randn(5, 4) * 3 + 1
    owner = torch.tensor([0, 0, 0, 1, 1])
    normed = node_norm("pair", 4)(states, owner)
    for graph in (0, 1):
        part = normed[owner == graph]
        assert torch.allclose(part.mean(0), torch.zeros(4), atol=1e-5)
        assert float(part.square().sum(1).mean()) == pytest.approx(4.0, rel=1e-3)
    assert torch.equal(node_norm("pair", 4)(states[:1], owner[:1]), torch.zeros(1, 4))


@pytest.mark.parametrize("norm", ["batch", "layer", "pair", "none"])
@pytest.mark.parametrize("residual", [False, True])
def test_molecules_of_a_batch_do_not_mix_whatever_the_layers(norm, residual) -> None:
    encoder = GraphEncoder(3, 8, norm=norm, residual=residual).eval()
    graphs = [featurize(smiles) for smiles in ("CCO", "c1ccccc1O", "CC(=O)O")]
    together = encoder(collate_graphs(graphs))
    apart = torch.cat([encoder(collate_graphs([graph])) for graph in graphs], dim=1)
    assert torch.allclose(together, apart, atol=1e-5)


def test_residuals_add_the_input() -> None:
    encoder = GraphEncoder(1, 8, residual=True).eval()
    plain = GraphEncoder(1, 8).eval()
    plain.load_state_dict(encoder.state_dict())
    molecules = collate_graphs([featurize("CCO")])
    with torch.enable_grad():
        assert torch.allclose(encoder(molecules)[1], plain(molecules)[1] + plain(molecules)[0], atol=1e-5)


def test_states_of_one_direction_leave_as_many_directions_as_there_are_heads() -> None:
    """The bound of docs/studies/oversmoothing.md: heads weigh states of unequal length differently."""
    torch.manual_seed(0)
    direction, lengths = torch.randn(1, 16), torch.tensor([[0.2], [1.0], [3.0], [7.0], [-4.0]])
    for heads in (1, 2, 4):
        attention = LearnedQueryAttention(16, 8, heads).eval()
        tokens = attention((lengths * direction)[None], torch.ones(1, 5, dtype=torch.bool))[0]
        assert torch.linalg.matrix_rank(tokens, rtol=1e-4) == heads


def test_the_claim_compares_levels_that_both_come_out_of_a_relu() -> None:
    levels = [Likeness(value, value, value, value) for value in (0.1, 0.2, 0.6, 0.9, 0.3)]
    row = molecule_row(7, levels)
    assert [row[f"cosine_{place}"] for place in ("first", "late", "last")] == [0.2, 0.9, 0.3]
    row = molecule_row(7, levels[:2])
    assert row["cosine_first"] == row["cosine_late"] == row["cosine_last"] == 0.2
    found = Results([{**molecule_row(0, levels), "seed": 0, "set": "drugs"}] * 2)
    assert growth(found, "cosine").value == pytest.approx(0.7)


def test_principal_components_of_points_on_a_line() -> None:
    places = principal_components(torch.tensor([[0.0, 0, 0], [1, 1, 0], [2, 2, 0]]))
    assert places[:, 0].tolist() == pytest.approx([-math.sqrt(2), 0, math.sqrt(2)])
    assert places[:, 1].abs().max() < 1e-6


def test_built_in_molecules_are_read_and_come_once() -> None:
    for name, smiles in SUBSETS.items():
        graphs = {featurize(one).to_bytes() for one in smiles}
        assert len(graphs) == len(smiles) >= 55, name
    assert max(featurize(one).num_atoms for one in SUBSETS["small"]) <= 9


def test_a_tiny_run_has_every_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "nothing"))
    sizes = ("depths=[2]", "variant_depths=[2]", "molecules=3", "steps=2")
    names = ("plain", "residual", "assumptions kept", "shipped")
    report = run_study(STUDY, tmp_path / "out", Request(0, sizes, names))
    levels = report.results.where(table="levels")
    assert set(levels.distinct("set")) == {
        "small molecules",
        "drugs",
        "natural products",
        "reaction products",
    }
    assert set(levels.distinct("weights")) == {"untrained", "trained", "shipped"}
    assert len(levels.where(ablation="plain", weights="trained", set="drugs")) == 3  # levels 0, 1, 2
    kept = levels.where(ablation="assumptions kept")
    assert sum(kept.values("bound_checked")) > 0 == sum(kept.values("bound_broken"))
    before = levels.where(ablation="plain", weights="untrained", set="drugs", level=2).values("rank")
    after = levels.where(ablation="plain", weights="trained", set="drugs", level=2).values("rank")
    assert before != after, "training changes the encoder"
    tokens = report.results.where(table="tokens", ablation="plain")
    assert set(tokens.values("tokens")) == {12.0}, "all projectors speak with as many tokens"
    summary = json.loads((tmp_path / "out" / "oversmoothing.json").read_text())
    assert summary["verdict"] in ("supported", "not supported", "cannot tell")
    assert {path.suffix for path in (tmp_path / "out").glob("oversmoothing-*")} == {".png", ".svg"}
    again = Results([*report.results.rows, *({**row, "seed": 1} for row in report.results.rows)])
    settings = OversmoothingSettings(depths=[2], variant_depths=[2], steps=2)
    once, twice = (conclude(results, settings).tables for results in (report.results, again))
    for number, rows in ((0, 3), (1, 5), (3, 10)):  # by depth, variants, tokens
        assert len(once[number].rows) == rows
        for first, second in zip(once[number].rows, twice[number].rows, strict=True):
            for one, other in zip(first, second, strict=True):
                if isinstance(one, Interval):
                    assert isinstance(other, Interval)
                    assert one.value == pytest.approx(other.value)
                    widths = [found.high - found.low for found in (one, other)]
                    assert widths[1] == pytest.approx(widths[0], rel=0.1), (
                        "a seed that says the same tells nothing"
                    )
