"""`--retrieve` and `--bank`: options that every talking command has."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

KNOWN = "smiles\ttext\nCCO\tIt is an alkyl alcohol.\nCCCO\tIt is a propanol.\n"


@pytest.fixture
def bank(llamo, tmp_path: Path) -> Path:
    (tmp_path / "known.tsv").write_text(KNOWN)
    folder = tmp_path / "bank"
    options = ["--out", folder, "--no-blocklist", "--workers", "1"]
    assert llamo("bank", "build", tmp_path / "known.tsv", *options).code == 0
    return folder


@pytest.mark.parametrize("options", [["--retrieve", "1"], ["--bank", "there"], ["--retrieve", "-1"]])
def test_options_that_do_not_go_together_are_refused_before_a_model_is_loaded(llamo, options) -> None:
    result = llamo("describe", "CCO", "--model", "not-there", *options)
    assert result.code == 2
    assert "--retrieve" in result.err


def test_a_folder_that_is_no_bank_is_refused_with_the_command_that_makes_one(llamo, tmp_path: Path) -> None:
    result = llamo("describe", "CCO", "--model", "not-there", "--retrieve", "1", "--bank", tmp_path)
    assert result.code == 1
    assert "llamo bank build" in result.err


def test_describe_with_a_bank(talk, bank: Path) -> None:
    informed = talk("describe", "CCCCO", "--json", "--retrieve", "2", "--bank", bank)
    assert informed.code == 0, informed.err
    assert json.loads(informed.out)["text"] != json.loads(talk("describe", "CCCCO", "--json").out)["text"]


def test_chat_shows_its_sources(talk, bank: Path, monkeypatch) -> None:
    options = ["CCCCO", "--retrieve", "1", "--bank", bank]
    monkeypatch.setattr("sys.stdin", io.StringIO("Is it pretty?\n"))
    turn = json.loads(talk("chat", *options, "--json").out)
    assert [source["text"] for source in turn["sources"]] == ["It is a propanol."]
    assert isinstance(turn["claims"], list)
    monkeypatch.setattr("sys.stdin", io.StringIO("Is it pretty?\n"))
    assert talk("chat", *options).out.splitlines()[-1].startswith("similarity 0.")


def test_predict_writes_down_what_was_retrieved_from(talk, bank: Path, tmp_path: Path) -> None:
    (tmp_path / "in.smi").write_text("CCCCO\nnonsense\n")
    out = tmp_path / "out.jsonl"
    options = ["--retrieve", "1", "--bank", bank, "--exclude-self"]
    result = talk("predict", "--task", "description", "--in", tmp_path / "in.smi", "--out", out, *options)
    assert result.code == 0, result.err
    retrieval = json.loads((tmp_path / "out.jsonl.predict.json").read_text())["retrieval"]
    assert (retrieval["k"], retrieval["exclude_self"], retrieval["ranked"]) == (1, True, False)
    assert len(retrieval["bank_manifest_sha256"]) == 64


def test_predict_writes_down_that_it_was_ranked(talk, llamo, tmp_path: Path) -> None:
    rings = [
        f"c1cc{atom}cc1{'C' * length}{end}" for atom in "cn" for length in range(1, 16) for end in ("O", "N")
    ]
    table = tmp_path / "rings.tsv"
    table.write_text(
        "smiles\ttext\n" + "".join(f"{one}\tIt is ring {n} of many.\n" for n, one in enumerate(rings))
    )
    bank = tmp_path / "rings"
    assert llamo("bank", "build", table, "--no-blocklist", "--rank", "--out", bank).code == 0
    (tmp_path / "in.smi").write_text("c1cc(CC)ccc1CO\n")
    asked = [
        "predict",
        "--task",
        "description",
        "--in",
        tmp_path / "in.smi",
        "--retrieve",
        "1",
        "--bank",
        bank,
    ]
    assert talk(*asked, "--ranked", "--out", tmp_path / "out.jsonl").code == 0
    assert json.loads((tmp_path / "out.jsonl.predict.json").read_text())["retrieval"]["ranked"] is True


def test_a_text_is_shown_whole_where_it_is_to_be_followed(talk, llamo, tmp_path: Path) -> None:
    text = " ".join(f"It is sentence {number} of a long text." for number in range(16))
    (tmp_path / "long.tsv").write_text(f"smiles\ttext\nCCCO\t{text}\n")
    bank = tmp_path / "bank"
    assert llamo("bank", "build", tmp_path / "long.tsv", "--no-blocklist", "--out", bank).code == 0
    options = ["CCCCO", "--json", "--retrieve", "1", "--bank", bank]
    (cut,) = json.loads(talk("describe", *options).out)["sources"]
    followed = talk("describe", *options, "--copy-bias", "4")
    assert followed.code == 0, followed.err
    (whole,) = json.loads(followed.out)["sources"]
    assert len(cut["text"]) <= 420 < len(text)
    assert whole["text"] == text


def test_bank_attach(llamo, tmp_path: Path) -> None:
    table = tmp_path / "texts.tsv"
    rows = [f"{'C' * n}O\tIt is the alcohol with {n} carbon atoms and a chain.\n" for n in range(2, 9)]
    table.write_text("smiles\ttext\n" + "".join(rows))
    recipe = tmp_path / "recipe.yaml"
    source = f"{{name: texts, layout: description, file: {table}, task: description}}"
    recipe.write_text(f"name: tiny\nseed: 0\nvalidation_permille: 0\nsources:\n  - {source}\n")
    assert llamo("prepare", recipe, "--out", tmp_path / "shards", "--workers", "1").code == 0
    result = llamo("bank", "attach", tmp_path / "shards", "--workers", "1", "--json")
    assert result.code == 0, result.err
    assert json.loads(result.out) == {"train": 7, "validation": 0}
