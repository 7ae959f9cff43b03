from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from llamo.cli import main


class Result(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny model on disk. Untrained greedy decoding repeats white space, so the tests sample."""
    from llamo.testing.tiny import tiny_model

    folder = tmp_path_factory.mktemp("models") / "tiny"
    model, processor = tiny_model()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return str(folder)


@pytest.fixture
def llamo(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in this process."""

    def run(*arguments: str | Path) -> Result:
        with pytest.raises(SystemExit) as leaving:
            main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Result(int(leaving.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def talk(llamo: Run, tiny_folder: str) -> Run:
    """Runs a talking command with the tiny model and few tokens."""

    def run(command: str, *arguments: str | Path) -> Result:
        return llamo(
            command, "--model", tiny_folder, "--max-new-tokens", "6", "--temperature", "1", *arguments
        )

    return run
