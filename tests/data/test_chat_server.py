"""The small server of a real model, asked by the endpoint's own client."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Iterator

import pytest

from llamo.data.instructions.endpoint.budget import Budget
from llamo.data.instructions.endpoint.client import (
    EndpointClient,
    EndpointError,
    EndpointSettings,
    RequestFailedError,
)
from llamo.data.instructions.endpoint.replies import Reply
from llamo.testing.chat_server import LanguageModel, make_server
from llamo.testing.tiny import save_tiny_base_model

MESSAGES = [{"role": "user", "content": "Say a word."}]


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = save_tiny_base_model(tmp_path_factory.mktemp("base"))
    server = make_server("tiny", LanguageModel(str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def ask(base_url: str, *bodies: dict[str, object]) -> list[Reply]:
    async def run() -> list[Reply]:
        settings = EndpointSettings(base_url, "tiny", max_retries=0)
        async with EndpointClient(settings, Budget()) as client:
            return list(await asyncio.gather(*(client.complete(body) for body in bodies)))

    return asyncio.run(run())


def test_replies_are_counted_and_cut_at_the_limit(base_url: str) -> None:
    short, long = ask(
        base_url,
        {"messages": MESSAGES, "max_tokens": 5, "temperature": 0},
        {"messages": MESSAGES * 2, "max_tokens": 5, "temperature": 0},
    )
    assert short.finish_reason == long.finish_reason == "length"
    assert 0 < long.tokens - short.tokens < 60, "the longer prompt is counted, its padding is not"


def test_requests_answered_together_are_answered_as_alone(base_url: str) -> None:
    bodies = [{"messages": MESSAGES * n, "max_tokens": 8, "temperature": 0} for n in (1, 2, 3)]
    assert ask(base_url, *bodies) == [ask(base_url, body)[0] for body in bodies]


def test_a_seed_repeats_a_sample(base_url: str) -> None:
    body = {"messages": MESSAGES, "max_tokens": 12, "temperature": 1.0, "seed": 3}
    first, again = ask(base_url, body)[0], ask(base_url, body)[0]
    assert first == again
    assert ask(base_url, {**body, "seed": 4})[0] != first


def test_a_frequency_penalty_keeps_the_most_likely_words_from_coming_back(base_url: str) -> None:
    body = {"messages": MESSAGES, "max_tokens": 12, "temperature": 0}
    plain, varied = ask(base_url, body)[0], ask(base_url, {**body, "frequency_penalty": 100.0})[0]
    assert len(set(plain.text)) < len(set(varied.text))


def test_the_likeliest_openings_are_told_on_request(base_url: str) -> None:
    body = {"messages": MESSAGES, "max_tokens": 3, "temperature": 0}
    plain, told = ask(base_url, body, {**body, "logprobs": True, "top_logprobs": 4})
    assert plain.openings == ()
    assert told.text == plain.text
    assert len(told.openings) == 4
    chances = [math.exp(logprob) for _, logprob in told.openings]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) < 1
    assert told.text.startswith(told.openings[0][0]), "greedy decoding begins with the likeliest"


def test_bad_requests_are_refused(base_url: str) -> None:
    with pytest.raises(RequestFailedError, match="HTTP 400: bad request"):
        ask(base_url, {"max_tokens": 5})
    with pytest.raises(EndpointError, match="404"):
        ask(base_url.removesuffix("/v1"), {"messages": MESSAGES})
