"""Replies of language models: what is read from them, and how long to wait for one."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llamo.data.instructions.endpoint.backoff import LONGEST_BACKOFF, backoff, retry_after
from llamo.data.instructions.endpoint.exemplars import BUILTIN, load_exemplars
from llamo.data.instructions.endpoint.reply_log import request_key
from llamo.data.instructions.endpoint.reply_parsing import (
    Exchange,
    RejectedReplyError,
    parse_reply,
    read_conversation,
    write_conversation,
)
from llamo.errors import DataError

TWO = [Exchange("Is it an acid?", "Yes."), Exchange("And a base?", "No.")]


@pytest.mark.parametrize(
    "reply",
    [
        "Question: Is it an acid?\nAnswer: Yes.\nQuestion: And a base?\nAnswer: No.",
        "Here you are:\n\nQuestion: Is it an acid?\n\nAnswer: Yes.\n\n\nQuestion: And a base?\nAnswer: No.\n",
        "**Question:** Is it an acid?\n**Answer:** Yes.\n**Question:** And a base?\n**Answer:** No.",
        "**Question 1: Is it an acid?**\n**Answer 1: Yes.**\n**Question 2: And a base?**\nAnswer 2: No.",
        "1. Question: Is it an acid?\n   Answer: Yes.\n2. Question: And a base?\n   Answer: No.",
        "Q: Is it an acid?\r\nA: Yes.\r\nQ: And a base?\r\nA: No.",
        "Q1: Is it an acid?\nA1: Yes.\nQ2: And a base?\nA2: No.",
        "### Question 1:\nIs it an acid?\n### Answer:\nYes.\n---\n### Question 2:\nAnd a base?\n### Answer:\nNo.\n---",
        "- question: Is it an acid?\n- answer: Yes.\n- QUESTION: And a base?\n- ANSWER: No.",
        "<think>Question: ?</think>\nQuestion: Is it an acid?\nAnswer: Yes.\nQuestion: And a base?\nAnswer: No.",
    ],
)
def test_decorated_replies_are_read(reply: str) -> None:
    assert parse_reply(reply) == TWO


def test_words_inside_an_answer_are_no_markers() -> None:
    reply = (
        "Question: What is it?\nAnswer: A question: is it vitamin\nA? It has **two** rings.\nAcidity: low."
    )
    assert parse_reply(reply) == [
        Exchange("What is it?", "A question: is it vitamin\nA? It has **two** rings.\nAcidity: low.")
    ]


TURN = (
    st.text(st.characters(codec="utf-8", exclude_characters="*-=:："), min_size=1).map(str.strip).filter(bool)
)


@given(st.lists(st.builds(Exchange, TURN, TURN), min_size=1, max_size=5))
def test_what_is_written_is_read_back(exchanges: list[Exchange]) -> None:
    assert parse_reply(write_conversation(exchanges)) == exchanges


@given(st.text(), st.sampled_from(["stop", "length", "", "tool_calls"]))
def test_any_reply_is_read_or_rejected(reply: str, finish_reason: str) -> None:
    try:
        exchanges = read_conversation(reply, finish_reason, min_turns=1, max_turns=3)
    except RejectedReplyError:
        return
    assert all(question and answer for question, answer in exchanges)


def test_the_packages_exemplars_are_whole_conversations() -> None:
    exemplars = load_exemplars(BUILTIN)
    assert len(exemplars) >= 4
    for exemplar in exemplars:
        assert exemplar.molecule.startswith("SMILES: ")
        assert len(read_conversation(exemplar.conversation, "stop", min_turns=3, max_turns=5)) == 4


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"molecule": "C"}', '{"molecule": "C", "conversation": "none"}']
)
def test_a_bad_exemplar_is_named(tmp_path, line: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('\n{"molecule": "C", "conversation": "Question: a?\\nAnswer: b."}\n' + line)
    with pytest.raises(DataError, match=r"mine\.jsonl line 3 is no exemplar"):
        load_exemplars(str(path))


def test_backoff_doubles_with_jitter_up_to_a_minute() -> None:
    rng = random.Random(0)
    for attempt in range(12):
        full = min(LONGEST_BACKOFF, 2.0**attempt)
        waits = [backoff(attempt, rng) for _ in range(50)]
        assert full / 2 <= min(waits) < max(waits) <= full


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:27:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, now=datetime(2026, 10, 21, 7, 28, tzinfo=UTC)) == seconds


def test_the_key_of_a_request_ignores_the_order_of_its_fields() -> None:
    assert request_key({"a": 1, "b": [1, 2]}) == request_key({"b": [1, 2], "a": 1})
    assert request_key({"a": 1, "b": [1, 2]}) != request_key({"a": 1, "b": [2, 1]})
