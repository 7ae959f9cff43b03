from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from llamo.data.layouts import MARK, Layout, Provenance, parse, render, to_openai, to_sharegpt
from llamo.data.records import Message, MoleculePart, Part, Record, TextPart, exchange

NOWHERE = Provenance(id="f:1", task="conversation", source="f", split="train")


def record(messages: list[Message]) -> Record:
    return Record(id="a:1:ask", task="ask", source="a", split="test", messages=messages)


def one_question(content: str | list[Part]) -> Record:
    return record(exchange(content, "Yes."))


def test_sharegpt_marks_molecules_and_lists_their_smiles() -> None:
    question = [MoleculePart(smiles="CCO"), TextPart(text="Is it heavier than "), MoleculePart(smiles="C")]
    made = json.loads(render(one_question([*question, TextPart(text="?")]), "sharegpt"))
    assert made["molecules"] == ["CCO", "C"]
    assert made["conversations"] == [
        {"from": "human", "value": f"{MARK}\nIs it heavier than {MARK}\n?"},
        {"from": "gpt", "value": "Yes."},
    ]
    assert (made["id"], made["split"]) == ("a:1:ask", "test")


def test_one_line_end_belongs_to_the_mark_and_no_more() -> None:
    made = one_question([MoleculePart(smiles="C"), TextPart(text="\n\nAn acid?")])
    turn = to_sharegpt(made).conversations[0]
    assert (turn.value, turn.content) == (f"{MARK}\n\n\nAn acid?", None)


def test_openai_keeps_molecules_as_parts_and_the_rest_as_metadata() -> None:
    made = json.loads(render(one_question([MoleculePart(smiles="CCO"), TextPart(text="An acid?")]), "openai"))
    assert made["messages"][0]["content"] == [
        {"type": "molecule", "smiles": "CCO"},
        {"type": "text", "text": "An acid?"},
    ]
    assert made["metadata"] == {"id": "a:1:ask", "task": "ask", "source": "a", "split": "test"}


def test_foreign_lines_get_what_they_leave_open() -> None:
    llava = {
        "molecule": "CCO",
        "conversations": [
            {"from": "user", "value": f"{MARK}\nAn acid?"},
            {"from": "assistant", "value": "No."},
        ],
    }
    read = parse(json.dumps(llava), "sharegpt", NOWHERE)
    assert read.messages[0].content == [MoleculePart(smiles="CCO"), TextPart(text="An acid?")]
    assert (read.id, read.task, read.source, read.split) == ("f:1", "conversation", "f", "train")
    chat = {"messages": [{"role": "developer", "content": "Be brief."}, *llava_as_chat()]}
    assert parse(json.dumps(chat), "openai", NOWHERE).messages[0].role == "system"


def llava_as_chat() -> list[dict[str, str]]:
    return [{"role": "user", "content": "An acid?"}, {"role": "assistant", "content": "No."}]


@pytest.mark.parametrize(
    ("molecules", "value", "words"),
    [
        (["C"], "What is it?", "0 marks <molecule> in conversations, but 1 molecules"),
        ([], f"{MARK}\nWhat is it?", "1 marks <molecule> in conversations, but 0 molecules"),
    ],
)
def test_marks_and_molecules_must_agree(molecules: list[str], value: str, words: str) -> None:
    turns = [{"from": "human", "value": value}, {"from": "gpt", "value": "Yes."}]
    with pytest.raises(ValueError, match=words):
        parse(json.dumps({"molecules": molecules, "conversations": turns}), "sharegpt", NOWHERE)


def test_parts_that_were_left_behind_by_an_edit_are_refused() -> None:
    made = json.loads(render(one_question([TextPart(text="a"), TextPart(text="b")]), "sharegpt"))
    made["conversations"][0]["value"] = "edited"
    with pytest.raises(ValueError, match=r"conversations\.0\.content contradicts"):
        parse(json.dumps(made), "sharegpt", NOWHERE)


def test_what_no_record_can_hold_is_refused_not_dropped() -> None:
    chat = {"messages": [{**llava_as_chat()[0], "tool_calls": []}, llava_as_chat()[1]]}
    with pytest.raises(ValidationError, match="tool_calls"):
        parse(json.dumps(chat), "openai", NOWHERE)
    with pytest.raises(ValidationError, match="tool"):
        parse('{"messages": [{"role": "tool", "content": "x"}]}', "openai", NOWHERE)


# Text made of what the marks are made of finds the corners that letters never do.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.lists(
    st.sampled_from([MARK, "\n", " ", "<mole", "cule>", "\\", "<molecule >", "a", ""]), max_size=4
).map("".join)
PARTS = st.builds(TextPart, text=TEXTS) | st.builds(MoleculePart, smiles=TEXTS.filter(bool))
CONTENTS = TEXTS | st.lists(PARTS, max_size=5)
ANSWERS = CONTENTS.filter(lambda content: bool(Message(role="assistant", content=content).text.strip()))
MOLECULES = CONTENTS.filter(lambda content: bool(Message(role="user", content=content).molecules))
QUESTIONS = ANSWERS | MOLECULES


@given(
    st.booleans(),
    st.lists(st.tuples(QUESTIONS, ANSWERS), min_size=1, max_size=3),
    st.sampled_from(["openai", "sharegpt"]),
)
@example(False, [([TextPart(text="<mole"), TextPart(text="cule>")], "Yes.")], "sharegpt")
@example(False, [([MoleculePart(smiles="C"), TextPart(text="\n")], MARK)], "sharegpt")
def test_any_record_comes_back_the_same(
    has_system: bool, turns: list[tuple[str | list[Part], str | list[Part]]], layout: Layout
) -> None:
    messages = [Message(role="system", content="Be brief.")] if has_system else []
    for question, answer in turns:
        messages += [Message(role="user", content=question), Message(role="assistant", content=answer)]
    made = record(messages)
    assert parse(render(made, layout), layout, NOWHERE) == made
    marks = sum(turn.value.count(MARK) for turn in to_sharegpt(made).conversations)
    assert marks == len(made.molecules), "programs that only count marks find as many as there are molecules"
    assert to_openai(made).messages == made.messages
