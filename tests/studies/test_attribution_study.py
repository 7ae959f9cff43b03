"""The attribution study on a tiny model: the right atoms are taken away, and the figures say what was measured."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llamo.inference.engines import TransformersEngine
from llamo.studies.attribution.masking import first_atoms, number_of_atoms, random_atoms, rank_agreement
from llamo.studies.attribution.measuring import Bench, Measured, Plan
from llamo.studies.attribution.random_weights import PARTS, with_random
from llamo.studies.attribution.summary import over_random, summarise
from llamo.testing.tiny import tiny_model

SMILES = "CC(=O)Oc1ccccc1C(=O)O"
PLAN = Plan(draws=2, steps=2, max_new_tokens=8, occlusion=1, randomised=1)


@pytest.mark.parametrize(
    ("share", "total", "number"), [(0.1, 10, 1), (0.1, 11, 2), (0.1, 30, 3), (0.2, 15, 3), (0.2, 1, 1)]
)
def test_a_share_of_the_atoms_is_rounded_up(share: float, total: int, number: int) -> None:
    assert number_of_atoms(share, total) == number


def test_the_first_atoms_have_the_largest_weights() -> None:
    weights = np.array([0.5, -3.0, 2.0, 0.5])
    assert first_atoms(weights, 1).tolist() == [False, False, True, False]
    assert first_atoms(weights, 2).tolist() == [True, False, True, False]


def test_random_atoms_are_as_many_and_not_always_the_same() -> None:
    marks = random_atoms(12, 3, 20, np.random.default_rng(0))
    assert marks.sum(1).tolist() == [3] * 20
    assert len({tuple(row) for row in marks.tolist()}) > 10
    assert marks.any(0).all()


@settings(deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=2, max_size=12), st.randoms())
def test_rank_agreement_is_spearmans(values: list[int], rng) -> None:
    from scipy.stats import spearmanr

    other = rng.sample(values, len(values))
    found = rank_agreement(np.array(values, dtype=float), np.array(other, dtype=float))
    if len(set(values)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(values, other)[0])


@pytest.mark.parametrize("part", PARTS)
def test_random_weights_go_in_and_out_again(part: str) -> None:
    model, _ = tiny_model()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    with with_random(model, part, seed=3):
        assert torch.equal(torch.rand(1), expected), "the caller's random numbers go on as before"
        changed = {
            name.split(".")[0]
            for name, one in model.state_dict().items()
            if not torch.equal(one, before[name])
        }
        assert changed == {part}
        assert not getattr(model, part).training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


@pytest.fixture(scope="module")
def engine() -> TransformersEngine:
    model, processor = tiny_model(motifs="pooled")
    for weight in model.projector.parameters():
        if weight.dim() > 1:
            weight.data.mul_(2)
    return TransformersEngine(model, processor, model_name="tiny")


def test_what_is_lost_is_what_masking_by_hand_loses(engine) -> None:
    from llamo.assistant.attribution.explaining import explain
    from llamo.assistant.attribution.occlusion import occlude, score
    from llamo.assistant.attribution.subsets import project_subsets, take_subsets

    bench = Bench(engine, PLAN)
    found = bench.measure(SMILES, "An acid.", 0)
    assert (found.answer, found.atoms, found.tokens) == ("An acid.", 13, 8)
    from llamo.assistant.attribution.asked import prepare_answer
    from llamo.inference.prompts import task_prompt

    asked = prepare_answer(engine.model, engine.processor, task_prompt("description", SMILES), "An acid.")
    chosen = asked.tokens_of(None)
    whole = score(asked, chosen, asked.graph_tokens())
    weights = explain(SMILES, model=engine, answer="An acid.", method="attention").atoms
    kept = ~first_atoms(weights, 2)[None]
    tokens = project_subsets(engine.model.projector, asked.levels, take_subsets(asked.molecules, kept))
    assert found.lost["attention"]["10 %"] == pytest.approx(
        float(whole - score(asked, chosen, tokens)), abs=1e-4
    )
    singles = occlude(asked, chosen, bench.reference).atoms
    best = ~first_atoms(singles.numpy(), 2)[None]
    tokens = project_subsets(engine.model.projector, asked.levels, take_subsets(asked.molecules, best))
    assert found.lost["occlusion"]["10 %"] == pytest.approx(
        float(whole - score(asked, chosen, tokens)), abs=1e-4
    )
    nothing = take_subsets(asked.molecules, torch.zeros(1, 13, dtype=torch.bool))
    without = score(asked, chosen, project_subsets(engine.model.projector, asked.levels, nothing))
    assert found.without_atoms == pytest.approx(float(whole - without), abs=1e-4)
    assert [len(draws) for draws in found.lost_at_random.values()] == [2, 2]
    assert set(found.agreement["gradients"]) == {"occlusion", *PARTS}


def test_attention_notices_a_random_projector_more_than_a_random_language_model(engine) -> None:
    found = Bench(engine, PLAN).measure(SMILES, "An acid.", 0)
    assert all(
        -1 <= value <= 1
        for values in found.agreement.values()
        for value in values.values()
        if value is not None
    )
    assert found.agreement["attention"]["language_model"] > found.agreement["attention"]["projector"]


def test_only_the_first_molecules_get_the_slow_measurements(engine) -> None:
    found = Bench(engine, PLAN).measure(SMILES, "An acid.", 1)
    assert "occlusion" not in found.lost
    assert found.agreement == {"gradients": {}, "attention": {}}


def test_a_projector_that_does_not_attend_is_measured_by_gradients_alone() -> None:
    model, processor = tiny_model(projector="mlp_last")
    engine = TransformersEngine(model, processor, model_name="tiny")
    found = Bench(engine, PLAN).measure(SMILES, "An acid.", 1)
    assert list(found.lost) == ["gradients"]


def row(number: int, gradients: float, attention: float, at_random: float) -> Measured:
    lost = {"gradients": gradients, "attention": attention}
    shares = ("10 %", "20 %")
    return Measured(
        smiles="C" * (10 + number), answer="An acid.", atoms=10, tokens=3, log_probability=-4.0, without_atoms=3.0,
        lost={method: dict.fromkeys(shares, value) for method, value in lost.items()},
        lost_at_random={share: [at_random - 0.5, at_random + 0.5] for share in shares},
        agreement={"gradients": {"projector": 0.1}, "attention": {"projector": None, "language_model": 0.9}},
    )  # fmt: skip


def test_figures_of_known_rows() -> None:
    rows = [row(i, 2.0 + i, -1.0, 1.0) for i in range(4)]
    excess = over_random(rows, "gradients", "10 %")
    assert excess is not None
    assert excess.interval.value == pytest.approx(2.5)
    assert over_random(rows, "occlusion", "10 %") is None
    result = summarise(rows)
    by_name = {(one.group, one.name): one for one in result.figures}
    assert by_name["random atoms", "nats lost, 10 %"].interval.value == 1.0
    assert by_name["attention", "lost over random atoms, 20 %"].interval.value == -2.0
    assert by_name["gradients", "more lost than at random, 10 %"].interval.value == 1.0
    assert by_name["attention", "more lost than at random, 10 %"].interval.value == 0.0
    assert by_name["gradients", "rank correlation, random projector"].n == 4
    assert ("attention", "rank correlation, random projector") not in by_name
    assert result.notes[0].startswith("gradients: faithful;")
    assert result.notes[0].endswith("random ones.")
    assert result.notes[1].startswith("attention: not shown to be faithful;")
    assert result.notes[1].endswith("much as before with a random language model (0.900 [0.900, 0.900]).")
