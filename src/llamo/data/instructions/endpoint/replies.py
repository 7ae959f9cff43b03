"""What is inside a chat completion, checked: endpoints differ, and some answers are no answers."""

from __future__ import annotations

import json
from typing import NamedTuple

from pydantic import BaseModel, ValidationError


class Reply(NamedTuple):
    """What is needed of a chat completion.

    Attributes:
        text: the message, unedited but for characters that UTF-8 cannot hold.
        finish_reason: as the endpoint gave it: "stop", "length", "content_filter" ..., or "".
        tokens: of prompt and reply; 0 where the endpoint does not count them.
        openings: what the reply might have begun with, as tokens with their log probabilities; empty where not
            asked for ("logprobs") or not told.
    """

    text: str
    finish_reason: str
    tokens: int = 0
    openings: tuple[tuple[str, float], ...] = ()


class _Message(BaseModel):
    content: str | None = None


class _Alternative(BaseModel):
    token: str
    logprob: float


class _Token(BaseModel):
    top_logprobs: list[_Alternative] = []


class _Logprobs(BaseModel):
    content: list[_Token] | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None


class _Usage(BaseModel):
    total_tokens: int = 0


class _Completion(BaseModel):
    choices: list[_Choice]
    usage: _Usage | None = None


def read_body(text: str) -> Reply | str:
    """Read the body of a successful response, or say in one line what is wrong with it.

    Args:
        text: the body, expected to be a JSON object as the OpenAI API specifies.
    """
    try:
        completion = _Completion.model_validate(json.loads(text))
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "the whole"
        return f"malformed response: {where}: {fault['msg']}"
    except (ValueError, RecursionError):
        return f"malformed response: no JSON, it begins with {text[:40]!r}"
    if not completion.choices:
        return "malformed response: it has no choices"
    choice = completion.choices[0]
    tokens = completion.usage.total_tokens if completion.usage else 0
    clean = (choice.message.content or "").encode("utf-8", "replace").decode("utf-8")  # lone surrogates
    first = choice.logprobs.content[0] if choice.logprobs and choice.logprobs.content else _Token()
    openings = tuple((one.token, one.logprob) for one in first.top_logprobs)
    return Reply(clean, choice.finish_reason or "", max(0, tokens), openings)
