"""The journal of a running prediction: finished rows go to disk as they come, so a kill loses one batch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from llamo import append_only
from llamo.errors import DataError, LlamoError, UsageError
from llamo.files import cannot_write

_KIND = "llamo predict, unfinished"


@dataclass(frozen=True, order=True)
class Entry:
    """What came out for one input row: a prediction, or an error that says why there is none.

    Args:
        row: Index of the input row, from 0.
        prediction: The text, empty if there is an error.
        error: Why the row has no prediction, or empty.
        score: Probability of the positive answer, for a task with fixed choices.
        spread: Standard deviation of the numbers that may be the answer, where they were weighed.
        candidates: Several answers, the best first, where they were asked for.
    """

    row: int
    prediction: str = ""
    error: str = ""
    score: float | None = field(default=None, compare=False)
    candidates: Sequence[str] = field(default=(), compare=False)
    spread: float | None = field(default=None, compare=False)


class Journal:
    """An append-only JSON Lines file: a line with the run's settings, then a line for each finished row.

    Every append is synced to the disk. A last line torn by a kill or a full disk is cut off on resuming.

    Args:
        path: The file, `OUT.partial.jsonl`.
        settings: What the run's answers depend on; a resumed run must have the same.
    """

    def __init__(self, path: Path, settings: Mapping[str, object]) -> None:
        self.path = path
        self.settings = dict(settings)
        self._file: FileIO | None = None
        self._num_rows = 0

    def open(self, *, resume: bool) -> set[int]:
        """Start the journal, or take up an existing one; returns the rows that are done already.

        Raises:
            UsageError: If there is a journal but `resume` is False, another process writes to it,
                or it belongs to another input file or other settings.
            LlamoError: If it cannot be written.
        """
        exists = self.path.exists() and self.path.stat().st_size > 0
        if exists and not resume:
            raise UsageError(
                f"{self.path} holds an unfinished run; pass --resume to complete it, or delete it"
            )
        self._file = append_only.open_locked(self.path, who="another llamo predict is writing")
        try:
            done = self._take_up() if exists else set()
            if self._file.tell() == 0:
                self._write([{"kind": _KIND, **self.settings}])
        except LlamoError:
            if self._file is not None:
                self._file.close()
                self._file = None
            raise
        self._num_rows = len(done)
        return done

    def append(self, entries: Sequence[Entry]) -> None:
        """Write finished rows and wait until they are on the disk.

        Raises:
            LlamoError: If the disk is full; what was written before stays good.
        """
        self._write([_as_line(entry) for entry in entries])
        self._num_rows += len(entries)

    def close(self) -> None:
        """Close the file. It stays on disk, unless it has no rows yet: then there is nothing to resume."""
        if self._file is not None:
            self._file.close()
            self._file = None
            if self._num_rows == 0:
                self.path.unlink()

    def entries(self) -> Iterator[Entry]:
        """Yield the finished rows in the order they were written."""
        with self.path.open("rb") as file:
            next(file)
            for line in file:
                yield Entry(**json.loads(line))

    def _take_up(self) -> set[int]:
        """Cut a torn tail off, check the settings and collect the rows that are done."""
        assert self._file is not None
        done: set[int] = set()
        good_bytes = 0
        for value, end in append_only.whole_lines(self.path):
            if good_bytes == 0:
                self._check_settings(value)
            else:
                done.add(int(value["row"]))
            good_bytes = end
        self._file.truncate(good_bytes)
        self._file.seek(0, os.SEEK_END)
        return done

    def _check_settings(self, header: Mapping[str, object]) -> None:
        """Raise unless the journal was begun by this very run."""
        if header.get("kind") != _KIND:
            raise DataError(
                f"{self.path} was not written by llamo predict; move it away or choose another --out"
            )
        changed = [
            f"{name} was {header.get(name)!r} and is {value!r}"
            for name, value in self.settings.items()
            if header.get(name) != value
        ]
        if changed:
            raise UsageError(
                f"cannot resume {self.path}: {'; '.join(changed)}. "
                "Use the same input and settings, or delete it to start over"
            )

    def _write(self, lines: Sequence[Mapping[str, object]]) -> None:
        """Append lines and sync; a failed write is cut off again."""
        assert self._file is not None, "open() comes first"
        try:
            append_only.append_lines(self._file, lines)
        except OSError as error:
            self._abandon()
            remedy = "free space and run again with --resume: the rows finished so far are kept in it"
            raise cannot_write(self.path, error, remedy) from error

    def _abandon(self) -> None:
        """Close after a failed write; a file that holds nothing goes."""
        assert self._file is not None
        self._file.close()
        self._file = None
        if self.path.stat().st_size == 0:
            self.path.unlink()


def _as_line(entry: Entry) -> dict[str, object]:
    """Leave empty fields out of the journal."""
    line: dict[str, object] = {"row": entry.row}
    if entry.error:
        return line | {"error": entry.error}
    line["prediction"] = entry.prediction
    if entry.score is not None:
        line["score"] = entry.score
    if entry.spread is not None:
        line["spread"] = entry.spread
    if entry.candidates:
        line["candidates"] = list(entry.candidates)
    return line
