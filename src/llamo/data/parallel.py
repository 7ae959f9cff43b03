"""Running a function over chunks in several processes, results in order, interruptible."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from llamo.errors import DataError

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


def ordered_map(
    function: Callable[[Chunk], Result],
    chunks: Iterable[Chunk],
    *,
    workers: int,
    setup: Callable[..., None],
    arguments: tuple[Any, ...] = (),  # Any: whatever `setup` takes
) -> Iterator[Result]:
    """Yield `function(chunk)` for each chunk, in order, at most a few chunks ahead of the reader.

    Args:
        function: a module-level function.
        chunks: its inputs.
        workers: number of processes; below two all runs in this one.
        setup: called once in each process, for what all chunks share.
        arguments: of `setup`.

    Raises:
        DataError: a worker died, most often for want of memory.
    """
    if workers < 2:
        setup(*arguments)
        yield from map(function, chunks)
        return
    context = multiprocessing.get_context("spawn")  # a fork would copy the locks of the progress bar's thread
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(setup, arguments))
    waiting: deque[Future[Result]] = deque()
    try:
        for chunk in chunks:
            waiting.append(pool.submit(function, chunk))
            if len(waiting) >= 3 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise DataError(f"a worker process died ({error}); free memory or use fewer --workers") from error
    finally:  # on Ctrl-C, too: what waits is dropped, what runs is awaited
        pool.shutdown(wait=True, cancel_futures=True)


def _start(setup: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Leave Ctrl-C to the main process, which cancels the chunks; end with it if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    setup(*arguments)


def _end_with_parent() -> None:
    """End this worker when the main process is gone: nobody would ever hand it another chunk."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
