from __future__ import annotations

import pytest
from pydantic import ValidationError

from llamo.data.records import Message, MoleculePart, Record, TextPart, exchange


def record(messages: list[Message]) -> Record:
    return Record(id="a:1:facts", task="facts", source="a", split="train", messages=messages)


def test_molecules_are_listed_in_order_with_repeats() -> None:
    question = [MoleculePart(smiles="CCO"), TextPart(text="and"), MoleculePart(smiles="C")]
    again = exchange([MoleculePart(smiles="CCO"), TextPart(text="again?")], "Yes.")
    made = record([*exchange(question, "Two."), *again])
    assert made.molecules == ["CCO", "C", "CCO"]
    assert made.messages[0].text == "and"


def test_records_round_trip_through_json() -> None:
    made = record(exchange([MoleculePart(smiles="C"), TextPart(text="?")], "Methane."))
    assert Record.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(
    "messages",
    [
        [Message(role="user", content="Hi"), Message(role="user", content="Hi")],
        [Message(role="assistant", content="Hi"), Message(role="user", content="Hi")],
        [*exchange("Hi", "Hello"), Message(role="user", content="More?")],
        exchange("Hi", "  "),
    ],
)
def test_wrong_turns_and_empty_answers_are_refused(messages: list[Message]) -> None:
    with pytest.raises(ValidationError, match="a:1:facts"):
        record(messages)


PAIR = exchange([MoleculePart(smiles="CCO"), MoleculePart(smiles="C"), MoleculePart(smiles="CCO")], "Two.")


@pytest.mark.parametrize("given", [["CCO", "C", "CCO"], ["CCO", "C"]])
def test_listed_molecules_are_those_of_the_messages(given: list[str]) -> None:
    made = record(PAIR)
    assert Record.model_validate({**made.model_dump(), "molecules": given}) == made
    assert made.model_dump()["molecules"] == ["CCO", "C", "CCO"]
    assert list(made.model_dump()) == ["id", "task", "source", "split", "molecules", "messages"]
    shorter = made.model_copy(update={"messages": exchange("Hi", "Hello")})
    assert shorter.model_dump()["molecules"] == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["CCO"], "'C' is not listed"),
        (["CCO", "C", "N"], "'N' is in no message"),
        (["C", "CCO"], "another order"),
        ([], "'CCO' is not listed"),
        ("CCO", "is 'CCO'"),
        (None, "is None"),
    ],
)
def test_other_molecules_are_refused(given: object, words: str) -> None:
    with pytest.raises(ValidationError, match=f"molecules of record 'a:1:facts'.*{words}"):
        Record.model_validate({**record(PAIR).model_dump(), "molecules": given})


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="graph"):
        MoleculePart.model_validate({"type": "molecule", "smiles": "C", "graph": 1})
