"""`llamo explain` and `llamo study attribution` from end to end on a tiny model."""

from __future__ import annotations

import csv
import dataclasses
import json

import pytest

from llamo.studies.attribution.measuring import Measured

ASPIRIN = "OC(=O)c1ccccc1OC(C)=O"
ANSWER = "The molecule is an acid."


@pytest.fixture
def explain(llamo, tiny_folder):
    return lambda *arguments: llamo("explain", "--model", tiny_folder, *arguments)


def test_explain_prints_what_a_word_rests_on(explain):
    result = explain(ASPIRIN, "--answer", ANSWER, "--word", "Acid")
    assert result.code == 0, result.err
    shown = {line[:18].strip(): line[20:] for line in result.out.splitlines()}
    assert shown["SMILES"] == "CC(=O)Oc1ccccc1C(=O)O"
    assert shown["explained"] == "'acid', by gradients, in nats"
    assert shown["answer"] == ANSWER
    assert shown["by word"].startswith("The ")
    assert shown["strongest atoms"].count(",") == 4


@pytest.mark.parametrize("method", ["gradients", "attention", "occlusion"])
def test_explain_json(explain, method):
    result = explain("OCC", "--answer", ANSWER, "--method", method, "--json")
    found = json.loads(result.out)
    assert result.code == 0
    assert (found["input"], found["smiles"], found["word"], found["error"]) == ("OCC", "CCO", None, "")
    assert [atom["symbol"] for atom in found["atoms"]] == ["C", "C", "O"]
    assert len(found["levels"]) == 3
    assert [word["text"] for word in found["words"]] == ["The", "molecule", "is", "an", "acid"]


def test_explain_lets_the_model_answer(explain):
    options = ("--max-new-tokens", "6", "--temperature", "1")
    first = json.loads(explain("CCO", "--question", "Is it an acid?", *options, "--json").out)
    assert first["question"] == "Is it an acid?"
    assert first["answer"]
    assert (
        first["answer"]
        == json.loads(explain("CCO", "--question", "Is it an acid?", *options, "--json").out)["answer"]
    )


@pytest.mark.parametrize(
    ("name", "begins"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("new/a.HTML", b"<!doctype html>")]
)
def test_explain_writes_pictures(explain, tmp_path, name, begins):
    result = explain(ASPIRIN, "--answer", ANSWER, "--word", "acid", "--out", tmp_path / name)
    assert result.code == 0, result.err
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert str(tmp_path / name) in result.err


def test_explain_names_the_words_there_are(explain):
    result = explain("CCO", "--answer", ANSWER, "--word", "ketone")
    assert (result.code, result.out) == (1, "")
    assert "'ketone'; choose one of these: The, molecule, is, an, acid" in result.err
    as_json = explain("CCO", "--answer", ANSWER, "--word", "ketone", "--json")
    assert as_json.code == 1
    assert "molecule, is, an" in json.loads(as_json.out)["error"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("CCO", "--method", "magic"), 2, "gradients, attention, occlusion"),
        (("CCO", "--out", "a.pdf"), 2, ".png, .svg, .html"),
        (("CCO", "--view", "sideways"), 2, "sideways"),
        (("nonsense",), 1, "nonsense"),
    ],
)
def test_explain_refuses_before_a_model_is_looked_for(llamo, arguments, code, says):
    result = llamo("explain", *arguments, "--model", "not-looked-for")
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert result.err.count("\n") == 1


def test_explain_needs_a_view_with_the_graph(explain):
    result = explain("CCO", "--answer", ANSWER, "--view", "smiles")
    assert result.code == 2
    assert "no graph tokens" in result.err


def test_the_command_writes_everything_and_goes_on_where_it_was(llamo, tiny_folder, tmp_path) -> None:
    table = tmp_path / "molecules.smi"
    table.write_text("CCO\nCC(=O)Oc1ccccc1C(=O)O\nc1ccc2ccccc2c1\nCCCCCCCCCCCC\n")
    command = (
        "study", "attribution", "--model", tiny_folder, "--data", table, "--no-blocklist", "--limit", "2",
        "--out", tmp_path, "--draws", "2", "--steps", "1", "--occlusion", "1", "--randomised", "1",
        "--max-new-tokens", "24", "--json",
    )  # fmt: skip
    first = llamo(*command)
    assert first.code == 0, first.err
    report = json.loads(first.out)
    assert report["probe"] == "attribution"
    assert report["without_answer"] < 3
    measured = (tmp_path / "molecules.jsonl").read_text("utf-8").splitlines()[1:]
    done = [entry for entry in map(json.loads, measured) if "answer" in entry]
    assert {field.name for field in dataclasses.fields(Measured)} | {"key"} == set(done[0])
    rows = list(csv.DictReader((tmp_path / "attribution.csv").open()))
    assert [line["smiles"] for line in rows] == [entry["smiles"] for entry in done]
    assert float(rows[0]["gradients, 10 %"]) == pytest.approx(done[0]["lost"]["gradients"]["10 %"], abs=1e-5)
    assert "| random atoms | nats lost, 10 % |" in (tmp_path / "attribution.md").read_text("utf-8")
    assert (tmp_path / "attribution.png").read_bytes().startswith(b"\x89PNG")
    again = llamo(*command)
    assert json.loads(again.out)["figures"] == report["figures"]
    assert (tmp_path / "molecules.jsonl").read_text("utf-8").splitlines()[1:] == measured
    other = llamo(*command[:-1], "--steps", "2")
    assert other.code == 2
    assert "steps was 1 and is 2" in other.err
