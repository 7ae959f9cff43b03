"""Show on stderr how a base model is fetched: bars on a terminal, one line a step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the bytes done and the bytes in total (0: unknown)."""


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Give a progress function that shows each step to whoever waits for it.

    Enter it only when there is something to wait for: on a terminal it imports rich.
    """
    if not sys.stderr.isatty():
        yield _line_writer()
        return
    with _terminal_bars() as progress:
        yield progress


def _line_writer() -> Progress:
    """Return a progress function that writes a line when a step starts."""
    seen: set[str] = set()

    def progress(step: str, done: int, total: int) -> None:  # noqa: ARG001  (the signature of Progress)
        if step not in seen:
            seen.add(step)
            sys.stderr.write(f"{step}{f' ({total / 1e6:.0f} MB)' if total else ''} ...\n")

    return progress


@contextmanager
def _terminal_bars() -> Iterator[Progress]:
    """Give a progress function that draws one bar a step."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Bars(*columns, console=Console(stderr=True)) as bars:

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total or None)
            bars.update(tasks[step], completed=done, total=total or None)

        yield progress
