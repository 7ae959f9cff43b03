from __future__ import annotations

import csv
import gzip
import json

import pytest


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("smiles,name\nOCC,ethanol\nnonsense,\nC,methane\n")
    return path


def test_predict_writes_a_table(talk, table, tmp_path):
    result = talk(
        "predict", "--task", "iupac", "--in", table, "--out", tmp_path / "out.csv", "--target-column", "name"
    )
    rows = list(csv.DictReader((tmp_path / "out.csv").open(newline="")))
    assert result.code == 0
    assert result.out == ""
    assert "3 rows, 1 of them with an error" in result.err
    assert [row["reference"] for row in rows] == ["ethanol", "", "methane"]
    assert [bool(row["error"]) for row in rows] == [False, True, False]
    assert rows[0]["prediction"]


def test_predict_summary_as_json(talk, table, tmp_path):
    out = tmp_path / "out.parquet"
    result = talk("predict", "--task", "description", "--in", table, "--out", out, "--json")
    assert json.loads(result.out) == {"output": str(out), "num_rows": 3, "num_errors": 1, "num_resumed": 0}


def test_resume_is_told(talk, table, tmp_path):
    out = tmp_path / "out.jsonl"
    for resumed in (0, 3):
        result = talk("predict", "--task", "description", "--in", table, "--out", out, "--resume", "--json")
        assert json.loads(result.out)["num_resumed"] == resumed


def test_no_row_at_all_is_exit_code_1_and_loads_no_model(llamo, tmp_path):
    (tmp_path / "in.smi").write_text("xx\nC1CC\n")
    out = tmp_path / "out.jsonl"
    model = tmp_path / "no-weights"
    model.mkdir()
    (model / "config.json").write_text("{}")
    result = llamo(
        "predict", "--task", "description", "--in", tmp_path / "in.smi", "--out", out, "--model", model
    )
    assert result.code == 1
    assert len(out.read_text().splitlines()) == 2


BAD = {
    "missing file": ("nosuch.csv", None, [], 1, "does not exist"),
    "empty file": ("a.csv", b"", [], 1, "is empty"),
    "no rows": ("a.csv", b"smiles\n", [], 1, "no rows"),
    "truncated gzip": ("a.csv.gz", gzip.compress(b"smiles\n" + b"CCO\n" * 999)[:-9], [], 1, "truncated gzip"),
    "no smiles column": ("a.csv", b"x,y\nC,C\n", [], 1, "--smiles-column"),
    "column not there": ("a.csv", b"smiles\nC\n", ["--smiles-column", "mol"], 1, "'mol'"),
    "target not there": ("a.csv", b"smiles\nC\n", ["--target-column", "y"], 1, "'y'"),
    "unknown suffix": ("a.xlsx", b"x", [], 2, ".xlsx"),
    "unknown task": ("a.csv", b"smiles\nC\n", ["--task", "poetry"], 2, "poetry"),
    "unknown model": ("a.csv", b"smiles\nC\n", ["--model", "no-model"], 1, "no-model"),
    "first bad row": ("a.csv", b"smiles\nxx\n", ["--on-invalid", "fail"], 1, "row 1"),
}


@pytest.mark.parametrize(("name", "content", "options", "code", "said"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_line_an_exit_code_and_no_output(
    llamo, tmp_path, name, content, options, code, said
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = sorted(tmp_path.iterdir())
    result = llamo(
        "predict", "--task", "description", "--in", tmp_path / name, "--out", tmp_path / "out.csv", *options
    )
    assert result.code == code
    assert result.err.startswith("error: ")
    assert result.err.count("\n") == 1
    assert said in result.err
    assert sorted(tmp_path.iterdir()) == before
