"""How a preparation begins: not at all because it is finished, where a killed one stopped, or anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llamo.data.prepare_inputs import Inputs, difference
from llamo.data.prepare_journal import Journal
from llamo.data.report import Report
from llamo.data.shard_writing import ShardWriter, start_folder
from llamo.data.shards import MANIFEST, read_manifest, verified
from llamo.errors import DataError
from llamo.files import cannot_write

LOCK = ".lock"

Say = Callable[[str], None]


def silent(_note: str) -> None:
    """Say nothing."""


@dataclass
class Start:
    """Where a run begins.

    Attributes:
        done: rows that an earlier run has finished.
        report: its counts.
        kept: what it saved beside them.
    """

    done: int = 0
    report: Report = field(default_factory=Report)
    kept: dict[str, Any] = field(default_factory=dict)  # Any: JSON


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep a second `llamo prepare` out of the folder; the lock goes with the process, however it ends.

    Raises:
        DataError: another process is writing there.
        LlamoError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error, "choose another --out") from error
    try:
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise DataError(
            f"another `llamo prepare` is writing into {folder}; wait for it or choose another --out"
        ) from error


def finished_report(folder: Path, inputs: Inputs, *, say: Say) -> Report | None:
    """Return the counts of a finished run with the same inputs whose shards are whole; None where there is none."""
    if not (folder / MANIFEST).is_file():
        return None
    try:
        manifest = read_manifest(folder)
        if not manifest.get("complete"):
            return None
        changed = difference(manifest.get("inputs"), inputs)
        if changed:
            say(f"{folder} is prepared anew: {changed} changed since the last run")
            return None
        for shard in manifest["shards"]:
            verified(folder, shard)
    except DataError as error:
        say(f"{folder} is prepared anew: {error}")
        return None
    say(f"{folder} is up to date: recipe, data and package are those of the last run; --again repeats it")
    return Report.from_dict(manifest["counts"])


def continue_or_start(
    journal: Journal, writers: Sequence[ShardWriter], inputs: Inputs, *, again: bool, say: Say
) -> Start:
    """Return to the last checkpoint of a run with the same inputs; without one, make the folder ready for a new run.

    Raises:
        LlamoError: the folder cannot be written.
    """
    saved = None if again else journal.read()
    if saved is not None:
        changed = difference(saved.get("inputs"), inputs)
        fault = f"{changed} changed since the run that was cut short" if changed else ""
        fault = fault or journal.load(saved, writers)
        if not fault:
            say(f"a run that was cut short is continued after {saved['done']:,} rows")
            return Start(saved["done"], Report.from_dict(saved["counts"]), saved["kept"])
        say(f"{journal.folder} is prepared anew: {fault}")
    start_folder(journal.folder)
    journal.start()
    for writer in writers:
        writer.resume([], [])
    return Start()
