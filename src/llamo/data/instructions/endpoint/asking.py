"""Making many requests: several at once, each once in the life of the log, until the endpoint is taken for dead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from llamo.data.instructions.endpoint.budget import BudgetExhaustedError
from llamo.data.instructions.endpoint.client import EndpointClient, EndpointError, RequestFailedError
from llamo.data.instructions.endpoint.replies import Reply
from llamo.data.instructions.endpoint.reply_log import ReplyLog, request_key

MAX_FAILURES_IN_A_ROW = 8  # after which the endpoint is taken for dead

Item = TypeVar("Item")


class Asker:
    """Makes requests that are not in the log yet, and writes each reply there.

    Args:
        client: of the endpoint, entered.
        log: of the job.

    Attributes:
        num_cached: replies that the log had.
    """

    def __init__(self, client: EndpointClient, log: ReplyLog) -> None:
        self.client = client
        self.log = log
        self.num_cached = 0
        self._failures_in_a_row = 0

    async def ask(self, body: Mapping[str, object]) -> Reply:
        """Return the reply to a request.

        Raises:
            RequestFailedError: it failed for good; others may succeed.
            EndpointError: the endpoint cannot be used, or failed too often in a row.
            BudgetExhaustedError: no further request fits the budget.
        """
        key = request_key(body)
        reply = self.log.get(key)
        if reply is not None:
            self.num_cached += 1
            return reply
        try:
            reply = await self.client.complete(body)
        except RequestFailedError as error:
            self.log.add_failure(str(error), self.client.budget.spent)
            self._count_failure(str(error))
            raise
        self._failures_in_a_row = 0
        self.log.add(key, reply, self.client.budget.spent)
        return reply

    def _count_failure(self, reason: str) -> None:
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
            raise EndpointError(
                f"{self.client.settings.shown_url} failed {self._failures_in_a_row} requests in a row, "
                f"the last with: {reason}; see that it runs, and run the same command again to go on"
            )


async def work_through(
    items: Iterable[Item], work: Callable[[Item], Awaitable[None]], *, concurrency: int
) -> None:
    """Work on items in order, some at once.

    An error cancels the others; a spent budget lets them finish what they are at.

    Raises:
        Exception: what `work` raised first, a spent budget after all others.
    """
    waiting = iter(list(items))
    workers = [asyncio.create_task(_work(waiting, work)) for _ in range(concurrency)]
    try:
        done, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
        if any(isinstance(worker.exception(), BudgetExhaustedError) for worker in done):
            await asyncio.wait(workers)
    finally:
        for worker in workers:
            worker.cancel()
        results = await asyncio.gather(*workers, return_exceptions=True)
    errors = [result for result in results if isinstance(result, Exception)]
    errors.sort(key=lambda error: isinstance(error, BudgetExhaustedError))
    if errors:
        raise errors[0]


async def _work(waiting: Iterator[Item], work: Callable[[Item], Awaitable[None]]) -> None:
    for item in waiting:
        await work(item)
