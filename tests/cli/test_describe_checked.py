"""`llamo describe --check`, `--samples`, `--sure` and what `--retrieve` shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llamo.assistant.sureness_calibration import (
    CALIBRATION_FILE,
    Calibration,
    DescriptionCalibration,
    write_calibration,
)
from llamo.models.checkpoints import hash_of_checkpoint

CLAIM = "It is an alcohol. It is a steroid."


@pytest.fixture
def saying(monkeypatch):
    """Makes every model answer with one text: random weights claim nothing."""

    def say(text: str) -> None:
        from llamo.inference.engines import TransformersEngine

        monkeypatch.setattr(TransformersEngine, "generate", lambda _, batch, settings: [text] * len(batch))

    return say


def test_check_marks_claims_in_plain_signs(talk, saying):
    saying(CLAIM)
    result = talk("describe", "CCO", "--check")
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    assert lines[:2] == ["CCO", "It is an alcohol[✓]. It is a steroid[✗]."]
    assert lines[2].split() == ["✓", "supported", "'is", "an", "alcohol':", "1", "alcohol"]


def test_check_as_json_has_spans(talk, saying):
    saying(CLAIM)
    found = json.loads(talk("describe", "CCO", "--check", "--json").out)
    assert found["check"]["counts"] == {"supported": 1, "contradicted": 1, "not checkable": 0}
    assert [found["text"][one["start"] : one["end"]] for one in found["check"]["claims"]] == [
        "is an alcohol",
        "is a steroid",
    ]
    assert list(found) == ["input", "smiles", "text", "check", "model", "error"]


def test_samples_ask_again_where_the_structure_contradicts(talk, saying):
    saying(CLAIM)
    found = json.loads(talk("describe", "CCO", "--check", "--samples", "3", "--json").out)
    chosen = found["chosen_from"]
    assert chosen["candidates"][0]["text"] == CLAIM
    assert chosen["candidates"][0]["contradicted"] == 1
    assert len(chosen["candidates"]) == 3  # two more, which claim nothing
    assert found["text"] == chosen["candidates"][chosen["best"]]["text"] != CLAIM
    assert "chosen from 3 answers" in talk("describe", "CCO", "--check", "--samples", "3").out


def test_a_bad_molecule_among_good_ones_keeps_its_place(talk):
    result = talk("describe", "CCO", "nonsense", "CCN", "--check", "--json")
    objects = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 1
    assert ["check" in one for one in objects] == [True, False, True]


def test_sure_without_calibration_says_so(talk):
    result = talk("describe", "CCO", "--sure")
    assert result.code == 0, result.err
    assert "not calibrated for these weights" in result.out
    assert "agreement of 4 sampled answers" in result.out


def test_sure_with_calibration(llamo, talk, tiny_folder):
    greedy = ["--model", tiny_folder, "--max-new-tokens", "6"]
    path = Path(tiny_folder) / CALIBRATION_FILE
    fitted = DescriptionCalibration(n=9, slope=0.0, offset=0.0)
    write_calibration(Calibration(model_sha256=hash_of_checkpoint(tiny_folder), descriptions=fitted), path)
    try:
        found = json.loads(llamo("describe", "CCO", "--sure", "--json", *greedy).out)
        sampled = json.loads(talk("describe", "CCO", "--sure", "--json").out)
    finally:
        path.unlink()
    assert found["sureness"]["confidence"] == 0.5
    assert sampled["sureness"]["confidence"] is None
    assert found["sureness"]["similarity"] is None


def test_the_sources_are_shown(llamo, talk, saying, tmp_path: Path):
    (tmp_path / "known.tsv").write_text("smiles\ttext\nCCCO\tIt is a propanol, a primary alcohol.\n")
    options = ["--out", tmp_path / "bank", "--no-blocklist", "--workers", "1"]
    assert llamo("bank", "build", tmp_path / "known.tsv", *options).code == 0
    saying("It is a propanol, a primary alcohol.")
    retrieving = ["--retrieve", "1", "--bank", tmp_path / "bank"]
    (source,) = json.loads(talk("describe", "CCO", "--json", *retrieving).out)["sources"]
    assert (source["smiles"], source["is_copied"]) == ("CCCO", True)
    assert "the answer is a copy of this" in talk("describe", "CCO", *retrieving).out
    familiar = talk("describe", "CCO", "--sure", "--training", tmp_path / "bank")
    assert "similarity to the nearest training molecule" in familiar.out


@pytest.mark.parametrize(
    "options",
    [
        ["--samples", "3"],
        ["--check", "--samples", "17"],
        ["--check", "--samples", "0"],
        ["--check", "--check-seconds", "3"],
        ["--check", "--samples", "2", "--check-seconds", "0"],
        ["--training", "bank"],
    ],
)
def test_options_that_do_not_go_together(llamo, options):
    result = llamo("describe", "CCO", "--model", "not-looked-for", *options)
    assert result.code == 2
    assert result.err.startswith("error: ")
