"""Known molecules in the prompt: the same words in training and in use, and the model really reads them."""

from __future__ import annotations

import pytest

from llamo.data.bank import Bank
from llamo.data.bank_building import BankBuilder, BankRow
from llamo.data.neighbours import INTRODUCTION, KnownText, with_neighbours
from llamo.errors import UsageError
from llamo.inference.conversation import user_message
from llamo.inference.engines import TransformersEngine
from llamo.inference.retrieval import RetrievingEngine
from llamo.inference.settings import GenerationSettings
from llamo.testing.tiny import tiny_model

KNOWN = (("CCO", "It is an alkyl alcohol."), ("CCCO", "It is a propanol."), ("c1ccccc1", "It is an arene."))


@pytest.fixture(scope="module")
def bank() -> Bank:
    builder = BankBuilder()
    builder.add(BankRow(smiles, text, "hand-made") for smiles, text in KNOWN)
    return builder.bank()


@pytest.fixture(scope="module")
def engine() -> TransformersEngine:
    return TransformersEngine(*tiny_model())


def test_the_texts_stand_between_the_molecule_and_the_question() -> None:
    asked = user_message(["CCCCO"], "Describe it.")
    shown = with_neighbours(
        [asked], [KnownText(0.625, "It is a propanol."), KnownText(0.4, "It is an alcohol.")]
    )
    assert [part["type"] for part in shown[0]["content"]] == ["molecule", "text", "text"]
    assert (
        shown[0]["content"][1]["text"]
        == f"{INTRODUCTION}\n(0.62) It is a propanol.\n(0.40) It is an alcohol.\n"
    )
    assert asked == user_message(["CCCCO"], "Describe it.")  # the input is left as it is


def test_a_long_text_is_cut_at_a_sentence() -> None:
    text = "It is an acid. " * 60
    shown = with_neighbours([user_message(["CCO"], "?")], [KnownText(1.0, text)])
    assert len(shown[0]["content"][1]["text"]) < 500
    assert shown[0]["content"][1]["text"].endswith("acid.\n")


def test_nothing_is_added_without_a_molecule_or_without_neighbours() -> None:
    chat = [{"role": "user", "content": "Hello"}]
    assert with_neighbours(chat, [KnownText(1.0, "It is water.")]) == chat
    assert with_neighbours([user_message(["CCO"], "?")], []) == [user_message(["CCO"], "?")]


def test_the_nearest_come_first_and_each_is_another_molecule(engine: TransformersEngine, bank: Bank) -> None:
    found = RetrievingEngine(engine, bank, 2).neighbours([user_message(["OCC"], "?")])
    assert [one.smiles for one in found] == ["CCO", "CCCO"]
    assert found[0].similarity == 1.0


def test_the_molecule_itself_can_be_left_out(engine: TransformersEngine, bank: Bank) -> None:
    found = RetrievingEngine(engine, bank, 3, exclude_self=True).neighbours([user_message(["OCC"], "?")])
    assert "CCO" not in [one.smiles for one in found]


def test_its_salts_and_mixtures_are_left_out_with_it(engine: TransformersEngine) -> None:
    builder = BankBuilder()
    salts = ("CCCCCCCC(=O)[O-].[K+]", "CCCCCCCC(=O)O[Zn]OC(=O)CCCCCCC", "CCCCCCCC(=O)O.NCCCCCCCCC")
    builder.add(BankRow(smiles, smiles, "hand-made") for smiles in (*salts, "CCCCCCCCC(=O)O", "NCCCCCCCCC"))
    for query in ("CCCCCCCC(=O)O", "[Na+].CCCCCCCC(=O)[O-]"):
        found = RetrievingEngine(engine, builder.bank(), 2, exclude_self=True).neighbours(
            [user_message([query], "?")]
        )
        assert {one.smiles for one in found} == {"CCCCCCCCC(=O)O", "CCCCCCCCCN"}


@pytest.mark.parametrize("exclude_self", [False, True])
def test_a_molecule_is_looked_up_once(engine, bank, monkeypatch, exclude_self) -> None:
    searched: list[object] = []
    real = Bank.nearest
    monkeypatch.setattr(
        Bank,
        "nearest",
        lambda bank, query, *rest, **how: (searched.append(query), real(bank, query, *rest, **how))[1],
    )
    retrieving = RetrievingEngine(engine, bank, 1, exclude_self=exclude_self)
    asked = [user_message(["CCCCO"], "Describe it.")]
    first = retrieving.neighbours(asked)
    first.clear()  # the caller's own list
    retrieving.log_probabilities([asked] * 3, ["A.", "B.", "C."])
    retrieving.candidates([asked], GenerationSettings(max_new_tokens=2), 2)
    assert [one.smiles for one in retrieving.neighbours(asked)] == ["CCCO"]
    assert len(searched) == 1
    retrieving.neighbours([user_message(["CCN"], "Describe it.")])
    assert len(searched) == 2


@pytest.mark.parametrize("molecules", [[], ["CCO", "CCCO"]])
def test_conversations_about_no_molecule_or_several_are_left_alone(
    engine: TransformersEngine, bank: Bank, molecules: list[str]
) -> None:
    assert RetrievingEngine(engine, bank, 1).neighbours([user_message(molecules, "What forms?")]) == []


def test_the_engine_answers_what_the_informed_prompt_gives(engine: TransformersEngine, bank: Bank) -> None:
    """All ways of answering see the texts: equal to the bare engine on the prompt made by hand."""
    asked, settings = [user_message(["CCCCO"], "Is it an acid?")], GenerationSettings(max_new_tokens=6)
    retrieving = RetrievingEngine(engine, bank, 1)
    known = [KnownText(one.similarity, one.text) for one in retrieving.neighbours(asked)]
    by_hand = with_neighbours(asked, known)
    assert by_hand != asked
    assert retrieving.generate([asked], settings) == engine.generate([by_hand], settings)
    assert "".join(retrieving.stream(asked, settings)) == "".join(engine.stream(by_hand, settings))
    assert retrieving.choose([asked], ["Yes", "No"]) == engine.choose([by_hand], ["Yes", "No"])
    assert retrieving.choose([asked], ["Yes", "No"]) != engine.choose([asked], ["Yes", "No"])
    assert retrieving.candidates([asked], settings, 2) == engine.candidates([by_hand], settings, 2)
    assert retrieving.numbers([asked]) == engine.numbers([by_hand])


def test_a_number_below_one_is_refused(engine: TransformersEngine, bank: Bank) -> None:
    with pytest.raises(UsageError, match="retrieve is 0"):
        RetrievingEngine(engine, bank, 0)
