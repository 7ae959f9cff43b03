"""From a model's reply to the turns of a conversation, or to the reason why it is none.

Replies alternate lines that begin with "Question:" and "Answer:". Models decorate these words; numbers, bold type,
quote marks and the short forms Q and A are read, too. What stands before the first question is no part of the
conversation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from llamo.errors import InputError

MARKER = re.compile(
    r"^[ \t>#*_\-]*(?:\d+[.)][ \t]*)?[*_]*(question|answer|q|a)[ \t]*#?\d*[*_]*[ \t]*[:：][*_]*[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
RULE = re.compile(r"\n[ \t]*(?:-{3,}|\*{3,}|={3,})[ \t]*(?=\n|$)")  # a line between turns
SOURCE_WORDS = re.compile(
    r"\b(?:(?:provided|given|above|supplied)\s+(?:text|description|caption|smiles|information|context)"
    r"|according to the (?:text|description|caption)|the (?:text|caption) (?:says|states|mentions))\b",
    re.IGNORECASE,
)

CUT_OFF = "incomplete: cut off at the token limit"
REFUSED = "refused: stopped by the endpoint's content filter"
EMPTY = "malformed: empty reply"
NO_TURNS = "malformed: no Question and Answer lines"
NO_QUESTION = "malformed: begins with an answer"
NOT_ALTERNATING = "malformed: questions and answers do not alternate"
EMPTY_TURN = "malformed: an empty question or answer"
NO_LAST_ANSWER = "incomplete: the last question has no answer"
TOO_FEW = "too few turns"
TOO_MANY = "too many turns"
QUOTES_SOURCE = "speaks of the text it was given, not of a molecule it sees"


class Exchange(NamedTuple):
    """One question and its answer."""

    question: str
    answer: str


class RejectedReplyError(InputError):
    """A reply that gives no conversation; the message is the reason, the same for all such replies."""


def parse_reply(text: str) -> list[Exchange]:
    r"""Split a reply into its exchanges.

    `parse_reply("Question: Is it an acid?\nAnswer: Yes.") -> [Exchange("Is it an acid?", "Yes.")]`

    Raises:
        RejectedReplyError: the reply is empty or has no such form.
    """
    text = RULE.sub("\n", THOUGHT.sub("", text)).strip()
    if not text:
        raise RejectedReplyError(EMPTY)
    markers = list(MARKER.finditer(text))
    if not markers:
        raise RejectedReplyError(NO_TURNS)
    kinds = [match[1][0].lower() for match in markers]
    ends = [match.start() for match in markers[1:]] + [len(text)]
    contents = [_tidy(text[match.end() : end]) for match, end in zip(markers, ends, strict=True)]
    if kinds[0] == "a":
        raise RejectedReplyError(NO_QUESTION)
    if kinds != (["q", "a"] * len(kinds))[: len(kinds)]:
        raise RejectedReplyError(NOT_ALTERNATING)
    if kinds[-1] == "q" or not contents[-1]:
        raise RejectedReplyError(NO_LAST_ANSWER)
    if not all(contents):
        raise RejectedReplyError(EMPTY_TURN)
    return [Exchange(*pair) for pair in zip(contents[::2], contents[1::2], strict=True)]


def read_conversation(text: str, finish_reason: str, *, min_turns: int, max_turns: int) -> list[Exchange]:
    """Parse a reply and filter it: only complete conversations of a bearable length are kept.

    Args:
        text: the reply.
        finish_reason: why it ended, "" where unknown.
        min_turns: questions at least.
        max_turns: questions at most.

    Raises:
        RejectedReplyError: the message says why.
    """
    if finish_reason == "content_filter":
        raise RejectedReplyError(REFUSED)
    if finish_reason == "length":
        raise RejectedReplyError(CUT_OFF)
    exchanges = parse_reply(text)
    if len(exchanges) < min_turns:
        raise RejectedReplyError(TOO_FEW)
    if len(exchanges) > max_turns:
        raise RejectedReplyError(TOO_MANY)
    if any(SOURCE_WORDS.search(part) for exchange in exchanges for part in exchange):
        raise RejectedReplyError(QUOTES_SOURCE)
    return exchanges


def write_conversation(exchanges: Sequence[Exchange]) -> str:
    """Write exchanges in the form that `parse_reply` reads."""
    return "\n".join(f"Question: {question}\nAnswer: {answer}" for question, answer in exchanges)


def _tidy(text: str) -> str:
    """Strip white space and a bold mark that was closed after the marker's own."""
    text = text.strip()
    return text.removesuffix("**").rstrip() if text.count("**") % 2 else text
