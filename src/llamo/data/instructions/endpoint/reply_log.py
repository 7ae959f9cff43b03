"""The log of a job's replies: cache, journal and account in one append-only JSON Lines file.

A reply is found again by the hash of its request, so a job that was killed goes on where it was, a finished one
runs again without a request, and nothing is written twice. The address of the endpoint is no part of the hash:
a job may move to another server of the same model. The API key is in none of it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llamo import append_only
from llamo.data.instructions.endpoint.budget import Spent
from llamo.data.instructions.endpoint.replies import Reply
from llamo.errors import DataError
from llamo.files import cannot_write

KIND = "llamo instructions generate, replies"
REMEDY = "free space and run the same command again: the replies so far are kept in it"


def request_key(body: Mapping[str, object]) -> str:
    """Hash a request body, whatever the order of its keys."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class ReplyLog:
    """Replies by request, on disk as they come. Every append is synced; a last line torn by a kill is cut off.

    Attributes:
        spent: by the job so far, this run and earlier ones.

    Args:
        path: the file; made where it does not exist.

    Raises:
        UsageError: another process writes to it.
        DataError: it is another kind of file, or damaged elsewhere than at its end.
        LlamoError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.spent = Spent()
        self._replies: dict[str, Reply] = {}
        self._chosen: dict[str, list[dict[str, str]]] = {}
        self._file = append_only.open_locked(path, who="another process writes to")
        try:
            self._take_up()
        except BaseException:
            self._file.close()
            raise

    def get(self, key: str) -> Reply | None:
        """Return the reply to a request made before, or None."""
        return self._replies.get(key)

    def add(self, key: str, reply: Reply, spent: Spent) -> None:
        """Write a reply, and what the job has spent so far."""
        self._append({"key": key, **reply._asdict(), "spent": spent})

    def add_failure(self, error: str, spent: Spent) -> None:
        """Write that a request got no reply, so that its cost is known; the next run makes it again."""
        self._append({"error": error, "spent": spent})

    def exemplars(self, key: str) -> list[dict[str, str]] | None:
        """Return the exemplars chosen before for the same zero-shot requests, or None."""
        return self._chosen.get(key)

    def add_exemplars(self, key: str, exemplars: Sequence[dict[str, str]]) -> None:
        """Fix the exemplars, so that the requests built on them stay the same in later runs."""
        self._append({"exemplars_of": key, "exemplars": list(exemplars)})

    def close(self) -> None:
        """Close the file and let the lock go."""
        self._file.close()

    def __enter__(self) -> ReplyLog:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take_up(self) -> None:
        """Read what is there, cut a torn last line off, begin an empty file with its header."""
        lines = self.path.read_bytes().splitlines(keepends=True)
        good_bytes = 0
        for number, line in enumerate(lines, start=1):
            if number == len(lines) and not line.endswith(b"\n"):
                break
            self._read_line(line, number)
            good_bytes += len(line)
        os.truncate(self.path, good_bytes)
        if good_bytes == 0:
            self._write({"kind": KIND, "version": 1})

    def _read_line(self, line: bytes, number: int) -> None:
        try:
            entry = json.loads(line)
            if number == 1:
                if entry["kind"] != KIND:
                    raise KeyError("kind")
            else:
                self._remember(entry)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            remedy = (
                "move it away or choose another --out"
                if number == 1
                else "delete that line or restore the file"
            )
            raise DataError(f"{self.path} line {number} is no line of a log of replies; {remedy}") from error

    def _remember(self, entry: dict[str, Any]) -> None:  # Any: a line of JSON
        if "exemplars_of" in entry:
            self._chosen[entry["exemplars_of"]] = entry["exemplars"]
            return
        self.spent = Spent(*entry["spent"])
        if "key" in entry:
            self._replies[entry["key"]] = Reply(
                entry["text"],
                entry["finish_reason"],
                entry["tokens"],
                tuple((token, logprob) for token, logprob in entry.get("openings", ())),
            )

    def _append(self, entry: dict[str, Any]) -> None:
        self._write(entry)
        self._remember(entry)

    def _write(self, entry: dict[str, object]) -> None:
        try:
            append_only.append_lines(self._file, [entry])
        except OSError as error:
            raise cannot_write(self.path, error, REMEDY) from error
