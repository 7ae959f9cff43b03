"""Leaning on shown texts: where a text goes on, what the bias does to probabilities, and whole answers with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from llamo.cli.options import Talking
from llamo.data.neighbours import KnownText, known_in, with_neighbours
from llamo.data.tasks.catalogue import TASKS
from llamo.errors import UsageError
from llamo.inference.conversation import user_message
from llamo.inference.copying import FULL_MATCH, CopyBias, RepetitionGuard, continuation
from llamo.inference.engines import TransformersEngine
from llamo.inference.prompts import task_settings
from llamo.inference.settings import GenerationSettings
from llamo.testing.tiny import tiny_model

TEXTS = [KnownText(0.9, "It is an alkanol. It burns (at 363 C)."), KnownText(0.4, "It is an ether.")]
ids = st.lists(st.integers(0, 3), max_size=12)


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        ([], [], None),
        ([5, 6], [], None),
        ([5, 6, 7, 5, 8], [9, 7, 5], (8, 2, False)),
        ([5, 6, 7, 5, 8], [5], (6, 1, True)),
        ([5, 6, 7, 5, 8], [9, 5], (6, 1, False)),
        ([5, 6, 7], [5, 6, 7], None),
        ([5, 6, 7], [9], None),
        ([1, 2, 3, 1, 2, 4], [1, 2, 3, 1, 2], (4, 5, True)),
    ],
)
def test_how_a_text_goes_on(text: list[int], written: list[int], found: tuple[int, int, bool] | None) -> None:
    assert continuation(text, written) == found


@given(text=ids, written=ids.filter(bool))
def test_the_common_run_is_the_longest_there_is(text: list[int], written: list[int]) -> None:
    found = continuation(text, written)
    runs = [
        (length, place)
        for place in range(1, len(text))
        for length in range(1, min(place, len(written)) + 1)
        if text[place - length : place] == written[-length:]
    ]
    if not runs:
        assert found is None
    else:
        longest = max(length for length, _ in runs)
        first = min(place for length, place in runs if length == longest)
        assert found == (text[first], longest, text[:first] == written)


def test_the_bias_grows_with_the_common_run_and_rows_keep_to_their_texts() -> None:
    text = list(range(10, 30))
    written = torch.tensor([[1, 2, 10, 11], [10, 11, 12, 13], [10, 11, 12, 13], [1, 2, 10, 11]])
    scores = torch.randn(4, 40)
    before = scores.clone()
    after = CopyBias([[text], []], 4.0)(written, scores)
    assert torch.equal(scores, before)
    assert torch.equal(after[2:], before[2:]), "the second conversation shows nothing"
    assert torch.allclose(after.logsumexp(-1), before.logsumexp(-1), atol=1e-5), "rows keep their mass"
    for row, token, length in (
        (0, 12, 2),
        (1, 14, FULL_MATCH),
    ):  # the second has followed the text from its start
        odds = after[row] - before[row]
        others = [one for one in range(40) if one != token]
        assert torch.allclose(odds[others], odds[others][0].expand(39), atol=1e-5)
        assert float(odds[token] - odds[others[0]]) == pytest.approx(4.0 * length / FULL_MATCH, abs=1e-5)


def test_what_may_not_be_said_stays_unsaid() -> None:
    scores = torch.zeros(1, 5)
    scores[0, 3] = float("-inf")
    after = CopyBias([[[1, 2, 3]]], 50.0)(torch.tensor([[1, 2]]), scores)
    assert after[0, 3] == float("-inf")


def test_shown_texts_are_found_again() -> None:
    asked = [user_message(["CCO"], "Describe it.")]
    assert known_in(asked) == []
    assert known_in(with_neighbours(asked, TEXTS)) == [one.text for one in TEXTS]
    assert known_in([{"role": "user", "content": "Known molecules like it:"}]) == []


def times(tokens, run, size) -> int:
    """Count how often a run stands among the windows of a size."""
    return sum(tuple(tokens[place : place + size]) == run for place in range(len(tokens) - size + 1))


@given(st.lists(ids, min_size=1, max_size=3), st.lists(st.integers(0, 3), max_size=14), st.integers(1, 4))
def test_a_run_is_said_as_often_as_a_text_says_it_and_else_once(texts, written, size) -> None:
    guard = RepetitionGuard([texts, []], size)
    guarded = guard(torch.tensor([written, written], dtype=torch.long), torch.zeros(2, 4))
    for token in range(4):
        run = (*written[len(written) - size + 1 :], token)
        said, shown = times(written, run, size), max(times(text, run, size) for text in texts)
        assert (guarded[0, token] == 0) == (said < max(1, shown))
        assert (guarded[1, token] == 0) == (said < 1)


def test_each_row_goes_by_the_texts_of_its_own_conversation() -> None:
    twice, once = [1, 2, 9, 1, 2], [1, 2, 3]
    # Two texts that say a run once do not say it twice.
    guard = RepetitionGuard([[twice], [], [once, once]], 2)
    rows = torch.tensor([[1, 2, 9, 1]] * 6)  # three conversations, two samples each
    guarded = guard(rows, torch.zeros(6, 10))
    assert guarded[:, 2].tolist() == [0.0] * 2 + [float("-inf")] * 4
    assert guarded[:, 3].tolist() == [0.0] * 6


def test_a_text_that_says_a_long_name_twice_is_followed_to_its_end() -> None:
    model, processor = tiny_model()
    engine = TransformersEngine(model, processor)
    name = "".join(map(chr, range(65, 91)))
    first, second = name + "(" + name + ")", name + "(" + name + ":" + name + ")"
    asked = [
        with_neighbours([user_message(["CCO"], "Describe it.")], [KnownText(0.9, text)])
        for text in (first, second)
    ]
    settings = GenerationSettings(max_new_tokens=110, num_beams=3, no_repeat_ngram_size=12, copy_bias=2000.0)
    for answer, text in zip(engine.generate(asked, settings), (first, second), strict=True):
        begun = next(place for place, sign in enumerate(answer) if sign in text)
        assert answer.endswith(name + text[2 * len(name) + 1 :])
        assert text.endswith(answer[begun:])


@pytest.mark.parametrize("beams", [1, 3])
def test_a_large_bias_writes_the_nearest_text_and_a_conversation_without_stays_as_it_was(beams: int) -> None:
    model, processor = tiny_model()
    engine = TransformersEngine(model, processor)
    plain = [user_message(["CCO"], "Describe it.")]
    text = "".join(
        map(chr, range(33, 127))
    )  # whichever sign the model begins with, the text goes on from there
    known = [KnownText(0.9, text), KnownText(0.4, text[::-1])]
    informed = [with_neighbours(plain, known), with_neighbours(plain, known[::-1]), plain]
    settings = GenerationSettings(max_new_tokens=120, num_beams=beams, no_repeat_ngram_size=12)
    copied = engine.generate(informed, replace(settings, copy_bias=2000.0))
    for answer, shown in zip(copied, known, strict=False):
        begun = next(
            place for place, sign in enumerate(answer) if sign in text
        )  # the model's own signs come before
        assert shown.text.endswith(answer[begun:])
        assert len(answer) - begun > 1
    own = engine.generate(informed, settings)
    assert copied[2] == own[2]
    assert own[0] != copied[0]
    assert engine.generate(informed, replace(settings, copy_bias=1e-6)) == own


@pytest.mark.parametrize("temperature", [0.0, 1.0, 0.25])
def test_candidates_follow_the_text_of_their_own_conversation(temperature: float) -> None:
    model, processor = tiny_model()
    engine = TransformersEngine(model, processor)
    plain = [user_message(["CCO"], "Describe it.")]
    text = "".join(map(chr, range(33, 127)))
    known = [[KnownText(0.9, text)], [KnownText(0.9, text[::-1])]]
    settings = GenerationSettings(max_new_tokens=110, temperature=temperature, copy_bias=2000.0)
    found = engine.candidates([with_neighbours(plain, one) for one in known], settings, 3)
    for answers, (shown,) in zip(found, known, strict=True):
        for answer in answers:
            begun = next((place for place, sign in enumerate(answer) if sign in text), len(answer))
            assert shown.text.endswith(answer[begun:])


def test_the_bias_is_measured_in_nats_of_what_is_sampled_from() -> None:
    """At half the temperature logits are doubled after the bias, so half of it is added."""
    model, processor = tiny_model()
    engine = TransformersEngine(model, processor)
    asked = [with_neighbours([user_message(["CCO"], "Describe it.")], TEXTS)]
    for temperature, expected in ((0.0, 4.0), (1.0, 4.0), (0.5, 2.0)):
        with pytest.MonkeyPatch.context() as patch:
            given: list[float] = []
            patch.setattr(
                "llamo.inference.engines.CopyBias",
                lambda texts, bias, given=given: (given.append(bias), CopyBias(texts, bias))[1],
            )
            engine.generate(
                asked, GenerationSettings(max_new_tokens=2, temperature=temperature, copy_bias=4.0)
            )
            assert given == [expected]


def test_texts_end_as_answers_end() -> None:
    model, processor = tiny_model()
    engine = TransformersEngine(model, processor)
    asked = with_neighbours([user_message(["CCO"], "Describe it.")], TEXTS[:1])
    for ends, last in ((7, [7]), ([3, 9], [9]), (None, [])):
        model.generation_config.eos_token_id = ends
        (text,) = engine._shown(asked)
        assert text == [*processor.tokenizer(TEXTS[0].text, add_special_tokens=False)["input_ids"], *last]


def test_only_what_is_guarded_may_repeat_itself_sooner_and_go_on_for_longer_with_a_bias() -> None:
    for name in TASKS:
        plain, following = task_settings(name), task_settings(name, copy_bias=4.0)
        guard, length = plain.no_repeat_ngram_size, plain.max_new_tokens
        looser = {"no_repeat_ngram_size": max(12, guard), "max_new_tokens": max(384, length)} if guard else {}
        assert following == replace(plain, copy_bias=4.0, **looser)


@pytest.mark.parametrize("bias", [-1.0, float("inf"), float("nan")])
def test_a_bias_that_is_none_is_refused(bias: float) -> None:
    with pytest.raises(UsageError, match="copy_bias is"):
        GenerationSettings(copy_bias=bias)


def test_a_bias_needs_texts_to_go_by() -> None:
    with pytest.raises(UsageError, match=r"--copy-bias 4 needs --retrieve K and --bank DIR"):
        Talking(copy_bias=4.0).check("description")
