"""What preparation tells: counts of every row drawn, versions, a progress bar."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from llamo.version import __version__


@dataclass
class Report:
    """What became of every row drawn; `drawn` equals kept plus removed, source by source.

    Attributes:
        drawn: rows by (source, task).
        kept: records by (split, source, task).
        removed: rows by (source, task, reason).
        notes: changed records by (source, task, note).
    """

    drawn: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    removed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    notes: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:  # Any: nested dicts of counts, for JSON
        """Nest the counts for the manifest, keys sorted."""
        return {name: _nested(getattr(self, name)) for name in ("drawn", "kept", "removed", "notes")}

    def tables(self) -> list[Any]:  # Any: rich tables
        """Lay the counts out for the terminal: records by task, then what was removed and why."""
        from rich.table import Table

        by_task: Counter[tuple[str, str]] = Counter()
        for (split, _, task), number in self.kept.items():
            by_task[task, split] += number
        kept = Table("task", "train", "validation", title="Records")
        for task in sorted({task for task, _ in by_task}):
            kept.add_row(task, str(by_task[task, "train"]), str(by_task[task, "validation"]))
        removed = Table("source", "task", "reason", "rows", title="Removed")
        for (source, task, reason), number in sorted(self.removed.items()):
            removed.add_row(source, task, reason, str(number))
        return [kept, removed]


def _nested(counts: Counter[Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for keys, number in sorted(counts.items()):
        branch = tree
        for key in keys[:-1]:
            branch = branch.setdefault(key, {})
        branch[keys[-1]] = number
    return tree


def versions() -> dict[str, str]:
    """Return the versions that shape the shards."""
    import pyarrow
    import rdkit

    python = platform.python_version()
    return {
        "llamo": __version__,
        "python": python,
        "rdkit": rdkit.__version__,
        "pyarrow": pyarrow.__version__,
    }


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error where that is a terminal; gives a function that advances it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda number: bar.advance(task, number)
