"""The journal of a preparation: what is finished, on disk, so that a killed run continues where it was.

    OUT/.progress/journal.json        inputs, rows done, shards, counts: replaced as a whole at each checkpoint
    OUT/.progress/seen.keys, ...      sets of hashes that grow; the journal says how many of their keys count
    OUT/.progress/<split>-7.parquet   rows of a shard that is not full yet

A checkpoint writes all else first and the journal last. A kill in between costs what came after the checkpoint
before; it is done again, and since every row's result depends on nothing but the row, with the same result.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llamo.data.shard_writing import ShardWriter
from llamo.data.shards import verified
from llamo.errors import DataError
from llamo.files import cannot_write, replacing

PROGRESS = ".progress"
JOURNAL = "journal.json"


class KeyLog:
    """A set of keys of one width that is mirrored in a file as it grows.

    Args:
        path: the file: keys one after the other.
        width: bytes a key.
    """

    def __init__(self, path: Path, width: int) -> None:
        self._path = path
        self._width = width
        self._keys: set[bytes] = set()
        self._new: list[bytes] = []
        self._num_saved = 0  # keys in the file

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def add(self, key: bytes) -> None:
        """Add a key; it is on disk after the next `save`."""
        if key not in self._keys:
            self._keys.add(key)
            self._new.append(key)

    def clear(self) -> None:
        """Forget all keys, for a file that is not there yet."""
        self._keys, self._new, self._num_saved = set(), [], 0

    def save(self) -> int:
        """Append what is new to the file; returns how many keys the file holds."""
        with self._path.open("ab") as stream:
            stream.write(b"".join(self._new))
            stream.flush()
            os.fsync(stream.fileno())
        self._num_saved += len(self._new)
        self._new.clear()
        return self._num_saved

    def load(self, count: int) -> None:
        """Read the first `count` keys back and cut off what was written after the last checkpoint.

        Raises:
            ValueError: the file is shorter than that.
        """
        size = count * self._width
        data = self._path.read_bytes()[:size] if count else b""
        if len(data) != size:
            raise ValueError(f"{self._path} holds {len(data)} bytes, expected {size}")
        with self._path.open("ab") as stream:  # made where it is missing, for no keys
            stream.truncate(size)
        self._keys = {data[start : start + self._width] for start in range(0, size, self._width)}
        self._num_saved = count


class Journal:
    """The files of one journal; `save` makes a checkpoint, `load` returns to the last one.

    Args:
        folder: of the shards.
        logs: sets of keys that go with it, by name and width in bytes.
    """

    def __init__(self, folder: Path, logs: Mapping[str, int]) -> None:
        self.folder = folder
        self.path = folder / PROGRESS
        self.logs = {name: KeyLog(self.path / f"{name}.keys", width) for name, width in logs.items()}
        self._num_saves = 0

    def start(self) -> None:
        """Begin an empty journal in place of what is there.

        Raises:
            LlamoError: the folder cannot be written.
        """
        self.remove()
        for log in self.logs.values():
            log.clear()
        self._num_saves = 0
        try:
            self.path.mkdir(parents=True)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def read(self) -> dict[str, Any] | None:
        """Return the last checkpoint as it was saved; None where there is none or it is damaged."""
        try:
            saved = json.loads((self.path / JOURNAL).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return saved if isinstance(saved, dict) and "done" in saved else None

    def load(self, saved: Mapping[str, Any], writers: Sequence[ShardWriter]) -> str:
        """Return to a checkpoint: key logs, finished shards, waiting rows. Returns what is wrong with it, or ""."""
        import pyarrow.parquet as pq

        try:
            for name, log in self.logs.items():
                log.load(saved["keys"][name])
            for writer in writers:
                shards = [shard for shard in saved["shards"] if shard["split"] == writer.split]
                for shard in shards:
                    verified(self.folder, shard)
                waiting = saved["waiting"].get(writer.split)
                rows = pq.read_table(self.path / waiting).to_pylist() if waiting else []
                writer.resume(shards, rows)
        except (OSError, ValueError, KeyError, DataError) as error:  # pyarrow's errors are among them
            return str(error)
        self._num_saves = saved["saves"]
        return ""

    def save(self, writers: Sequence[ShardWriter], **content: Any) -> None:  # Any: JSON
        """Make a checkpoint of finished shards, waiting rows, key logs and `content` (`done` among it)."""
        self._num_saves += 1
        waiting = {}
        for writer in writers:
            if writer.num_waiting:
                waiting[writer.split] = f"{writer.split}-{self._num_saves}.parquet"
                writer.save_waiting(self.path / waiting[writer.split])
        try:
            keys = {name: log.save() for name, log in self.logs.items()}
        except OSError as error:
            raise cannot_write(self.path, error) from error
        checkpoint = {
            "saves": self._num_saves,
            "keys": keys,
            "waiting": waiting,
            "shards": [shard for writer in writers for shard in writer.shards],
            **content,
        }
        with replacing(self.path / JOURNAL) as path:
            path.write_text(json.dumps(checkpoint), encoding="utf-8")
        for stale in self.path.glob("*.parquet"):
            if stale.name not in waiting.values():
                stale.unlink()

    def remove(self) -> None:
        """Delete the journal: the run is finished, or starts over."""
        shutil.rmtree(self.path, ignore_errors=True)
