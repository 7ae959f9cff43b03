"""Every finished cell on the disk as it comes: an interrupted study goes on where it was.

OUT/cells.jsonl   a line with what the cells depend on, then one line a cell with its key, its rows and its seconds
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path

from llamo import append_only
from llamo.errors import DataError, UsageError
from llamo.files import cannot_write
from llamo.studies.frame.results import Row

KIND = "llamo study, cells"
_REMEDY = "free space and run the same command again: the finished cells are kept in it"


class CellLog:
    """Rows of finished cells by key.

    Args:
        path: the file; made where it does not exist.
        made_of: what all cells depend on: study, versions, data.

    Raises:
        UsageError: another process writes to it, or its cells were made of something else.
        DataError: it is another kind of file.
        LlamoError: it cannot be written.
    """

    def __init__(self, path: Path, made_of: Mapping[str, object]) -> None:
        self.path = path
        self._rows: dict[str, list[Row]] = {}
        self.seconds: dict[str, float] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: FileIO = path.open("ab", buffering=0)
        except OSError as error:
            raise cannot_write(path, error) from error
        try:
            append_only.lock(self._file, path, who="another llamo study is writing")
            self._take_up(json.loads(json.dumps(made_of)))
        except BaseException:
            self._file.close()
            raise

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __getitem__(self, key: str) -> list[Row]:
        return self._rows[key]

    def add(self, key: str, rows: Sequence[Row], seconds: float) -> None:
        """Write a finished cell and wait until it is on the disk."""
        self._write({"cell": key, "seconds": round(seconds, 2), "rows": list(rows)})
        self._rows[key] = list(rows)
        self.seconds[key] = seconds

    def close(self) -> None:
        """Close the file and let the lock go."""
        self._file.close()

    def __enter__(self) -> CellLog:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take_up(self, made_of: dict[str, object]) -> None:
        """Read what is there, cut a torn tail off, begin an empty file with its header."""
        good_bytes = 0
        for number, line in enumerate(self.path.read_bytes().splitlines(keepends=True)):
            try:
                entry = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                entry = None
            if entry is None:
                break
            if number == 0:
                self._check(entry, made_of)
            else:
                self._rows[entry["cell"]] = entry["rows"]
                self.seconds[entry["cell"]] = entry["seconds"]
            good_bytes += len(line)
        if good_bytes == 0 and self.path.stat().st_size:
            raise DataError(f"{self.path} is no log of a study's cells; move it away or choose another --out")
        os.truncate(self.path, good_bytes)
        if good_bytes == 0:
            self._write({"kind": KIND, **made_of})

    def _check(self, header: object, made_of: Mapping[str, object]) -> None:
        if not isinstance(header, dict) or header.get("kind") != KIND:
            raise DataError(f"{self.path} is no log of a study's cells; move it away or choose another --out")
        changed = [name for name, value in made_of.items() if header.get(name) != value]
        if changed:
            raise UsageError(
                f"{self.path} holds cells of another {', '.join(changed)}; choose another --out, or delete it to "
                "start over"
            )

    def _write(self, line: Mapping[str, object]) -> None:
        try:
            append_only.append_lines(self._file, [line])
        except OSError as error:
            raise cannot_write(self.path, error, _REMEDY) from error
