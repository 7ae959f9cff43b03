"""Every answer on the disk as it comes: an interrupted study goes on where it was, and nothing is asked twice.

OUT/answers.jsonl   a line with what the answers depend on, then one line an answer, found again by its key
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
from llamo.studies.robustness.question import Answer

KIND = "llamo study robustness, answers"
_REMEDY = "free space and run the same command again: the answers so far are kept in it"


class AnswerLog:
    """Answers by the key of their question.

    Args:
        path: The file; made where it does not exist.
        settings: What answers depend on beside the question: model, precision, versions.

    Raises:
        UsageError: Another process writes to it, or its answers were made with other settings.
        DataError: It is another kind of file.
        LlamoError: It cannot be written.
    """

    def __init__(self, path: Path, settings: Mapping[str, object]) -> None:
        self.path = path
        self._answers: dict[str, Answer] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: FileIO = path.open("ab", buffering=0)
        except OSError as error:
            raise cannot_write(path, error) from error
        try:
            append_only.lock(self._file, path, who="another llamo study is writing")
            self._take_up(dict(settings))
        except BaseException:
            self._file.close()
            raise

    def __contains__(self, key: str) -> bool:
        return key in self._answers

    def __getitem__(self, key: str) -> Answer:
        return self._answers[key]

    def add(self, answers: Mapping[str, Answer]) -> None:
        """Write finished answers and wait until they are on the disk."""
        self._write([{"key": key, **_filled(answer)} for key, answer in answers.items()])
        self._answers.update(answers)

    def close(self) -> None:
        """Close the file and let the lock go."""
        self._file.close()

    def __enter__(self) -> AnswerLog:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take_up(self, settings: dict[str, object]) -> None:
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
                self._check(entry, settings)
            else:
                key = str(entry.pop("key", ""))
                self._answers[key] = Answer(**entry)
            good_bytes += len(line)
        if good_bytes == 0 and self.path.stat().st_size:
            raise DataError(f"{self.path} is no log of answers; move it away or choose another --out")
        os.truncate(self.path, good_bytes)
        if good_bytes == 0:
            self._write([{"kind": KIND, **settings}])

    def _check(self, header: object, settings: Mapping[str, object]) -> None:
        if not isinstance(header, dict) or header.get("kind") != KIND:
            raise DataError(f"{self.path} is no log of answers; move it away or choose another --out")
        changed = [
            f"{name} was {header.get(name)!r} and is {value!r}"
            for name, value in settings.items()
            if header.get(name) != value
        ]
        if changed:
            raise UsageError(
                f"{self.path} holds answers of another run: {'; '.join(changed)}; choose another --out, or "
                "delete it to start over"
            )

    def _write(self, lines: Sequence[Mapping[str, object]]) -> None:
        try:
            append_only.append_lines(self._file, lines)
        except OSError as error:
            raise cannot_write(self.path, error, _REMEDY) from error


def _filled(answer: Answer) -> dict[str, object]:
    """Leave empty fields out."""
    return {name: value for name, value in vars(answer).items() if value not in (None, "")}
