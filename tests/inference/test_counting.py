"""The guard against counting: what it stops, and that true names pass it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from llamo.inference.conversation import assistant_message, user_message
from llamo.inference.counting import MAX_RUN, CountingGuard, counted
from llamo.inference.engines import TransformersEngine
from llamo.inference.settings import GenerationSettings
from llamo.testing.tiny import tiny_model, tiny_tokenizer

NAMES = (
    "1,2,3,4-tetrahydroisoquinoline",
    "(2R,3R,4R,5S)-hexane-1,2,3,4,5,6-hexol",
    "2,3,4,5,6-pentahydroxyhexanal",
    "2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17-hexadecahydro-1H-cyclopenta[a]phenanthrene",
    "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17-heptadecahydro",
    "1,1,2,2,3,3,4,4,5,5,6,6,7,7,8,8,9,9,10,10-icosafluorodecane",
    "hydroxy groups at positions 1, 2, 3, 4 and 5; it has 6 rings",
)


def numbers(first: int, last: int, separator: str = ",") -> str:
    return separator.join(map(str, range(first, last + 1)))


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("", 0),
        ("It has 3", 1),
        ("at 7,3,4,5,", 3),
        ("at 3, 4, 5, ", 3),
        ("1-2-3-", 3),
        ("98, 99, 100", 3),
        ("3,4,5-tri", 0),
        ("5,4,3", 1),
        ("1,1,2,2", 1),
        ("1,3,5,7", 1),
    ],
)
def test_the_run_that_a_text_ends_with(text, run):
    assert counted(text) == run


def may_go_on_with_a_number(*texts: str) -> list[bool]:
    """Say of texts of equal length whether a digit may follow each; all other tokens have to be left as they were."""
    tokenizer = tiny_tokenizer()
    ids = torch.tensor([tokenizer(text).input_ids for text in texts])
    scores = torch.randn(len(texts), 272)  # a vocabulary that is padded
    digits = tokenizer.convert_tokens_to_ids(list("0123456789"))
    others = [number for number in range(272) if number not in digits]
    before = scores.clone()
    after = CountingGuard(tokenizer)(ids, scores)
    assert torch.equal(scores, before)
    assert torch.equal(after[:, others], before[:, others])
    stopped = torch.isinf(after[:, digits])
    assert torch.equal(stopped.any(dim=1), stopped.all(dim=1))
    return [not one for one in stopped.any(dim=1).tolist()]


@pytest.mark.parametrize("separator", [",", ", ", "-", "\n", "; "])
def test_a_long_count_may_not_go_on(separator):
    assert may_go_on_with_a_number(numbers(1, MAX_RUN, separator) + separator) == [False]
    assert may_go_on_with_a_number("It is " + numbers(95, 94 + MAX_RUN, separator) + separator) == [False]
    assert may_go_on_with_a_number(numbers(1, MAX_RUN - 1, separator) + separator) == [True]


def test_rows_are_looked_at_one_by_one():
    loop = numbers(1, MAX_RUN) + ","
    assert may_go_on_with_a_number(loop, "x" * len(loop), loop) == [False, True, False]


@pytest.mark.parametrize("name", NAMES)
def test_names_may_go_on_at_every_place(name):
    assert all(may_go_on_with_a_number(name[:end]) == [True] for end in range(1, len(name) + 1))


def test_a_model_that_counts_is_stopped():
    model, processor = tiny_model()
    asked = [user_message(["CCO"], "Count.")]
    text = numbers(1, MAX_RUN + 3)
    whole = processor.apply_chat_template([*asked, assistant_message(text)])
    start = processor.apply_chat_template(asked, add_generation_prompt=True)["input_ids"].shape[1]
    labels = whole["input_ids"].clone()
    labels[:, :start] = -100
    optimizer = torch.optim.Adam(model.language_model.parameters(), lr=1e-2)
    for _ in range(120):
        optimizer.zero_grad()
        model(**whole, labels=labels).loss.backward()
        optimizer.step()
    engine = TransformersEngine(model, processor)
    settings = GenerationSettings(max_new_tokens=len(text))
    assert engine.generate([asked], settings) == [text]
    (guarded,) = engine.generate([asked], replace(settings, no_repeat_ngram_size=8))
    assert guarded.startswith(numbers(1, MAX_RUN))
    assert not guarded.startswith(numbers(1, MAX_RUN) + ",1")
