"""Fixed answers by their logits, and several answers a question, on a real tiny model."""

from __future__ import annotations

import pytest
import torch

from llamo.errors import InvalidMoleculeError, UsageError
from llamo.inference.conversation import assistant_message, user_message
from llamo.inference.engines import TransformersEngine
from llamo.inference.settings import GenerationSettings
from llamo.models.names import VIEWS
from llamo.testing.tiny import tiny_model

CONVERSATIONS = [
    [user_message(["CCO"], "Is it an acid? Answer Yes or No.")],
    [user_message(["c1ccccc1", "[Na+].[Cl-]"], "Is one of them an aromatic hydrocarbon?")],
    [user_message([], "Hello?"), assistant_message("Well."), user_message(["C"], "Yes?")],
]


@pytest.fixture(scope="module")
def engine():
    model, processor = tiny_model()
    return TransformersEngine(model, processor, model_name="tiny")


def log_probabilities(engine, conversation, answer):
    """Teacher forcing without padding or batches: log-probability of each byte of an answer, in order."""
    prompt = engine.processor.apply_chat_template([conversation], view=engine.view)
    ids = torch.tensor([engine.processor.tokenizer(answer, add_special_tokens=False)["input_ids"]])
    whole = torch.cat([prompt["input_ids"], ids], dim=1)
    with torch.inference_mode():
        logits = engine.model(input_ids=whole, molecules=prompt["molecules"]).logits
    start = prompt["input_ids"].shape[1]
    scores = logits[0, start - 1 : -1].log_softmax(dim=-1)
    return scores.gather(1, ids[0][:, None]).squeeze(1)


@pytest.mark.parametrize("view", [None, *VIEWS])
def test_yes_and_no_by_their_first_tokens(engine, view):
    engine = TransformersEngine(engine.model, engine.processor, view=view)
    found = engine.choose(CONVERSATIONS, ("Yes", "No"))
    for conversation, chances in zip(CONVERSATIONS, found, strict=True):
        first = torch.stack([log_probabilities(engine, conversation, one)[0] for one in ("Yes", "No")])
        assert chances == pytest.approx(first.softmax(dim=0).tolist(), abs=1e-5)
        assert sum(chances) == pytest.approx(1)


def test_longer_choices_count_up_to_where_they_part(engine):
    """Of "toxic" and "tonic" the third byte on, given the two they share; "to" ends where they go on."""
    (found,) = engine.choose(CONVERSATIONS[:1], ("toxic", "tonic", "tame"))
    toxic, tonic, tame = (
        log_probabilities(engine, CONVERSATIONS[0], word) for word in ("toxic", "tonic", "tame")
    )
    sums = torch.stack([toxic[1:3].sum(), tonic[1:3].sum(), tame[1]])
    assert found == pytest.approx(sums.softmax(dim=0).tolist(), abs=1e-5)
    (prefix, longer) = engine.choose(CONVERSATIONS[:1], ("No", "No way"))[0]
    assert 0 < prefix < 1
    assert prefix + longer == pytest.approx(1)


def test_neighbours_in_a_batch_change_nothing(engine):
    together = engine.choose(CONVERSATIONS, ("Yes", "No"))
    for conversation, chances in zip(CONVERSATIONS, together, strict=True):
        assert engine.choose([conversation], ("Yes", "No"))[0] == pytest.approx(chances, abs=1e-5)
    assert engine.choose([], ("Yes", "No")) == []


def test_choices_that_are_none(engine):
    for wrong in ((), ("Yes",), ("Yes", "Yes")):
        with pytest.raises(UsageError, match="choices"):
            engine.choose(CONVERSATIONS[:1], wrong)
    with pytest.raises(InvalidMoleculeError):
        engine.choose([[user_message(["nonsense"], "Is it?")]], ("Yes", "No"))


def test_candidates_of_beams_come_best_first(engine):
    """The first is what the same search gives alone; each is less probable than the one before."""
    settings = GenerationSettings(max_new_tokens=4)
    found = engine.candidates(CONVERSATIONS, settings, 4)
    assert [len(set(some)) for some in found] == [len(some) for some in found]
    assert all(1 <= len(some) <= 4 for some in found)
    best = engine.generate(CONVERSATIONS, GenerationSettings(max_new_tokens=4, num_beams=4))
    assert [some[0] for some in found] == best
    assert engine.candidates([], settings, 4) == []


def test_sampled_candidates_come_by_how_often_they_were_drawn(engine, monkeypatch):
    settings = GenerationSettings(max_new_tokens=1, temperature=1.0)
    assert len(engine.candidates(CONVERSATIONS[:2], settings, 5)) == 2
    monkeypatch.setattr(engine.processor, "batch_decode", lambda _: ["a", "b", "b", "c", "c", "c"])
    assert engine.candidates(CONVERSATIONS[:2], settings, 3) == [["b", "a"], ["c"]]


def test_a_search_is_as_wide_as_its_answers():
    assert GenerationSettings().for_candidates(5).num_beams == 5
    assert GenerationSettings(num_beams=8).for_candidates(5).num_beams == 8
    assert GenerationSettings(temperature=1.0).for_candidates(5).num_beams == 1
