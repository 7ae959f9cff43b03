"""A cap on what a job may spend: requests, tokens, or both."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from llamo.errors import LlamoError


class BudgetExhaustedError(LlamoError):
    """The next request would exceed the cap."""


class Spent(NamedTuple):
    """What a job has used: HTTP requests, and tokens of prompts and replies."""

    requests: int = 0
    tokens: int = 0


class Budget:
    """Counts requests and tokens; a request reserves what it may use at most before it is made.

    So the cap holds with any number of requests in flight, as far as the endpoint keeps to `max_tokens`.

    Args:
        max_requests: HTTP requests at most, retries included; None for no cap.
        max_tokens: tokens at most, of prompts and replies; None for no cap.
        spent: by the same job before.
    """

    def __init__(
        self,
        *,
        max_requests: int | None = None,
        max_tokens: int | None = None,
        spent: Spent = Spent(),  # noqa: B008
    ) -> None:
        self.max_requests = max_requests
        self.max_tokens = max_tokens
        self.spent = spent
        self._reserved = 0
        self._settled = asyncio.Condition()

    async def reserve(self, tokens: int) -> None:
        """Set tokens aside for one request; waits while requests in flight may still give some back.

        Raises:
            BudgetExhaustedError: the request does not fit.
        """
        async with self._settled:
            while not self._fits(tokens):
                if self._reserved == 0 or self._is_out_of_requests():
                    raise BudgetExhaustedError(self._explain(tokens))
                await self._settled.wait()
            self.spent = self.spent._replace(requests=self.spent.requests + 1)
            self._reserved += tokens

    async def settle(self, reserved: int, used: int) -> None:
        """Replace a reservation by what was used."""
        async with self._settled:
            self._reserved -= reserved
            self.spent = self.spent._replace(tokens=self.spent.tokens + used)
            self._settled.notify_all()

    def _fits(self, tokens: int) -> bool:
        if self._is_out_of_requests():
            return False
        return self.max_tokens is None or self.spent.tokens + self._reserved + tokens <= self.max_tokens

    def _is_out_of_requests(self) -> bool:
        return self.max_requests is not None and self.spent.requests >= self.max_requests

    def _explain(self, tokens: int) -> str:
        if self._is_out_of_requests():
            return f"the budget of {self.max_requests} requests is spent; raise --max-requests to go on"
        return (
            f"{self.spent.tokens} of the budget of {self.max_tokens} tokens are spent, and the next request may take "
            f"{tokens}; raise --max-total-tokens to go on"
        )
