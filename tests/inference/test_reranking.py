"""Asking again where the structure contradicts an answer: the order of candidates, and the bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from llamo.errors import InvalidMoleculeError, UsageError
from llamo.inference.conversation import Conversation, user_message
from llamo.inference.engines import TransformersEngine
from llamo.inference.reranking import Candidate, CheckedEngine, check_conversation, choose_candidate
from llamo.inference.settings import GenerationSettings
from llamo.testing.tiny import tiny_model

GREEDY = GenerationSettings(max_new_tokens=8)
ASKED = [user_message(["CCO"], "Describe this molecule.")]
TRUE, FALSE = "It is an alcohol.", "It contains a carboxylic acid."


class ScriptedEngine:
    """Says what a script says: the first answer, then a list of answers for each round."""

    model_name = "scripted"

    def __init__(self, first: str, *rounds: list[str], likely: Sequence[str] = ()) -> None:
        self.first, self.rounds, self.likely = first, list(rounds), likely
        self.sampled: list[tuple[GenerationSettings, int]] = []
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def generate(self, conversations: Sequence[Conversation], settings: GenerationSettings) -> list[str]:
        return [self.first for _ in conversations]

    def candidates(self, conversations, settings, number) -> list[list[str]]:
        self.sampled.append((settings, number))
        self.now += 1.0
        return [self.rounds[len(self.sampled) - 1][:number]]

    def log_probabilities(self, conversations, answers) -> list[tuple[float, ...]]:
        return [(-0.5, -0.1) if answer in self.likely else (-2.0,) for answer in answers]

    def choose(self, conversations, choices) -> list[tuple[float, ...]]:
        return [(0.75, 0.25)]

    def stream(self, conversation, settings) -> Iterator[str]:
        yield self.first


def test_fewest_contradicted_then_most_supported_then_likeliest_then_first():
    wrong, silent = Candidate("a", 5, 1, -0.1), Candidate("b", 0, 0, -0.2)
    some, more = Candidate("c", 1, 0, -0.3), Candidate("d", 2, 0, -9.0)
    likelier, same = Candidate("e", 2, 0, -8.0), Candidate("f", 2, 0, -8.0)
    assert choose_candidate([wrong]) == 0
    assert choose_candidate([wrong, silent]) == 1
    assert choose_candidate([wrong, silent, some]) == 2
    assert choose_candidate([more, some]) == 0
    assert choose_candidate([more, likelier]) == 1
    assert choose_candidate([wrong, same, likelier]) == 1
    with pytest.raises(UsageError, match="no candidate"):
        choose_candidate([])


def test_an_answer_that_is_not_contradicted_stands_and_nothing_is_sampled():
    engine = ScriptedEngine(TRUE)
    (choice,) = CheckedEngine(engine, 16).consider([ASKED], GREEDY)
    assert choice.candidates == (Candidate(TRUE, 1, 0),)
    assert engine.sampled == []
    assert CheckedEngine(ScriptedEngine("Hello."), 16).generate([ASKED], GREEDY) == ["Hello."]


def test_a_contradicted_answer_is_replaced_by_the_best_one():
    engine = ScriptedEngine(FALSE, ["Nice.", TRUE, FALSE, "It is a ketone."])
    (choice,) = CheckedEngine(engine, 16).consider([ASKED], GREEDY)
    assert choice.text == TRUE
    assert [one.text for one in choice.candidates] == [FALSE, "Nice.", TRUE, "It is a ketone."]
    assert len(engine.sampled) == 1  # a round with a good answer is the last


def test_the_beam_that_is_the_first_answer_counts_for_nothing():
    engine = ScriptedEngine(FALSE, [FALSE, TRUE])
    (choice,) = CheckedEngine(engine, 2).consider([ASKED], GREEDY)
    assert [one.text for one in choice.candidates] == [FALSE, TRUE]
    assert choice.text == TRUE


def test_a_search_that_does_not_find_the_first_answer_gives_no_more_than_asked_for():
    engine = ScriptedEngine(FALSE, ["Nice.", TRUE, "Good."])
    (choice,) = CheckedEngine(engine, 2).consider([ASKED], GREEDY)
    assert [one.text for one in choice.candidates] == [FALSE, "Nice."]


def test_the_best_beam_of_a_real_search_is_the_first_answer():
    engine = TransformersEngine(*tiny_model())
    searched = GenerationSettings(max_new_tokens=6, num_beams=3)
    (first,) = engine.generate([ASKED], searched)
    (beams,) = engine.candidates([ASKED], searched, 3)
    assert beams[0] == first
    assert len(beams) > 1


def test_likelihood_breaks_ties():
    other = "The molecule is an alcohol."
    engine = ScriptedEngine(FALSE, [TRUE, other], likely=[other])
    assert CheckedEngine(engine, 3).generate([ASKED], GREEDY) == [other]


def test_beams_come_first_then_samples_with_a_seed_each_and_the_number_is_kept():
    engine = ScriptedEngine(FALSE, *[[FALSE]] * 4)
    (choice,) = CheckedEngine(engine, 12).consider([ASKED], GREEDY)
    assert choice.text == FALSE
    assert [number for _, number in engine.sampled] == [5, 4, 3]  # the first answer is a beam of its own
    assert engine.sampled[0][0] == GREEDY
    assert [settings.seed for settings, _ in engine.sampled[1:]] == [5, 9]
    assert {settings.temperature for settings, _ in engine.sampled[1:]} == {0.5}
    assert CheckedEngine(ScriptedEngine(FALSE), 1).generate([ASKED], GREEDY) == [FALSE]


@pytest.mark.parametrize(("seconds", "rounds"), [(0.5, 1), (2.0, 2), (3.5, 3), (None, 4)])
def test_no_round_begins_that_would_end_too_late(seconds, rounds):
    engine = ScriptedEngine(FALSE, *[[FALSE]] * 4)  # a second each
    CheckedEngine(engine, 16, seconds=seconds, clock=engine.clock).generate([ASKED], GREEDY)
    assert len(engine.sampled) == rounds


@pytest.mark.parametrize(
    ("samples", "seconds"), [(0, None), (17, None), (4, 0.0), (4, -1.0), (4, float("nan"))]
)
def test_bounds_out_of_range(samples, seconds):
    with pytest.raises(UsageError):
        CheckedEngine(ScriptedEngine(TRUE), samples, seconds=seconds)


def test_settings_that_sample_keep_their_temperature():
    engine = ScriptedEngine(FALSE, [TRUE])
    CheckedEngine(engine, 2).generate([ASKED], GenerationSettings(temperature=1.2, top_p=0.8, seed=7))
    ((settings, _),) = engine.sampled
    assert (settings.temperature, settings.top_p, settings.seed) == (1.2, 0.8, 8)


def test_claims_are_checked_against_the_molecules_and_the_question_of_the_conversation():
    (verdict,) = check_conversation([user_message(["CCO"], "Is it aromatic?")], "No.")
    assert verdict.status == "true"
    assert check_conversation([{"role": "user", "content": "Hello"}], "It is an acid.") == []
    with pytest.raises(InvalidMoleculeError):
        check_conversation([user_message(["nonsense"], "What?")], "It is an acid.")


def test_what_cannot_be_checked_passes_through():
    checked = CheckedEngine(ScriptedEngine(TRUE, [FALSE]), 4)
    assert checked.choose([ASKED], ("Yes", "No")) == [(0.75, 0.25)]
    assert checked.candidates([ASKED], GREEDY, 1) == [[FALSE]]
    assert list(checked.stream(ASKED, GREEDY)) == [TRUE]
    assert checked.log_probabilities([ASKED], [TRUE]) == [(-2.0,)]
    assert checked.consider([], GREEDY) == []


def test_with_a_real_model_the_same_seed_gives_the_same_answer():
    engine = TransformersEngine(*tiny_model())
    settings = GenerationSettings(max_new_tokens=6, temperature=1.0)
    first, second = (CheckedEngine(engine, 3).consider([ASKED] * 2, settings) for _ in range(2))
    assert [choice.text for choice in first] == [choice.text for choice in second]
