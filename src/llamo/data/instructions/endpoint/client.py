"""Chat completions of an OpenAI-compatible endpoint: time limits, retries, budget; the key is shown nowhere."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING

from llamo.data.instructions.endpoint.backoff import backoff, retry_after
from llamo.data.instructions.endpoint.budget import Budget
from llamo.data.instructions.endpoint.replies import Reply, read_body
from llamo.errors import LlamoError, UsageError

if TYPE_CHECKING:
    import httpx2

CHARACTERS_PER_TOKEN = 3  # of prompts with SMILES, on the safe side
TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529})
MAX_SHOWN = 300  # characters of an endpoint's own message


class EndpointError(LlamoError):
    """The endpoint cannot be used: every further request would fail, too."""


class RequestFailedError(LlamoError):
    """One request failed for good; others may succeed."""


class _TransientError(Exception):
    """An attempt failed in a way that the next one may not; `wait` is what the endpoint asked for."""

    def __init__(self, reason: str, *, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True)
class EndpointSettings:
    """Where the endpoint is and how patient to be with it.

    Attributes:
        base_url: up to and with the version, e.g. "http://localhost:8000/v1".
        model: name of the model, as the endpoint knows it.
        api_key: sent as a bearer token; "" for none.
        timeout: seconds that one attempt may take.
        max_retries: attempts after the first one.
        max_wait: longest wait in seconds that an endpoint may ask for; if it asks for more, the request fails.
        first_backoff: longest wait in seconds after the first failure, doubled after each.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    timeout: float = 120.0
    max_retries: int = 5
    max_wait: float = 120.0
    first_backoff: float = 1.0

    def __post_init__(self) -> None:
        if not self.base_url.startswith(("http://", "https://")):
            raise UsageError(
                f"the endpoint's address is {self.base_url!r}; expected http:// or https://, as in "
                "http://localhost:8000/v1: give --base-url or set LLAMO_API_BASE"
            )
        if not self.model:
            raise UsageError("no model was named; give --model or set LLAMO_API_MODEL")
        if not self.api_key.isascii() or not self.api_key.isprintable():
            raise UsageError(
                "the API key has characters that no header can hold; copy it again, without line ends"
            )

    @property
    def shown_url(self) -> str:
        """The address without user, password and query: what may be logged."""
        from httpx2 import URL

        return str(URL(self.base_url).copy_with(userinfo=b"", query=None, fragment=None))


class EndpointClient:
    """Asks for chat completions. Use as an async context manager, from one event loop.

    Args:
        settings: of the endpoint.
        budget: charged for every attempt.
        seed: of the jitter.
    """

    def __init__(self, settings: EndpointSettings, budget: Budget, *, seed: int = 0) -> None:
        self.settings = settings
        self.budget = budget
        self._rng = random.Random(seed)
        self._not_before = 0.0  # the loop's time before which the endpoint wants no request

    async def __aenter__(self) -> EndpointClient:
        import httpx2

        headers = {"Content-Type": "application/json"}
        if self.settings.api_key:
            headers["Authorization"] = f"Bearer {self.settings.api_key}"
        try:
            self._http = httpx2.AsyncClient(headers=headers, timeout=None, limits=httpx2.Limits())
            self._url = httpx2.URL(self.settings.base_url.rstrip("/") + "/chat/completions")
        except httpx2.InvalidURL as error:
            raise UsageError(f"--base-url {self.settings.base_url!r} is no address: {error}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def complete(self, body: Mapping[str, object]) -> Reply:
        """Make one request, again where it failed for the moment.

        Args:
            body: of the request, with "messages", "model", "max_tokens" ...

        Raises:
            EndpointError: the endpoint refuses the key, the model or the address.
            RequestFailedError: this request failed, or did so once too often.
            BudgetExhaustedError: no further attempt fits the budget.
        """
        for attempt in range(self.settings.max_retries + 1):
            await self._wait_for_turn()
            try:
                return await self._attempt(body)
            except _TransientError as error:
                if attempt == self.settings.max_retries or error.wait > self.settings.max_wait:
                    raise RequestFailedError(str(error)) from error
                wait = backoff(attempt, self._rng, first=self.settings.first_backoff)
                await asyncio.sleep(max(wait, error.wait))
        raise AssertionError("unreachable")

    async def _wait_for_turn(self) -> None:
        """Wait until the endpoint takes requests again; one that was turned away speaks for all."""
        loop = asyncio.get_running_loop()
        while (left := self._not_before - loop.time()) > 0:
            await asyncio.sleep(left)

    async def _attempt(self, body: Mapping[str, object]) -> Reply:
        """Make one HTTP request within the budget."""
        estimate = estimate_tokens(body)
        await self.budget.reserve(estimate)
        used = 0
        try:
            response = await self._post(body)
            if response.status_code != 200:
                self._raise_for_status(response)
            used = estimate  # it answered, and may well charge for it whatever the answer is
            read = read_body(self._redact(response.text))
            if isinstance(read, str):
                raise _TransientError(read)
            used = read.tokens or _prompt_tokens(body) + len(read.text) // CHARACTERS_PER_TOKEN
            return read
        except TimeoutError as error:
            used = estimate
            raise _TransientError(f"no answer within {self.settings.timeout:g} s") from error
        finally:
            await self.budget.settle(estimate, used)

    async def _post(self, body: Mapping[str, object]) -> httpx2.Response:
        import httpx2

        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        try:
            async with asyncio.timeout(self.settings.timeout):
                return await self._http.post(self._url, content=content)
        except httpx2.TransportError as error:
            what = self._redact(str(error)) or type(error).__name__
            raise _TransientError(f"connection failed: {what[:MAX_SHOWN]}") from error
        except httpx2.DecodingError as error:
            raise _TransientError("malformed response: it cannot be decompressed") from error

    def _raise_for_status(self, response: httpx2.Response) -> None:
        """Tell what will pass, what is this request's own fault, and what ends the job."""
        status, said = response.status_code, _message(self._redact(response.text))
        where = f"{self.settings.shown_url} answered {status}{f' ({said})' if said else ''}"
        if status in (401, 403):
            given = "the key it was given" if self.settings.api_key else "a request without a key"
            raise EndpointError(f"{where}: it refuses {given}; set LLAMO_API_KEY to a valid API key")
        if status == 404:
            raise EndpointError(
                f"{where}: it has no model {self.settings.model!r}, or the address is wrong; "
                "check --model, and that --base-url ends as in http://localhost:8000/v1"
            )
        if "insufficient_quota" in response.text or status == 402:
            raise EndpointError(f"{where}: the account has no credit left; add some and run again")
        if 300 <= status < 400:
            raise EndpointError(f"{where}: it has moved; correct --base-url")
        reason = f"HTTP {status}{f': {said}' if said else ''}"
        if status not in TRANSIENT:
            raise RequestFailedError(reason)
        wait = retry_after(response.headers.get("Retry-After")) or 0.0
        if wait <= self.settings.max_wait:
            self._not_before = max(self._not_before, asyncio.get_running_loop().time() + wait)
        raise _TransientError(reason, wait=wait)

    def _redact(self, text: str) -> str:
        """Take the key out of what an endpoint says: some repeat it in their errors."""
        return text.replace(self.settings.api_key, "[key]") if self.settings.api_key else text


def estimate_tokens(body: Mapping[str, object]) -> int:
    """Estimate from above what a request may use: its text, and the longest reply."""
    limits = (body.get("max_tokens"), body.get("max_completion_tokens"))
    return _prompt_tokens(body) + max((limit for limit in limits if isinstance(limit, int)), default=0)


def _prompt_tokens(body: Mapping[str, object]) -> int:
    return len(json.dumps(body.get("messages"), ensure_ascii=False)) // CHARACTERS_PER_TOKEN


def _message(text: str) -> str:
    """Take the message out of an error's body, on one line and not too long."""
    try:
        error = json.loads(text)["error"]
        text = str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError):
        pass
    return " ".join(text.split())[:MAX_SHOWN]
