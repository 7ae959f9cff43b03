"""Given answers scored by teacher forcing, on a real tiny model."""

from __future__ import annotations

import pytest
import torch

from llamo.errors import UsageError
from llamo.inference.conversation import assistant_message, user_message
from llamo.inference.engines import TransformersEngine
from llamo.inference.likelihood import last_answer
from llamo.models.names import VIEWS
from llamo.testing.tiny import tiny_model

CONVERSATIONS = [
    [user_message(["CCO"], "Describe it.")],
    [user_message(["c1ccccc1", "[Na+].[Cl-]"], "Which one is aromatic?")],
    [user_message([], "Hello?"), assistant_message("Well."), user_message(["C"], "Yes?")],
]
ANSWERS = ["It is an alcohol.", "", "Methane is a gas, and this is a longer answer."]


@pytest.fixture(scope="module")
def engine() -> TransformersEngine:
    return TransformersEngine(*tiny_model())


def alone(engine: TransformersEngine, conversation, answer: str) -> list[float]:
    """Log-probability of each byte of an answer and of the end, without padding, batches or labels."""
    prompt = engine.processor.apply_chat_template([conversation], view=engine.view)
    ids = torch.tensor(
        [engine.processor.tokenizer(answer + "<|im_end|>", add_special_tokens=False)["input_ids"]]
    )
    whole = torch.cat([prompt["input_ids"], ids], dim=1)
    with torch.inference_mode():
        logits = engine.model(input_ids=whole, molecules=prompt["molecules"]).logits
    scores = logits[0, prompt["input_ids"].shape[1] - 1 : -1].log_softmax(dim=-1)
    return scores.gather(1, ids[0][:, None]).squeeze(1).tolist()


@pytest.mark.parametrize("view", [None, *VIEWS])
def test_each_token_and_the_end_are_scored_whatever_stands_beside_them(engine, view):
    engine = TransformersEngine(engine.model, engine.processor, view=view)
    found = engine.log_probabilities(CONVERSATIONS, ANSWERS)
    for conversation, answer, scores in zip(CONVERSATIONS, ANSWERS, found, strict=True):
        assert scores == pytest.approx(alone(engine, conversation, answer), abs=1e-4)
        assert len(scores) == len(answer) + 1


def test_more_answers_than_are_scored_at_once(engine):
    found = engine.log_probabilities(CONVERSATIONS * 2, ANSWERS * 2)
    assert len(found) == 6
    for first, second in zip(found[:3], found[3:], strict=True):
        assert first == pytest.approx(second, abs=1e-4)
    assert engine.log_probabilities([], []) == []


def test_as_many_answers_as_conversations(engine):
    with pytest.raises(UsageError, match="3 conversations and 1 answers"):
        engine.log_probabilities(CONVERSATIONS, ANSWERS[:1])


def test_the_last_answer_is_found():
    assert last_answer([-100, 5, -100, 7, 8, -100]) == (3, 5)
    assert last_answer([1, 2]) == (0, 2)
    with pytest.raises(UsageError, match="no token"):
        last_answer([-100, -100])
