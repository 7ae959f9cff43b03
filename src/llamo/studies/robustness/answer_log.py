"""The answers of probes on the disk, by the key of their question; see `llamo.studies.run_log`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from llamo.studies.robustness.question import Answer
from llamo.studies.run_log import RunLog

KIND = "llamo study robustness, answers"


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
        self._log = RunLog(path, settings, kind=KIND)

    def __contains__(self, key: str) -> bool:
        return key in self._log

    def __getitem__(self, key: str) -> Answer:
        return Answer(**self._log[key])

    def add(self, answers: Mapping[str, Answer]) -> None:
        """Write finished answers and wait until they are on the disk."""
        self._log.add({key: _filled(answer) for key, answer in answers.items()})

    def close(self) -> None:
        """Close the file and let the lock go."""
        self._log.close()

    def __enter__(self) -> AnswerLog:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _filled(answer: Answer) -> dict[str, object]:
    """Leave empty fields out."""
    return {name: value for name, value in vars(answer).items() if value not in (None, "")}
