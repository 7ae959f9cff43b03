from __future__ import annotations

import shlex
import sys
from pathlib import Path

from llamo.evaluation.results.commands import display, fill, without_paths


def test_what_is_run_and_what_is_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "data"))
    out = tmp_path / "with blank"
    values = {
        "input": out / "inputs/a.csv",
        "data": tmp_path / "data",
        "model": str(tmp_path / "models" / "mine"),
    }
    template = "llamo predict --in $input --bank $data/b.tsv --question 'Is it an acid?' --model $model"
    command = fill(template, values, out)
    assert command.words[:4] == (sys.executable, "-m", "llamo.cli", "predict")
    assert command.words[4:10] == (
        "--in", f"{out}/inputs/a.csv", "--bank", f"{tmp_path}/data/b.tsv", "--question", "Is it an acid?",
    )  # fmt: skip
    assert command.shown == (
        "llamo predict --in $OUT/inputs/a.csv --bank $LLAMO_DATA_DIR/b.tsv --question 'Is it an acid?' --model mine"
    )
    assert str(tmp_path) not in command.shown
    assert shlex.split(command.shown)[-3] == "Is it an acid?"
    assert command.is_predict


def test_an_option_for_one_run_is_not_shown(tmp_path):
    command = fill("llamo predict --in x", {}, tmp_path).with_option("--resume")
    assert command.words[-1] == "--resume"
    assert "--resume" not in command.shown


def test_machine_paths_are_taken_out_of_messages(tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "data"))
    message = f"input {tmp_path}/out/a.csv and {tmp_path}/data/b, but {tmp_path}/outside stays"
    assert without_paths(message, tmp_path / "out") == (
        f"input $OUT/a.csv and $LLAMO_DATA_DIR/b, but {tmp_path}/outside stays"
    )
    assert display(Path("runs/x"), tmp_path) == "runs/x"
