"""Sources: what the model was shown, and whether it only repeated it."""

from __future__ import annotations

import pytest

from llamo.assistant.sources import find_sources, is_copy, longest_run, source_lines
from llamo.data.bank_building import BankBuilder, BankRow
from llamo.inference.conversation import user_message
from llamo.inference.engines import TransformersEngine
from llamo.inference.reranking import CheckedEngine
from llamo.inference.retrieval import RetrievingEngine
from llamo.testing.tiny import tiny_model

KNOWN = (("CCO", "It is an alkyl alcohol."), ("CCCO", "It is a propanol."), ("c1ccccc1", "It is an arene."))
ASKED = [user_message(["CCCCO"], "Describe it.")]


@pytest.fixture(scope="module")
def engine() -> RetrievingEngine:
    builder = BankBuilder()
    builder.add(BankRow(smiles, text, "hand-made") for smiles, text in KNOWN)
    return RetrievingEngine(TransformersEngine(*tiny_model()), builder.bank(), 2)


def test_the_nearest_come_first_and_the_copied_one_is_named(engine):
    nearest, second = find_sources(engine, ASKED, "it is a  PROPANOL")
    assert (nearest.smiles, nearest.text, nearest.source) == ("CCCO", "It is a propanol.", "hand-made")
    assert 1 > nearest.similarity > second.similarity > 0
    assert (nearest.is_copied, second.is_copied) == (True, False)
    assert source_lines([nearest])[0].endswith("It is a propanol.  [the answer is a copy of this]")


def test_a_source_is_what_the_model_was_shown_of_it():
    long = "It is a propanol. " + "It is known for a long time. " * 30
    builder = BankBuilder()
    builder.add([BankRow("CCCO", long.strip(), "hand-made")])
    engine = RetrievingEngine(TransformersEngine(*tiny_model()), builder.bank(), 1)
    (source,) = find_sources(engine, ASKED, "It is known for a long time.")
    assert long.startswith(source.text)
    assert len(source.text) <= 420


def test_a_checking_engine_in_front_hides_nothing(engine):
    assert find_sources(CheckedEngine(engine, 4), ASKED, "") == find_sources(engine, ASKED, "")


def test_without_retrieval_there_are_none(engine):
    assert find_sources(engine.engine, ASKED, "It is a propanol.") == ()
    assert find_sources(engine, [user_message([], "Hello?")], "Hello.") == ()


def test_a_copy_is_the_same_words_or_a_run_of_four_fifths():
    text = "The molecule is a primary alcohol that is found in wine."
    assert is_copy("the molecule is a primary alcohol that is found in wine", text)
    assert is_copy("The molecule is a primary alcohol", text)  # all six tokens of the answer
    assert not is_copy("a primary alcohol", text)
    assert not is_copy("Yes.", "Yes, it is toxic.")
    assert is_copy("Yes.", "yes")
    assert is_copy("The molecule is a primary alcohol that is toxic", text)  # 8 of 9 tokens in a run
    assert not is_copy("The molecule is a secondary alcohol that is found nowhere", text)
    assert not is_copy("", text)
    assert not is_copy("Yes.", text)


def test_the_longest_run():
    assert longest_run(["a", "b", "c", "d"], ["x", "b", "c", "y"]) == 2
    assert longest_run([], ["a"]) == 0
