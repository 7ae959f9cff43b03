"""What preparation tells: counts of every row drawn, versions, a progress bar."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from llamo.version import __version__

MAX_PLACES = 5  # rows that are named of each kind of removal


@dataclass
class Report:
    """What became of every row drawn; `drawn` equals kept plus removed, source by source.

    Attributes:
        drawn: rows by (source, task).
        kept: records by (split, source, task).
        removed: rows by (source, task, reason).
        notes: changed records by (source, task, note).
        located: of each entry of `removed` the first few places, e.g. "row 17", with what is wrong where that is known.
    """

    drawn: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    removed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    notes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    located: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def remove(self, source: str, task: str, reason: str, *, where: str) -> None:
        """Count a row that gives no record, and note its place while there are few."""
        self.removed[source, task, reason] += 1
        places = self.located.setdefault((source, task, reason), [])
        if len(places) < MAX_PLACES:
            places.append(where)

    def as_dict(self) -> dict[str, Any]:  # Any: nested dicts of counts, for JSON
        """Nest the counts for the manifest, keys sorted."""
        names = ("drawn", "kept", "removed", "notes", "located")
        return {name: _nested(getattr(self, name)) for name in names}

    @classmethod
    def from_dict(cls, counts: dict[str, Any]) -> Report:  # Any: as `as_dict` gives it
        """Undo `as_dict`."""
        return cls(
            drawn=Counter(dict(_flat(counts["drawn"]))),
            kept=Counter(dict(_flat(counts["kept"]))),
            removed=Counter(dict(_flat(counts["removed"]))),
            notes=Counter(dict(_flat(counts["notes"]))),
            located=dict(_flat(counts["located"])),
        )

    def tables(self) -> list[Any]:  # Any: rich tables
        """Lay the counts out for the terminal: what became of each source's rows, then what was removed and why."""
        from rich.table import Table

        rows = Table(
            "task", "source", "rows", "train", "validation", "removed", title="Rows", show_footer=True
        )
        numbers = [self._numbers(source, task) for source, task in self.drawn]
        sums = [str(sum(column)) for column in zip(*numbers, strict=True)] if numbers else ["0"] * 4
        for column, text in zip(rows.columns, ["all", "", *sums], strict=True):
            column.footer = text
        for task, source in sorted((task, source) for source, task in self.drawn):
            rows.add_row(task, source, *map(str, self._numbers(source, task)))
        removed = Table("source", "task", "reason", "rows", "first", title="Removed")
        for (source, task, reason), number in sorted(self.removed.items()):
            first = self.located.get((source, task, reason), [""])[0]
            removed.add_row(source, task, reason, str(number), first)
        return [rows, removed]

    def _numbers(self, source: str, task: str) -> tuple[int, int, int, int]:
        """Count the rows drawn of a source and task, those in training and in validation, and those removed."""
        train, validation = (self.kept[split, source, task] for split in ("train", "validation"))
        removed = sum(n for (s, t, _), n in self.removed.items() if (s, t) == (source, task))
        return self.drawn[source, task], train, validation, removed


def _nested(counts: Mapping[Any, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for keys, number in sorted(counts.items()):
        branch = tree
        for key in keys[:-1]:
            branch = branch.setdefault(key, {})
        branch[keys[-1]] = number
    return tree


def _flat(tree: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for key, branch in tree.items():
        if isinstance(branch, dict):
            yield from _flat(branch, (*path, key))
        else:
            yield (*path, key), branch


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


class Bar(NamedTuple):
    """A progress bar: what tells it the total, and what advances it."""

    expect: Callable[[int], None]
    advance: Callable[[int], None]


@contextmanager
def progress(what: str, total: int | None, *, done: int = 0) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error where that is a terminal; gives a function that advances it.

    Args:
        what: what is being done.
        total: number of rows; None where it is not known.
        done: rows that an earlier run has finished.
    """
    with open_progress(what, total, done=done) as bar:
        yield bar.advance


@contextmanager
def open_progress(what: str, total: int | None = None, *, done: int = 0) -> Iterator[Bar]:
    """Show a bar as `progress` does, whose total may be told later."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=total, completed=done)
        yield Bar(
            expect=lambda number: shown.update(task, total=number),
            advance=lambda number: shown.advance(task, number),
        )
