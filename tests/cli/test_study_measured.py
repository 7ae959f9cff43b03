"""`llamo study NAME` at tiny size, through the command line: all outputs, resumed, into a documentation page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llamo.cli.study_measured import SUMMARIES
from llamo.studies.catalogue import STUDIES, find_study
from llamo.studies.frame.writing import BEGIN, END


def test_every_study_has_a_command_and_a_page() -> None:
    assert set(SUMMARIES) == set(STUDIES)
    docs = Path(__file__).parents[2] / "docs" / "studies"
    for name in STUDIES:
        study = find_study(name)
        assert study.name == name
        page = (docs / f"{name}.md").read_text("utf-8")
        assert study.claim in page, "the page is a report of this study"
        assert f"llamo study {name}" in page
        for ablation, overrides in study.ablations.items():
            study.configure(study.tiers[0].overrides, overrides)  # raises where an entry names an unknown key
            assert ablation


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("overhead", ["--ablation", "encoder", "--ablation", "multilevel", "--ablation", "language model"]),
        ("oversmoothing", ["--ablation", "plain", "--set", "steps=0", "--set", "molecules=2"]),
    ],
)
def test_a_study_at_tiny_size(
    llamo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, more: list[str]
) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "nothing"))
    page = tmp_path / "page.md"
    page.write_text(f"# {name}\n{BEGIN}\n{END}\n")
    out = tmp_path / "out"
    arguments = ["study", name, "--budget", "0", "--out", out, *more]
    first = llamo(*arguments, "--page", page)
    assert first.code == 0, first.err
    summary = json.loads((out / f"{name}.json").read_text())
    assert f"{summary['verdict']}: {summary['reason']}" in first.out
    assert list(out.glob(f"{name}.*.csv"))
    assert {path.suffix for path in out.glob(f"{name}*.*g")} == {".png", ".svg"}
    assert summary["claim"] in page.read_text()
    cells = (out / "cells.jsonl").read_bytes()
    again = llamo(*arguments, "--json")
    assert json.loads(again.out)["verdict"] == summary["verdict"]
    assert (out / "cells.jsonl").read_bytes() == cells, "nothing is measured twice"


def test_what_is_wrong_is_said(llamo, tmp_path: Path) -> None:
    unknown = llamo("study", "overhead", "--out", tmp_path, "--set", "atmos=[5]")
    assert unknown.code == 2
    assert "atmos: unknown key" in unknown.err
    assert llamo("study", "overhead", "--out", tmp_path, "--ablation", "nosuch").code == 2
    assert not (tmp_path / "cells.jsonl").exists()
