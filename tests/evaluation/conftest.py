from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from llamo.cli import main
from llamo.evaluation.wordnet import WORDNET_FILE
from llamo.evaluation.wordpiece import VOCABULARY_FILE


class Result(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def llamo(capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Runs the command line in this process."""

    def run(*arguments: str | Path) -> Result:
        with pytest.raises(SystemExit) as leaving:
            main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Result(int(leaving.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def molt5_data(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder with SciBERT's vocabulary and WordNet, for tests that compare with the real ones."""
    folder = Path(os.environ.get("LLAMO_DATA_DIR") or "nowhere")
    missing = [name for name in (VOCABULARY_FILE, WORDNET_FILE) if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"{' and '.join(missing)} are not in LLAMO_DATA_DIR")
    monkeypatch.setenv("LLAMO_CACHE_DIR", str(cache_folder))
    return folder
