"""The whole flow with real commands: a tiny model, a baseline, a failing cell; then resume, --only and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from tiny_results import config

from llamo.cli import main
from llamo.evaluation.results.cell_records import read_record
from llamo.evaluation.results.config import load_config
from llamo.evaluation.results.measuring import measure
from llamo.evaluation.results.page_file import BEGIN, END
from llamo.evaluation.results.report import read_report


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as leaving:
        main([str(argument) for argument in arguments])
    return int(leaving.value.code or 0)


def silent(*_: object) -> None:
    pass


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from llamo.testing.tiny import tiny_model

    folder = tmp_path_factory.mktemp("models") / "tiny"
    model, processor = tiny_model()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def finished(project: Path, tiny_folder: Path) -> Path:
    """The project after `llamo results`: `out/` is filled, and `page.md` has its tables."""
    (project / "config.yaml").write_text(yaml.safe_dump(config()))
    (project / "page.md").write_text(f"# Mine\n\n{BEGIN}\nold\n{END}\n\nBelow.\n")
    options = ("--out", project / "out", "--page", project / "page.md", "--model", tiny_folder)
    assert run("results", project / "config.yaml", *options) == 1  # one system fails
    return project


def cells(folder: Path) -> dict[str, object]:
    return {cell.name: cell for cell in read_report(folder / "out" / "results.json").cells}


def test_every_cell_is_told_and_a_failing_one_stops_nothing(finished):
    found = cells(finished)
    assert {name: cell.status for name, cell in found.items()} == {
        "texts/model/sample": "ok",
        "texts/banked/sample": "ok",
        "texts/broken/sample": "failed",
        "texts/elsewhere/sample": "not run",
        "texts/copy/sample": "ok",
        "texts/copy/all": "ok",
    }
    assert "k is 9999" in found["texts/broken/sample"].reason
    assert "LLAMO_NO_SUCH_KEY" in found["texts/elsewhere/sample"].reason
    assert found["texts/broken/sample"].scores == {}
    log = (finished / "out/logs/texts.broken.4.log").read_text("utf-8")
    assert "k is 9999" in log
    assert "# exit code 1" in log


def test_a_measured_figure_carries_all_it_depends_on(finished, tiny_folder):
    cell = cells(finished)["texts/model/sample"]
    assert cell.n == 4
    assert cell.model["name"] == "tiny"
    assert len(cell.model["sha256"]) == 64
    assert cell.machine["cores"] >= 1
    assert cell.predict_seconds[0] > 0
    score = cell.scores["bleu-4"]
    assert score["low"] <= score["value"] <= score["high"]
    assert (score["n_total"], cell.against, cell.differences["exact"]["value"]) == (4, "copy", 0.0)
    assert cell.commands[0].startswith(
        "llamo predict --task description --model tiny --in $OUT/inputs/texts.4.csv"
    )
    assert cells(finished)["texts/copy/all"].n > 4
    text = (finished / "out/results.json").read_text("utf-8")
    assert str(finished) not in text
    assert str(tiny_folder) not in text


def test_what_a_system_needs_is_made_before_it_and_shown(finished):
    cell = cells(finished)["texts/banked/sample"]
    before, command = cell.commands
    assert before.startswith("llamo bank build $LLAMO_DATA_DIR/description/texts.tsv.gz")
    (folder,) = (finished / "out/made").iterdir()
    assert before.endswith(f"--out $OUT/made/{folder.name}")
    assert f"--bank $OUT/made/{folder.name}" in command
    assert (folder / "manifest.json").is_file()


def test_figures_are_those_of_the_scores_file(finished):
    """The table's figures are what `llamo evaluate` wrote, no other code computes them."""
    cell = cells(finished)["texts/copy/all"]
    files = [path for path in (finished / "out/scores").glob("texts.copy.*.json") if ".4." not in path.name]
    assert cell.scores == json.loads(files[0].read_text("utf-8"))["scores"]


def test_quoted_figures_stand_on_the_page_alone(finished):
    page = (finished / "page.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert [line for line in rows if ".777" in line and "**quoted** from paper" in line]
    other = next(line for line in rows if ".888" in line)
    assert "other protocol: `molt5`; over valid answers only" in other
    assert not [line for line in rows if "measured" in line and "quoted" in line]
    for path in (finished / "out/results.json", finished / "page.json"):
        text = path.read_text("utf-8")
        assert "0.777" not in text
        assert "BigModel" not in text


def test_the_page_keeps_what_people_wrote_and_check_sees_a_change(finished, capsys, tmp_path):
    page, copy = finished / "page.md", tmp_path / "page.md"
    text = page.read_text("utf-8")
    assert text.startswith("# Mine\n")
    assert text.endswith(f"{END}\n\nBelow.\n")
    assert "\nold\n" not in text
    assert run("results", finished / "config.yaml", "--check", "--page", page) == 0
    copy.with_suffix(".json").write_bytes(page.with_suffix(".json").read_bytes())
    copy.write_text(text.replace("tiny model", "tiny modle"))
    assert run("results", finished / "config.yaml", "--check", "--page", copy) == 1
    assert "is not what" in capsys.readouterr().err


def test_resume_keeps_what_is_done_and_redoes_what_changed(finished, tiny_folder, monkeypatch):
    from llamo.evaluation.results import running

    ran: list[str] = []
    real = running.run_command
    monkeypatch.setattr(
        running, "run_command", lambda command, log: (ran.append(command.shown), real(command, log))[1]
    )
    loaded = load_config(finished / "config.yaml")
    how = {"model": str(tiny_folder), "say": silent, "on_cell": silent}
    before = cells(finished)
    measure(loaded, finished / "out", resume=True, only=["copy", "broken"], **how)
    assert [shown for shown in ran if "9999" not in shown] == []  # the failed cell alone is tried again
    assert cells(finished)["texts/model/sample"] == before["texts/model/sample"]
    ran.clear()
    (finished / "out/predictions/texts.copy.4.jsonl").write_text("spoilt\n")
    measure(loaded, finished / "out", resume=True, only=["texts/copy"], **how)
    assert [shown.split()[1] for shown in ran] == ["baseline", "evaluate"]
    assert cells(finished)["texts/copy/sample"].status == "ok"


def test_bad_usage(finished, capsys):
    config_file = finished / "config.yaml"
    for options, said in (
        ((), "--out"),
        (("--check",), "--check goes with --page"),
        (("--out", finished / "other", "--only", "nothing"), "--only nothing selects nothing"),
    ):
        assert run("results", config_file, *options) == 2
        assert said in capsys.readouterr().err
    page = finished / "bare.md"
    page.write_text("no markers\n")
    page.with_suffix(".json").write_bytes((finished / "page.json").read_bytes())
    assert run("results", config_file, "--check", "--page", page) == 1
    assert "has not the two lines" in capsys.readouterr().err


def test_a_missing_source_fails_its_data_set_only(project, tmp_path):
    values = config()
    gone = {"name": "gone", "layout": "description", "file": "description/gone.tsv.gz", "task": "description"}
    values["datasets"].append({**values["datasets"][0], "name": "gone", "input": {"source": gone}})
    values["datasets"] = values["datasets"][::-1]
    (project / "gone.yaml").write_text(yaml.safe_dump(values))
    loaded = load_config(project / "gone.yaml")
    report = measure(loaded, tmp_path / "out", only=["gone", "broken"], say=silent, on_cell=silent)
    by_name = {dataset.name: dataset for dataset in report.datasets}
    assert "gone.tsv.gz" in by_name["gone"].failure
    assert [cell.status for cell in by_name["texts"].cells if cell.system == "broken"] == ["failed"]


def heed_interrupts() -> None:
    """Undo what a shell does to commands in the background: they ignore Ctrl-C, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_the_command_in_hand_and_leaves_a_sound_folder(project, tiny_folder, tmp_path):
    (project / "config.yaml").write_text(yaml.safe_dump(config()))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "llamo.cli", "results", project / "config.yaml", "--out", out]
    process = subprocess.Popen(
        [*map(str, command), "--only", "texts/copy"],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
        preexec_fn=heed_interrupts,
    )
    log = out / "logs/texts.copy.4.log"
    deadline = time.monotonic() + 120
    while not log.is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 130
    assert "run again with --resume" in said
    record = read_record(out / "cells/texts.copy.4.json")
    assert record is not None
    assert record.status == "started"
    assert not (out / "results.json").exists()
    assert not list(out.rglob("*.tmp"))
    report = measure(
        load_config(project / "config.yaml"),
        out,
        only=["texts/copy"],
        resume=True,
        say=silent,
        on_cell=silent,
    )
    assert {cell.status for cell in report.cells if cell.system == "copy"} == {"ok"}
