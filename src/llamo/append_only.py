"""Files that only grow, line by line: one writer at a time, and every append on the disk or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any

from llamo.errors import UsageError
from llamo.files import cannot_write


def open_locked(path: Path, *, who: str) -> FileIO:
    """Open a file for appending, made where it does not exist, and keep other processes out; see `lock`.

    Raises:
        UsageError: another process holds the lock.
        LlamoError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file: FileIO = path.open("ab", buffering=0)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        lock(file, path, who=who)
    except BaseException:
        file.close()
        raise
    return file


def whole_lines(path: Path) -> Iterator[tuple[Any, int]]:  # Any: JSON values
    """Yield the value of each line, with the number of bytes up to its end, until one that is torn or no JSON."""
    end = 0
    with path.open("rb") as file:
        for line in file:
            try:
                value = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                value = None
            if value is None:
                return
            end += len(line)
            yield value, end


def lock(file: FileIO, path: Path, *, who: str) -> None:
    """Keep a second process out while this one writes; the lock goes with the process.

    Args:
        who: begins the message, as in "another llamo predict is writing".

    Raises:
        UsageError: another process holds the lock.
    """
    try:
        import fcntl
    except ImportError:  # Windows: no advisory locks
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UsageError(f"{who} {path}; wait for it or choose another --out") from error


def append_lines(file: FileIO, lines: Sequence[Mapping[str, object]]) -> None:
    """Write lines of JSON at the end and wait until they are on the disk.

    Raises:
        OSError: the disk is full; what was half written is cut off again.
    """
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    left = memoryview(text.encode("utf-8", "replace"))
    before = os.fstat(file.fileno()).st_size
    try:
        while left:
            left = left[file.write(left) :]
        os.fsync(file.fileno())
    except OSError:
        file.truncate(before)
        raise
