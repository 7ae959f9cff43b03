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


def test_what_the_structure_decides_is_computed_without_the_model():
    assistant = Assistant("no-such-model")
    answer = assistant.ask("OCC", "How many rings does it have?")
    assert answer.text == "It has no rings. (Computed, not generated.)"
    assert (answer.origin, answer.smiles, answer.model) == ("facts", ("CCO",), "no-such-model")
    assert [(fact.name, fact.value) for fact in answer.facts] == [("rings", 0)]
    assert "".join(assistant.stream_answer("OCC", "How many rings does it have?")) == answer.text
    with pytest.raises(LlamoError, match="no-such-model"):
        assistant.ask("OCC", "How many rings does it have?", tools=False)
    with pytest.raises(LlamoError, match="no-such-model"):
        assistant.ask("OCC", "What is it used for?")


def test_without_tools_the_model_answers(assistant):
    asked = assistant.ask("OCC", "How many rings does it have?", tools=False)
    assert asked.origin == "model"
    assert "Computed" not in asked.text
    streamed = assistant.stream_answer("OCC", "How many rings does it have?", tools=False)
    assert asked.text == "".join(streamed).strip()


class Says:
    """An engine that says one thing, and remembers what it was asked."""

    model_name = "says"

    def __init__(self, text):
        self.text = text
        self.asked = []

    def generate(self, conversations, settings):
        self.asked += conversations
        return [self.text for _ in conversations]

    def stream(self, conversation, settings):
        self.asked.append(conversation)
        yield self.text


def test_what_the_model_says_is_checked():
    answer = Assistant(Says("It contains an alcohol and two rings.")).ask("CCO", "What do you see?")
    assert [(one.claim.subject, one.status) for one in answer.claims] == [
        ("alcohol", "true"),
        ("ring", "false"),
    ]
    answer = Assistant(Says("Yes.")).ask("CCO", "Does it contain an amide?", tools=False)
    assert [one.status for one in answer.claims] == ["false"]
    chat = Assistant(Says("It has two rings.")).chat("CCO")
    assert [one.status for one in chat.ask("What do you see?").claims] == ["false"]


def test_the_model_is_shown_facts_where_that_is_wanted():
    engine = Says("Fuel.")
    answer = Assistant(engine, facts_in_prompt=True).ask("CCO", "What is it used for?")
    text = engine.asked[0][0]["content"][-1]["text"]
    assert text.startswith("Its molecular formula is C2H6O; ")
    assert text.endswith("\nWhat is it used for?")
    assert {fact.name: fact.value for fact in answer.facts}["formula"] == "C2H6O"
    plain = Says("Fuel.")
    Assistant(plain).ask("CCO", "What is it used for?")
    assert plain.asked[0][0]["content"][-1]["text"] == "What is it used for?"


def test_a_chat_shows_the_model_facts_of_all_its_molecules_in_every_turn():
    engine = Says("Perhaps.")
    chat = Assistant(engine, facts_in_prompt=True).chat("CCO")
    assert chat.ask("How many rings?").origin == "facts"
    for question in ("Is it toxic?", "Is it sold?"):
        answer = chat.ask(question)
        assert [fact.value for fact in answer.facts if fact.name == "formula"] == ["C2H6O"]
        text = engine.asked[-1][-1]["content"][-1]["text"]
        assert text.startswith("Its molecular formula is C2H6O; ")
        assert text.endswith(f"\n{question}")
        assert chat.messages[-2]["content"][-1] == {"type": "text", "text": question}
    chat.add_molecule("c1ccccc1")
    assert "".join(chat.stream("Compare them.")) == "Perhaps."
    shown = engine.asked[-1][-1]["content"]
    assert shown[0] == {"type": "molecule", "smiles": "c1ccccc1"}
    assert "C2H6O" in shown[-1]["text"]
    assert "C6H6" in shown[-1]["text"]
    earlier = [part for message in engine.asked[-1][:-1] for part in message["content"]]
    assert "C2H6O" not in str(earlier)


def test_a_chat_takes_beams_where_it_does_not_stream():
    model, processor = tiny_model()
    engine = TransformersEngine(model, processor)
    searched = GenerationSettings(max_new_tokens=6, num_beams=3)
    chat = Assistant(engine, settings=searched).chat("CCO")
    answer = chat.ask("Is it toxic?")
    assert answer.text == engine.generate([chat.messages[:1]], searched)[0]
    chat.reset()
    greedy = Assistant(engine, settings=GenerationSettings(max_new_tokens=6)).chat()
    assert "".join(chat.stream("Hello?")) == "".join(greedy.stream("Hello?"))


def test_chat_computes_what_it_can_about_the_current_molecule():
    engine = Says("Perhaps.")
    chat = Assistant(engine).chat("CCO")
    assert chat.ask("How many rings?").text == "It has no rings. (Computed, not generated.)"
    chat.add_molecule("c1ccccc1")
    answer = chat.ask("And the rings?")
    assert answer.text == "It has 1 ring, of 6 atoms. (Computed, not generated.)"
    assert answer.smiles == ("CCO", "c1ccccc1")
    assert chat.ask("How many rings has the first molecule?").text.startswith("It has no rings")
    assert engine.asked == []
    assert chat.ask("Is it toxic?").text == "Perhaps."
    assert [message["role"] for message in engine.asked[0]] == ["user", "assistant"] * 3 + ["user"]
    assert Assistant(engine).chat("CCO", tools=False).ask("How many rings?").text == "Perhaps."
    assert Assistant(engine).chat().ask("How many rings?").text == "Perhaps."


@pytest.mark.parametrize(
    "question",
    [
        "Are both aromatic?",
        "Is either aromatic?",
        "How many rings does each one have?",
        "What are their formulas?",
    ],
)
def test_a_chat_answers_for_all_molecules_where_several_are_spoken_of(question):
    chat = Assistant(Says("Perhaps.")).chat("CCO")
    chat.add_molecule("c1ccccc1")
    text = chat.ask(question).text
    assert "CCO: " in text
    assert "c1ccccc1: " in text


def test_what_happens_while_a_chat_answers_is_not_undone():
    chat = Assistant(Says("Perhaps.")).chat("c1ccccc1")
    stream = chat.stream("How many rings?")
    next(stream)
    chat.add_molecule("CCO")
    list(stream)
    assert chat.molecules == ("c1ccccc1", "CCO")
    assert len(chat.messages) == 2
    stream = chat.stream("How many rings?")
    next(stream)
    chat.reset()
    list(stream)
    assert (chat.messages, chat.molecules) == ([], ())


def test_a_question_that_is_no_text_is_refused():
    with pytest.raises(InputError, match="UTF-8"):
        Assistant("no-such-model").ask("C", "What is \udce9?")


def test_a_prompt_too_long_for_the_model_is_refused(assistant):
    with pytest.raises(InputError, match=r"do not fit into the 1024.*/reset"):
        assistant.ask("C", "why " * 2000)


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
