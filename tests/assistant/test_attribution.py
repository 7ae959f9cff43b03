"""Attribution on the tiny model: what it adds up to, what it depends on, and what it does not."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
import torch
from torch import nn

from llamo.assistant.attribution.asked import AskedAnswer, prepare_answer
from llamo.assistant.attribution.attention import follow_attention, token_attention
from llamo.assistant.attribution.explaining import explain, motif_members, token_scores
from llamo.assistant.attribution.gradients import integrate_gradients
from llamo.assistant.attribution.methods import attribute
from llamo.assistant.attribution.names import METHODS
from llamo.assistant.attribution.occlusion import occlude, score, score_without
from llamo.assistant.attribution.parts import share_motifs
from llamo.assistant.attribution.reference import average_inputs
from llamo.assistant.attribution.subsets import copies, project_subsets, take_subsets
from llamo.chem.featurize import featurize
from llamo.chem.molgraph import MolGraph
from llamo.data.collate import collate_graphs
from llamo.errors import InputError, UsageError
from llamo.inference.conversation import assistant_message, user_message
from llamo.inference.engines import TransformersEngine
from llamo.models.projectors import PROJECTOR_KINDS
from llamo.testing.tiny import tiny_model

SMILES = "CC(=O)Oc1ccccc1C(=O)O"
ANSWER = "The molecule is an acid."
QUESTION = [user_message([SMILES], "What is it?")]


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def asked_of(
    smiles: str = SMILES, *, graph: MolGraph | None = None, answer: str = ANSWER, **sizes
) -> AskedAnswer:
    model, processor = tiny_model(**{"motifs": "pooled", **sizes})
    for (
        weight
    ) in model.projector.parameters():  # louder than at the start, so that atoms matter to the answer
        if weight.dim() > 1:
            weight.data.mul_(2)
    prompt = [user_message([smiles], "What is it?")]
    return prepare_answer(model, processor, prompt, answer, graphs=None if graph is None else [graph])


def all_of(asked: AskedAnswer) -> torch.Tensor:
    return asked.tokens_of(None)


def test_scores_equal_those_of_the_model_itself() -> None:
    asked = asked_of()
    model, processor = tiny_model(motifs="pooled")
    model.load_state_dict(asked.model.state_dict())
    encoded = processor.encode([*QUESTION, assistant_message(ANSWER)], [featurize(SMILES)])
    labels = torch.tensor([encoded.labels])
    end = (labels[0] != -100).nonzero()[-1]  # the end token is no part of what is explained
    labels[0, end] = -100
    own = model(torch.tensor([encoded.input_ids]), molecules=collate_graphs(encoded.graphs), labels=labels)
    scores = asked.log_probabilities(asked.graph_tokens())
    assert scores.shape == (1, len(ANSWER))
    torch.testing.assert_close(-scores.mean(), own.loss, rtol=1e-5, atol=1e-6)


def test_tokens_of_a_word_are_those_that_write_it() -> None:
    asked = asked_of()
    word = asked.words()[4]
    assert word.text == "acid"
    written = "".join(
        ANSWER[start:end]
        for (start, end), mark in zip(asked.spans, asked.tokens_of(word), strict=True)
        if mark
    )
    assert written == "acid"


ATTENDING = [("multilevel", motifs) for motifs in ("pooled", "counts", "none")]
OTHERS = [(kind, "pooled") for kind in PROJECTOR_KINDS if kind not in ("none", "multilevel")]


@pytest.mark.parametrize(("kind", "motifs"), [*ATTENDING, *OTHERS])
def test_integrated_gradients_are_complete(kind: str, motifs: str) -> None:
    """Atoms, and graph tokens, add up to what the molecule's log-probability has over the average molecule's."""
    asked = asked_of(projector=kind, motifs=motifs)
    reference = average_inputs(asked.model)
    own, average = token_scores(asked, reference)
    for chosen in (all_of(asked), asked.tokens_of(asked.words()[4])):
        total = float((own - average)[chosen].sum())
        parts = integrate_gradients(asked, chosen, reference, steps=48)
        assert abs(total) > 1e-3
        assert float(parts.atoms.sum()) == pytest.approx(total, rel=0.03, abs=1e-3)
        assert float(parts.tokens.sum()) == pytest.approx(total, rel=0.03, abs=1e-3)
        assert float(parts.levels.sum() + parts.motifs.sum()) == pytest.approx(
            float(parts.atoms.sum()), abs=1e-4
        )


def test_each_level_has_what_its_graph_tokens_have() -> None:
    """In the multilevel projector a level speaks through its own graph tokens alone: two routes to one number."""
    asked = asked_of()
    parts = integrate_gradients(asked, all_of(asked), average_inputs(asked.model), steps=64)
    by_level = parts.tokens[:6].view(3, 2).sum(1)
    torch.testing.assert_close(by_level, parts.levels, rtol=0.02, atol=2e-3)
    assert float(parts.tokens[6:].sum()) == pytest.approx(float(parts.motifs.sum()), rel=0.02, abs=2e-3)


@pytest.mark.parametrize("method", METHODS)
def test_permuting_atoms_permutes_attributions(method: str) -> None:
    graph = featurize(SMILES)
    order = np.random.default_rng(0).permutation(graph.num_atoms)
    place = np.argsort(order).astype(np.int32)  # where each old atom is now
    shuffled = MolGraph(
        graph.atoms[order],
        graph.bonds,
        place[graph.edge_index],
        graph.motifs,
        np.stack([graph.motif_atoms[0], place[graph.motif_atoms[1]]]),
    )
    first, second = asked_of(graph=graph), asked_of(graph=shuffled)
    reference = average_inputs(first.model)
    one, other = (attribute(asked, all_of(asked), reference, method) for asked in (first, second))
    assert float(one.atoms.std()) > 1e-5
    torch.testing.assert_close(one.atoms[order.tolist()], other.atoms, rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(one.levels, other.levels, rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(one.motifs, other.motifs, rtol=1e-3, atol=1e-5)


class Sum(nn.Module):
    """A projector that adds up a fixed score of each atom's states, and a language model that says this number."""

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        self.weight, self.motifs = weight, None
        self.num_graph_tokens = 1

    def forward(self, levels, molecules, *, motif_vectors=None):
        scores = torch.einsum("lnd,ld->n", levels, self.weight)
        sums = scores.new_zeros(molecules.num_molecules).index_add(0, molecules.atom_molecule, scores)
        return sums[:, None, None]  # [B, 1, 1]


def linear(monkeypatch: pytest.MonkeyPatch) -> AskedAnswer:
    """A case worked out by hand: the log-probability of every token is the sum over atoms."""
    asked = asked_of()
    asked.model.projector = Sum(torch.randn(asked.levels.shape[0], asked.levels.shape[2]))
    said = lambda self, tokens, hidden=None: (  # noqa: E731
        tokens[:, :, 0] * (1 if hidden is None else ~hidden)
    ).expand(-1, len(self.token_ids))
    monkeypatch.setattr(AskedAnswer, "log_probabilities", said)
    return asked


def test_gradients_equal_occlusion_where_everything_is_linear(monkeypatch) -> None:
    asked = linear(monkeypatch)
    chosen = all_of(asked)
    reference = average_inputs(asked.model)
    zero = reference._replace(levels=torch.zeros_like(reference.levels))
    expected = torch.einsum("lnd,ld->n", asked.levels, asked.model.projector.weight) * chosen.sum()
    gradients, taken_away = (method(asked, chosen, zero) for method in (integrate_gradients, occlude))
    torch.testing.assert_close(gradients.atoms, expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(taken_away.atoms.float(), expected, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(taken_away.levels.float(), gradients.levels, rtol=1e-4, atol=1e-3)
    assert taken_away.atoms.argsort().tolist() == gradients.atoms.argsort().tolist()


def test_gradients_rank_atoms_as_occlusion_does_on_the_tiny_model() -> None:
    asked = asked_of("OCCCCCCCCCC(=O)N")
    chosen = all_of(asked)
    reference = average_inputs(asked.model)
    own = reference._replace(levels=asked.levels.mean(1, keepdim=True))  # taking an atom away, to first order
    gradients, taken_away = integrate_gradients(asked, chosen, own), occlude(asked, chosen, reference)
    ranks = [parts.atoms.argsort().argsort().double() for parts in (gradients, taken_away)]
    assert float(torch.corrcoef(torch.stack(ranks))[0, 1]) > 0.5


def test_occlusion_is_what_a_model_without_the_atom_says() -> None:
    """Against the projector on a batch made by hand, from which one atom is missing."""
    asked = asked_of("CCO")
    chosen = all_of(asked)
    without_oxygen = take_subsets(asked.molecules, torch.tensor([[True, True, False]])).molecules
    assert without_oxygen.motif_atoms.tolist() == [
        [0, 1, 1],
        [1, 0, 1],
    ]  # hydroxyl: C1 alone; chain: C0 and C1
    tokens = asked.model.projector(asked.levels[:, :2], without_oxygen)
    lost = score(asked, chosen, asked.graph_tokens()) - score(asked, chosen, tokens)
    parts = occlude(asked, chosen, average_inputs(asked.model))
    torch.testing.assert_close(parts.atoms[2], lost[0], rtol=1e-4, atol=1e-5)
    assert float(lost) != 0


def test_a_hidden_token_cannot_be_seen() -> None:
    asked = asked_of()
    tokens = asked.graph_tokens()
    changed = tokens.clone()
    changed[:, 3] += 1
    hidden = torch.zeros(1, tokens.shape[1], dtype=torch.bool)
    hidden[0, 3] = True
    one, other = (asked.log_probabilities(each, hidden=hidden) for each in (tokens, changed))
    torch.testing.assert_close(one, other)
    assert not torch.allclose(asked.log_probabilities(tokens), asked.log_probabilities(changed))


def test_a_motif_goes_with_its_last_atom() -> None:
    molecule = collate_graphs([featurize("CCO")])  # motifs: hydroxyl {1, 2}, chain {0, 1}
    kept = torch.tensor([[True, True, True], [False, False, True], [False, False, False]])
    subsets = take_subsets(molecule, kept)
    assert subsets.motifs.tolist() == [0, 1, 0]
    assert subsets.atoms.tolist() == [0, 1, 2, 2]
    assert subsets.molecules.motif_molecule.tolist() == [0, 0, 1]
    assert subsets.molecules.motif_atoms.T.tolist() == [[0, 1], [0, 2], [1, 0], [1, 1], [2, 3]]
    assert subsets.molecules.num_molecules == 3


@pytest.mark.parametrize("kind", PROJECTOR_KINDS)
def test_copies_give_the_tokens_of_the_whole_molecule(kind: str) -> None:
    model, _ = tiny_model(projector=kind, motifs="pooled")
    molecule = collate_graphs([featurize(SMILES)])
    levels = model.graph_encoder(molecule)
    repeated = project_subsets(model.projector, levels, copies(molecule, 3))
    torch.testing.assert_close(repeated, model.projector(levels, molecule).expand(3, -1, -1))


@pytest.mark.parametrize(
    "sizes", [{}, {"projector": "resampler"}, {"motif_first": True, "share_level_attention": True}]
)
def test_attention_is_handed_on_without_loss(sizes) -> None:
    asked = asked_of(**sizes)
    parts = follow_attention(asked, all_of(asked))
    assert 0 < float(parts.tokens.sum()) < 1
    assert float(parts.tokens.min()) > 0
    assert float(parts.atoms.sum()) == pytest.approx(float(parts.tokens.sum()), rel=1e-5)


def test_token_attention_is_that_of_the_positions_that_predict_the_word() -> None:
    asked = asked_of()
    chosen = asked.tokens_of(asked.words()[4])
    before = asked.model.language_model.config._attn_implementation
    tokens = token_attention(asked, chosen)
    assert asked.model.language_model.config._attn_implementation == before
    model = asked.model.language_model
    model.set_attn_implementation("eager")
    maps = model(inputs_embeds=asked.embeddings(asked.graph_tokens()), output_attentions=True).attentions
    rows = [asked.first + int(place) - 1 for place in chosen.nonzero()]
    columns = asked.slots[0].nonzero()[:, 0].tolist()
    pairs = itertools.product(maps, rows)
    expected = torch.stack([one[0, :, row, columns] for one, row in pairs]).mean((0, 1))
    torch.testing.assert_close(tokens, expected)


def test_attention_needs_a_projector_that_attends() -> None:
    asked = asked_of(projector="mlp_last")
    with pytest.raises(UsageError, match="'mlp_last' does not attend"):
        follow_attention(asked, all_of(asked))


def test_a_motif_shares_its_weight_among_its_atoms() -> None:
    molecule = collate_graphs([featurize("CCO")])
    assert share_motifs(molecule, torch.tensor([6.0, 2.0])).tolist() == [1, 4, 3]


def test_explaining_does_not_change_the_model() -> None:
    asked = asked_of()
    before = {name: tensor.clone() for name, tensor in asked.model.state_dict().items()}
    for method in METHODS:
        attribute(asked, all_of(asked), average_inputs(asked.model), method)
    assert all(torch.equal(tensor, before[name]) for name, tensor in asked.model.state_dict().items())
    assert all(parameter.grad is None for parameter in asked.model.parameters())


@pytest.fixture(scope="module")
def engine() -> TransformersEngine:
    model, processor = tiny_model(motifs="pooled")
    return TransformersEngine(model, processor, model_name="tiny")


@pytest.mark.parametrize("method", METHODS)
def test_explain_gives_a_weight_to_everything(engine, method: str) -> None:
    found = explain("OC(=O)c1ccccc1OC(C)=O", model=engine, answer=ANSWER, word="acid", method=method)
    assert (found.smiles, found.word, found.answer, found.model) == (SMILES, "acid", ANSWER, "tiny")
    assert found.symbols == tuple("CCOOCCCCCCCOO")
    assert found.atoms.shape == (13,)
    assert found.levels.shape == (3,)
    assert found.tokens.shape == (engine.processor.num_graph_tokens,)
    assert found.motifs.shape == (len(found.motif_atoms),)
    assert len(found.top_atoms(3)) == 3
    assert found.atoms[found.top_atoms(1)[0]] == found.atoms.max()
    assert [word.text for word in found.words] == ["The", "molecule", "is", "an", "acid"]
    assert found.words[4].graph_effect == pytest.approx(found.graph_effect)
    assert any("C(=O)O" in smiles for smiles in found.motif_smiles)


def test_explain_lets_the_model_answer(engine) -> None:
    from llamo.inference.settings import GenerationSettings

    settings = GenerationSettings(max_new_tokens=6, temperature=1.0)
    found = explain("CCO", model=engine, question="Is it an acid?", settings=settings)
    prompt = [user_message(["CCO"], "Is it an acid?")]
    assert found.answer == engine.generate([prompt], settings)[0].strip() != ""
    assert (found.question, found.word) == ("Is it an acid?", None)
    assert found.log_probability == pytest.approx(sum(word.log_probability for word in found.words), abs=3)


def test_the_result_can_be_written_as_json(engine) -> None:
    import json

    found = explain("CCO", model=engine, answer=ANSWER)
    written = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert list(written) == [
        "format_version", "smiles", "question", "answer", "word", "method", "model", "unit", "log_probability",
        "graph_effect", "atoms", "levels", "motifs", "tokens", "words",
    ]  # fmt: skip
    assert written["atoms"][2] == {"atom": 2, "symbol": "O", "weight": float(found.atoms[2])}
    assert written["motifs"][0]["atoms"] == [1, 2]
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.word = "x"  # type: ignore[misc]


def test_what_cannot_be_explained_is_refused(engine) -> None:
    with pytest.raises(InputError, match="The, molecule, is, an, acid"):
        explain("CCO", model=engine, answer=ANSWER, word="ketone")
    with pytest.raises(InputError, match="empty"):
        explain("CCO", model=engine, answer="  ")
    with pytest.raises(InputError, match="question is empty"):
        explain("CCO", model=engine, question=" ")
    with pytest.raises(UsageError, match="unknown method 'magic'"):
        explain("CCO", model=engine, method="magic")
    blind = TransformersEngine(engine.model, engine.processor, model_name="tiny", view="smiles")
    with pytest.raises(UsageError, match="no graph tokens"):
        explain("CCO", model=blind, answer=ANSWER)
    with pytest.raises(InputError, match="2 molecules"):
        prepare_answer(engine.model, engine.processor, [user_message(["C", "CC"], "Which?")], ANSWER)


def test_one_atom_alone_has_an_attribution(engine) -> None:
    found = explain("C", model=engine, answer=ANSWER)
    assert found.atoms.shape == (1,)
    assert found.atoms[0] == pytest.approx(found.graph_effect, rel=0.15, abs=5e-3)


def test_members_are_listed_motif_by_motif() -> None:
    assert motif_members(asked_of("CCO")) == ((1, 2), (0, 1))


def test_taking_all_atoms_leaves_a_molecule_without_any() -> None:
    asked = asked_of("CCO")
    scores = score_without(asked, all_of(asked), torch.tensor([[True, True, True], [False, False, False]]))
    assert torch.isfinite(scores).all()
    torch.testing.assert_close(scores[1:], score(asked, all_of(asked), asked.graph_tokens()))
