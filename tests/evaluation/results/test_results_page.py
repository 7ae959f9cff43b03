from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest

from llamo.errors import DataError
from llamo.evaluation.results.cell_records import CellRecord
from llamo.evaluation.results.figures import as_published, label, number, seconds, with_interval
from llamo.evaluation.results.joining import join_properties
from llamo.evaluation.results.page import render
from llamo.evaluation.results.page_file import BEGIN, END, write_tables
from llamo.evaluation.results.quoted import QuotedFigures
from llamo.evaluation.results.report import DatasetReport, Report, read_report, write_report

SCORE = {
    "value": 0.4271,
    "low": 0.3731,
    "high": 0.469,
    "n_total": 60,
    "n_valid": 60,
    "over": "all",
    "unit": "",
}
MACHINE = {
    "processor": "Abacus",
    "cores": 1,
    "threads": 1,
    "memory_gb": 8,
    "system": "Linux",
    "python": "3.11",
}
CELL = CellRecord(
    "texts", "model", "the model", "sample", 60, "ok",
    commands=("llamo predict --out $OUT/a.jsonl",),
    evaluate="llamo evaluate $OUT/a.jsonl",
    predict_seconds=(93.0, 21.0),
    evaluate_seconds=(3.0, 2.9),
    model={"name": "tiny", "sha256": "0123456789abcdef"},
    machine=MACHINE,
    scores={"bleu-4": SCORE},
    against="copy",
    differences={"bleu-4": {"value": -0.02, "low": -0.03, "high": 0.01, "p": 0.2}},
)  # fmt: skip


def report(*cells: CellRecord) -> Report:
    dataset = DatasetReport(
        "texts", "Texts", "About.", "description", "strict", ("bleu-4",), "copy", 960, cells=cells
    )
    speed = {"title": "scoring", "cell": "texts/model/sample", "aim": 60.0}
    return Report("tiny", 60, "tiny", "0123456789abcdef", (dataset,), (speed,))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.4271, "", ".427"),
        (1.0, "", "1.000"),
        (0.0, "", ".000"),
        (0.9999, "", "1.000"),
        (12.346, "", "12.35"),
        (0.0157, "Hartree", "0.0157"),
        (None, "", "–"),
        (float("nan"), "", "–"),
    ],
)
def test_numbers(value, unit, text):
    assert number(value, unit) == text


def test_signs_units_times_and_intervals():
    assert number(-0.02, sign=True) == "-.020"
    assert number(0.02, sign=True) == "+.020"
    assert label("mae (homo)", "Hartree") == "MAE (homo), Hartree"
    assert [seconds(value) for value in (7.25, 75.2, 200.0)] == ["7.2 s", "75 s", "3.3 min"]
    assert [as_published(value) for value in (0.73, 0.0049, 1.0, None)] == [".73", ".0049", "1", "–"]
    assert as_published(0.006, "Hartree") == "0.006"
    assert with_interval(SCORE) == ".427 [.373, .469]"
    assert with_interval({**SCORE, "over": "valid", "n_valid": 40}) == ".427 [.373, .469] over 40 of 60"


def test_a_measured_row_has_interval_n_command_time_weights_and_machine():
    page = render(report(CELL), QuotedFigures())
    assert "| the model | measured (1) | 60 | .427 [.373, .469] |" in page
    assert (
        "# (1) the model: 60 rows, 93 s (21 s of processor time), then 3.0 s, weights tiny 0123456789ab"
        in page
    )
    assert "\nllamo predict --out $OUT/a.jsonl\nllamo evaluate $OUT/a.jsonl\n" in page
    assert "Measured on Abacus, 1 core, 8 GB, Linux, Python 3.11" in page
    assert "| the model | 60 | -.020 [-.030, +.010] |" in page
    assert "| scoring | 3.0 s | below 60 s | Abacus" in page


def test_a_model_behind_an_endpoint_has_a_name_and_no_hash():
    page = render(report(replace(CELL, model={"name": "gpt", "sha256": ""})), QuotedFigures())
    assert "then 3.0 s, endpoint's gpt\n" in page


def test_cells_of_two_machines_say_which():
    other = replace(CELL, system="copy", title="copy", machine={**MACHINE, "processor": "Slide rule"})
    page = render(report(CELL, other), QuotedFigures())
    assert "A: Abacus" in page
    assert "B: Slide rule" in page
    assert "machine B" in page


def test_a_failed_cell_has_no_figure():
    failed = replace(CELL, status="failed", reason="out of | memory", scores={}, differences={})
    page = render(report(failed), QuotedFigures())
    assert "| the model | – | – | failed: out of \\| memory |" in page
    assert "measured (1)" not in page


def test_results_json_goes_round_and_damage_is_told(tmp_path):
    write_report(tmp_path / "r.json", report(CELL))
    assert read_report(tmp_path / "r.json") == report(CELL)
    for text in ("{", "[]", '{"kind": "other"}', '{"kind": "llamo results"}'):
        (tmp_path / "r.json").write_text(text)
        with pytest.raises(DataError, match="again"):
            read_report(tmp_path / "r.json")
    with pytest.raises(DataError, match="llamo results"):
        read_report(tmp_path / "none.json")


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}{BEGIN}", f"{BEGIN}{BEGIN}{END}", f"{BEGIN}{END}{END}"])
def test_markers_have_to_be_there_once_and_in_order(tmp_path, text):
    (tmp_path / "page.md").write_text(text)
    with pytest.raises(DataError, match="once each"):
        write_tables(tmp_path / "page.md", "tables")
    assert (tmp_path / "page.md").read_text() == text


def test_answers_about_several_properties_are_joined(tmp_path):
    for name, said in (("homo", "-0.2"), ("gap", "0.3")):
        row = {"id": 7, "smiles": "C", "prediction": said, "reference": said, "error": ""}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n")
    join_properties({name: tmp_path / f"{name}.jsonl" for name in ("homo", "gap")}, tmp_path / "all.csv")
    rows = list(csv.DictReader((tmp_path / "all.csv").open(newline="")))
    assert [(row["id"], row["property"], row["prediction"]) for row in rows] == [
        ("7:homo", "homo", "-0.2"),
        ("7:gap", "gap", "0.3"),
    ]
