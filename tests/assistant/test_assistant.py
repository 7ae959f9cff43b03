from __future__ import annotations

import pytest

from llamo import Assistant
from llamo.assistant import Answer
from llamo.data.tasks.catalogue import TASKS
from llamo.errors import InputError, InvalidMoleculeError, LlamoError
from llamo.inference.engines import TransformersEngine
from llamo.inference.settings import GenerationSettings
from llamo.testing.tiny import tiny_model


@pytest.fixture(scope="module")
def assistant():
    model, processor = tiny_model()
    engine = TransformersEngine(model, processor, model_name="tiny")
    return Assistant(engine, settings=GenerationSettings(max_new_tokens=8, temperature=1.0))


def test_describe_and_ask(assistant):
    described = assistant.describe("OCC")
    assert isinstance(described, Answer)
    assert (described.smiles, described.model) == (("CCO",), "tiny")
    assert described.text == "".join(assistant.stream_description("OCC")).strip() != ""
    asked = assistant.ask(["OCC", "C"], "Which is larger?")
    assert asked.smiles == ("CCO", "C")
    assert asked.text == "".join(assistant.stream_answer(["OCC", "C"], "Which is larger?")).strip()


def test_bad_input_is_refused_before_the_model_is_loaded():
    assistant = Assistant("no-such-model")
    for call in (assistant.describe, assistant.chat, lambda molecule: assistant.ask(molecule, "What?")):
        with pytest.raises(InvalidMoleculeError):
            call("nonsense")
    with pytest.raises(InputError, match="question is empty"):
        assistant.ask("C", " ")
    with pytest.raises(LlamoError, match="no-such-model"):
        assistant.describe("C")


def test_chat_remembers_turns_and_molecules(assistant):
    chat = assistant.chat("OCC")
    first = chat.ask("What is it?")
    assert first.smiles == ("CCO",)
    chat.add_molecule("c1ccccc1")
    assert chat.ask("Compare them.").smiles == ("CCO", "c1ccccc1")
    assert [message["role"] for message in chat.messages] == ["user", "assistant"] * 2
    assert chat.messages[1]["content"] == first.text
    assert chat.messages[2]["content"] == [
        {"type": "molecule", "smiles": "c1ccccc1"},
        {"type": "text", "text": "Compare them."},
    ]
    chat.reset()
    assert chat.messages == []
    assert chat.molecules == ()


def test_a_turn_that_is_broken_off_or_fails_leaves_no_trace(assistant):
    chat = assistant.chat("OCC")
    stream = chat.stream("What is it?")
    next(stream)
    stream.close()
    with pytest.raises(InputError):
        chat.ask(" ")
    with pytest.raises(InvalidMoleculeError):
        chat.add_molecule("nonsense")
    assert chat.messages == []
    assert chat.ask("What is it?").smiles == ("CCO",)


def test_the_question_is_not_changed_by_asking(assistant):
    """A second turn may not grow the first one (a defect of the official code)."""
    chat = assistant.chat("OCC")
    chat.ask("What is it?")
    before = repr(chat.messages)
    chat.ask("And then?")
    assert repr(chat.messages[:2]) == before


def test_default_lengths_suit_the_task():
    model, processor = tiny_model()
    assistant = Assistant(TransformersEngine(model, processor))
    assert assistant.settings_for("iupac").max_new_tokens == TASKS["iupac"].decoding.max_new_tokens
