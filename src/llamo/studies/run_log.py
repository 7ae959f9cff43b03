"""Every result on the disk as it comes: an interrupted study goes on where it was, and nothing is asked twice.

FILE   a line with what the results depend on, then one line a result, found again by its key
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llamo import append_only
from llamo.errors import DataError, UsageError
from llamo.files import cannot_write

_REMEDY = "free space and run the same command again: what is finished is kept in it"
Entry = Mapping[str, Any]  # Any: what JSON holds


class RunLog:
    """Results by key.

    Args:
        path: The file; made where it does not exist.
        settings: What results depend on beside their key: model, precision, versions.
        kind: Name of the kind of file, in its first line.
        holds: What messages call the results.

    Raises:
        UsageError: Another process writes to it, or its results were made with other settings.
        DataError: It is another kind of file.
        LlamoError: It cannot be written.
    """

    def __init__(
        self, path: Path, settings: Mapping[str, object], *, kind: str, holds: str = "answers"
    ) -> None:
        self.path = path
        self.kind = kind
        self.holds = holds
        self._entries: dict[str, Entry] = {}
        self._file = append_only.open_locked(path, who="another llamo study is writing")
        try:
            self._take_up(json.loads(json.dumps(settings)))  # as the file will give them back
        except BaseException:
            self._file.close()
            raise

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def add(self, entries: Mapping[str, Entry]) -> None:
        """Write finished results and wait until they are on the disk."""
        self._write([{"key": key, **entry} for key, entry in entries.items()])
        self._entries.update(entries)

    def close(self) -> None:
        """Close the file and let the lock go."""
        self._file.close()

    def __enter__(self) -> RunLog:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take_up(self, settings: dict[str, object]) -> None:
        """Read what is there, cut a torn tail off, begin an empty file with its header."""
        good_bytes = 0
        for entry, end in append_only.whole_lines(self.path):
            if good_bytes == 0:
                self._check(entry, settings)
            else:
                self._entries[str(entry.pop("key", ""))] = entry
            good_bytes = end
        if good_bytes == 0 and self.path.stat().st_size:
            raise self._foreign()
        os.truncate(self.path, good_bytes)
        if good_bytes == 0:
            self._write([{"kind": self.kind, **settings}])

    def _check(self, header: object, settings: Mapping[str, object]) -> None:
        if not isinstance(header, dict) or header.get("kind") != self.kind:
            raise self._foreign()
        changed = {name: value for name, value in settings.items() if header.get(name) != value}
        if changed:
            told = "; ".join(
                f"{name} was {header.get(name)!r} and is {value!r}" for name, value in changed.items()
            )
            raise UsageError(
                f"{self.path} holds {self.holds} of another {', '.join(changed)}: {told}; choose another --out, or "
                "delete it to start over"
            )

    def _foreign(self) -> DataError:
        return DataError(f"{self.path} is no log of {self.holds}; move it away or choose another --out")

    def _write(self, lines: Sequence[Mapping[str, object]]) -> None:
        try:
            append_only.append_lines(self._file, lines)
        except OSError as error:
            raise cannot_write(self.path, error, _REMEDY) from error
