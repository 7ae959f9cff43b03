from __future__ import annotations

import pytest
import torch

from llamo.errors import LlamoError, UsageError
from llamo.inference.conversation import assistant_message, user_message
from llamo.inference.engines import TransformersEngine, load_engine
from llamo.inference.settings import GenerationSettings
from llamo.testing.tiny import tiny_model

SAMPLED = GenerationSettings(max_new_tokens=12, temperature=1.0)
CONVERSATIONS = [
    [user_message(["CCO"], "What is it?")],
    [user_message([], "Hello?")],
    [
        user_message(["c1ccccc1", "[Na+].[Cl-]"], "Compare."),
        assistant_message("Well."),
        user_message(["C"], "And this?"),
    ],
]


@pytest.fixture(scope="module")
def engine():
    model, processor = tiny_model()
    return TransformersEngine(model, processor, model_name="tiny")


def test_a_batch_of_several_molecules_and_none(engine):
    texts = engine.generate(CONVERSATIONS, SAMPLED)
    assert len(texts) == 3
    assert all(isinstance(text, str) for text in texts)
    assert engine.generate([], SAMPLED) == []


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=["one", "none", "several"])
def test_streamed_pieces_are_the_generated_text(engine, conversation):
    assert (
        "".join(engine.stream(conversation, SAMPLED)).rstrip() == engine.generate([conversation], SAMPLED)[0]
    )


def test_a_batch_answers_as_its_rows_alone(engine):
    """Padding is on the left and masked: greedy ids of a row do not depend on its neighbours (fp32)."""
    settings = GenerationSettings(max_new_tokens=5)
    together = engine._generate_ids(CONVERSATIONS, settings)
    for row, conversation in zip(together, CONVERSATIONS, strict=True):
        alone = engine._generate_ids([conversation], settings)[0]
        assert torch.equal(row[: len(alone)], alone)


def test_seeds(engine):
    first, same = (engine.generate(CONVERSATIONS[:1], SAMPLED) for _ in range(2))
    other = engine.generate(CONVERSATIONS[:1], GenerationSettings(max_new_tokens=12, temperature=1.0, seed=1))
    assert first == same != other


def test_an_error_in_the_thread_reaches_the_reader(engine):
    with pytest.raises(LlamoError, match="nonsense"):
        list(engine.stream([user_message(["nonsense"], "What is it?")], SAMPLED))


def test_a_reader_that_leaves_stops_the_generation(engine):
    settings = GenerationSettings(max_new_tokens=400, temperature=1.0, seed=2)
    full_length = engine._generate_ids(CONVERSATIONS[:1], settings).shape[1]
    steps = []
    handle = engine.model.language_model.register_forward_hook(lambda *_: steps.append(1))
    stream = engine.stream(CONVERSATIONS[0], settings)
    next(stream)
    stream.close()
    handle.remove()
    assert 0 < len(steps) < full_length / 2


def test_streaming_takes_no_beams(engine):
    with pytest.raises(UsageError, match="num_beams"):
        next(engine.stream(CONVERSATIONS[0], GenerationSettings(num_beams=2)))


def test_beams(engine):
    assert len(engine.generate(CONVERSATIONS, GenerationSettings(max_new_tokens=4, num_beams=2))) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_new_tokens": 0},
        {"temperature": -0.1},
        {"top_p": 0.0},
        {"num_beams": 0},
        {"repetition_penalty": 0.0},
        {"no_repeat_ngram_size": -1},
    ],
)
def test_settings_out_of_range(wrong):
    (name,) = wrong
    with pytest.raises(UsageError, match=name):
        GenerationSettings(**wrong)


def test_load_engine(engine, tmp_path):
    engine.model.save_pretrained(tmp_path)
    engine.processor.save_pretrained(tmp_path)
    loaded = load_engine(str(tmp_path), dtype="float32")
    assert loaded.model_name == str(tmp_path)
    assert loaded.generate(CONVERSATIONS[:1], SAMPLED) == engine.generate(CONVERSATIONS[:1], SAMPLED)
    half = load_engine(str(tmp_path), dtype="bfloat16", view="smiles")
    assert half.model.language_model.dtype == torch.bfloat16
    assert isinstance(half.generate(CONVERSATIONS, SAMPLED)[0], str)
    for wrong in ({"dtype": "int3"}, {"view": "picture"}):
        with pytest.raises(UsageError):
            load_engine(str(tmp_path), **wrong)


def test_whole_numbers_are_settings_too() -> None:
    model, processor = tiny_model()
    settings = GenerationSettings(max_new_tokens=3, temperature=2, repetition_penalty=2, seed=2**64 - 1)
    assert len(TransformersEngine(model, processor).generate(CONVERSATIONS[:1], settings)) == 1
    with pytest.raises(UsageError, match="seed"):
        GenerationSettings(seed=2**64)
