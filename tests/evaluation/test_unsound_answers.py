"""Answers as models give them: prose around numbers and SMILES, silence, nonsense. Nothing leaves a denominator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from golden_scores import FOLDER

from llamo.data.tasks.catalogue import TASKS
from llamo.errors import InputError
from llamo.evaluation.claim_metrics import claim_metrics
from llamo.evaluation.classification_metrics import classification_metrics
from llamo.evaluation.evaluating import Evaluation, evaluate_file
from llamo.evaluation.molecule_metrics import molecule_metrics, top_k_metrics
from llamo.evaluation.name_metrics import name_distance, name_to_structure
from llamo.evaluation.number_metrics import number_metrics
from llamo.evaluation.text_metrics import text_metrics

MINUS = "\N{MINUS SIGN}"


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps({"error": ""} | row) + "\n" for row in rows), "utf-8")
    return path


def values(result: Evaluation) -> dict[str, float]:
    return {name: score.value for name, score in result.scores.items()}


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("about -0.23 Ha", -0.23),
        ("The HOMO energy is -0.23 Hartree.", -0.23),
        ("0.25eV", 0.25),
        ("1e-3", 0.001),
        ("1.5E-3 Ha", 0.0015),
        ("2.5 x 10^-3", 0.0025),
        (f"{MINUS}0.23", -0.23),
        (f"-2.3e{MINUS}1", -0.23),
        ("1,234.5", 1234.5),
        ("12,345", 12345.0),
        ("0,25", 0.25),
        ("between -0.1 and 0.2", -0.1),
        ("-0.23 (-6.26 eV)", -0.23),
        ("+0.5", 0.5),
    ],
)
def test_numbers_are_read_by_the_documented_rules(tmp_path, answer, number):
    rows = [{"prediction": answer, "reference": repr(number)}, {"prediction": "0", "reference": 0}]
    found = values(evaluate_file(write(tmp_path / "p.jsonl", rows), "property", resamples=5))
    assert (found["mae"], found["parse-rate"]) == (pytest.approx(0, abs=1e-12), 1.0)


@pytest.mark.parametrize(
    "answer", ["", "  ", "unknown", "nan", "inf", "-Infinity", "1e999", "1e200", "C6H6", float("nan")]
)
def test_what_is_no_number_is_charged_the_largest_error_of_a_guess(tmp_path, answer):
    """References 0 to 10: beside a right answer, silence about the 2 costs 8."""
    rows = [
        {"prediction": answer, "reference": "2"},
        {"prediction": "0", "reference": "0"},
        {"prediction": "10", "reference": "10"},
    ]
    found = evaluate_file(write(tmp_path / "p.jsonl", rows), "property", resamples=5)
    assert values(found)["mae"] == pytest.approx(8 / 3)
    assert values(found)["rmse"] == pytest.approx((64 / 3) ** 0.5)
    assert values(found)["parse-rate"] == pytest.approx(2 / 3)
    official = evaluate_file(tmp_path / "p.jsonl", "property", "mol-instructions", resamples=5)
    assert values(official)["mae"] == 0.0
    assert {one.name: (one.over, one.n_valid) for one in official.metrics}["mae"] == ("valid", 2)


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        ("forward_reaction", "The product is CC(=O)OCC."),
        ("forward_reaction", "I think `CC(=O)OCC`, but I am not sure"),
        ("forward_reaction", "CC(=O)O.OCC>>CC(=O)OCC"),
        ("retrosynthesis", "Use CC(=O)OCC, please."),
        ("reagent", "One takes **CC(=O)OCC**"),
    ],
)
def test_smiles_are_found_in_sentences(tmp_path, task, answer):
    if task == "retrosynthesis":
        answer = answer.replace("please", "then wait")
    rows = [{"prediction": answer, "reference": "CCOC(C)=O"}]
    found = values(evaluate_file(write(tmp_path / "p.jsonl", rows), task, resamples=5))
    assert (found["exact"], found["validity"]) == (1.0, 1.0)


@pytest.mark.parametrize("task", sorted(set(TASKS) - {"property", "energies"}))
def test_a_row_without_an_answer_never_improves_strict(task, tmp_path, monkeypatch):
    """To each file an error row and an empty one are added: no score gets better, and both are counted."""
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    rows = [json.loads(line) for line in (FOLDER / f"{task}.jsonl").read_text("utf-8").splitlines()]
    good = [row for row in rows if row["prediction"] and not row["error"]]
    silent = [
        good[0] | {"prediction": "", "error": "why", "id": "e"},
        good[1] | {"prediction": " ", "id": "f"},
    ]
    silent = [
        {name: value for name, value in row.items() if name not in ("score", "candidates")} for row in silent
    ]
    before = evaluate_file(write(tmp_path / "a.jsonl", good), task, resamples=5)
    after = evaluate_file(write(tmp_path / "b.jsonl", good + silent), task, resamples=5)
    assert after.to_dict()["n_errors"] == 1
    assert after.to_dict()["n_empty"] == 1
    for metric in after.metrics:
        if "(" not in metric.name:
            assert metric.n_total == len(good) + 2
        if metric.over == "valid" or metric.name.startswith("claims-"):
            continue
        old, new = before.scores[metric.name].value, after.scores[metric.name].value
        assert new >= old - 1e-9 if metric.is_better_lower else new <= old + 1e-9, metric.name


def test_silence_about_a_number_never_improves_strict(tmp_path):
    """In place of any guess within the range of the references, the wildest ones included."""
    rows = [
        {"prediction": str(said), "reference": str(true)} for said, true in ((0, 10), (10, 0), (3, 5), (9, 1))
    ]
    before = evaluate_file(write(tmp_path / "a.jsonl", rows), "property", resamples=5)
    for place in range(len(rows)):
        silent = [row | {"prediction": "" if row is rows[place] else row["prediction"]} for row in rows]
        after = evaluate_file(write(tmp_path / "b.jsonl", silent), "property", resamples=5)
        for metric in after.metrics:
            old, new = before.scores[metric.name].value, after.scores[metric.name].value
            assert metric.n_total == len(rows)
            assert new >= old - 1e-9 if metric.is_better_lower else new <= old + 1e-9, metric.name


def test_strict_has_no_score_over_the_valid_that_it_does_not_name_so(tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    for task in TASKS:
        found = evaluate_file(FOLDER / f"{task}.jsonl", task, resamples=5)
        assert all(metric.name.endswith("-valid") for metric in found.metrics if metric.over == "valid")


@pytest.mark.parametrize(
    "metrics",
    [
        lambda said, true: text_metrics(said, true, tokenize=str.split),
        lambda said, true: molecule_metrics(said, true),
        lambda said, true: top_k_metrics([[one] for one in said], true),
        lambda said, true: number_metrics([1.0] * len(said), [1.0] * len(true)),
        lambda said, true: classification_metrics([True] * len(said), [True] * len(true)),
        lambda said, true: claim_metrics(said, true),
        name_distance,
        name_to_structure,
    ],
)
def test_unequal_lengths_and_nothing_at_all_are_refused(metrics):
    for said, true in ((["C"], ["C", "C"]), (["C", "C"], ["C"]), ([], [])):
        with pytest.raises(InputError, match=f"{len(said)} predictions and {len(true)} references"):
            metrics(said, true)


def test_auroc_is_never_computed_from_text(tmp_path, llamo):
    rows = [{"prediction": one, "reference": one} for one in ("Yes", "No", "Yes", "No")]
    found = evaluate_file(write(tmp_path / "p.jsonl", rows), "classification", resamples=5)
    assert {one.name for one in found.refused} == {"auroc", "auprc"}
    assert values(found) == {"accuracy": 1.0, "parse-rate": 1.0}
    result = llamo("evaluate", tmp_path / "p.jsonl", "--task", "classification")
    assert "auroc       refused: it needs a score a row" in result.out
    assert "llamo predict --task classification" in result.out


def test_several_properties_at_once_each_with_its_unit(tmp_path, llamo):
    """As `llamo predict --property-column` writes them; by hand: errors of .01, .02, .03 Hartree and of 1 log mol/L."""
    rows = [
        {"asked": name, "prediction": f"about {true + error:.2f} Ha", "reference": true}
        for name, true, error in (("homo", -0.2, 0.01), ("lumo", 0.1, -0.02), ("gap", 0.3, 0.03))
    ]
    path = write(tmp_path / "p.jsonl", rows)
    record = tmp_path / "p.jsonl.predict.json"
    record.write_text(
        json.dumps({"property_column": "asked", "model": "m", "model_sha256": "0a", "output_sha256": "1"})
    )
    assert llamo("evaluate", path, "--task", "property", "--json", tmp_path / "s.json").code == 0
    report = json.loads((tmp_path / "s.json").read_text("utf-8"))
    found = {
        name: (one["value"], one["unit"]) for name, one in report["scores"].items() if name.startswith("mae")
    }
    assert found == {
        "mae": (pytest.approx(0.02), "Hartree"),
        "mae (homo)": (pytest.approx(0.01), "Hartree"),
        "mae (lumo)": (pytest.approx(0.02), "Hartree"),
        "mae (gap)": (pytest.approx(0.03), "Hartree"),
    }
    origin = report["predictions"]
    assert (origin["model"], origin["model_sha256"], origin["is_as_written"]) == ("m", "0a", False)
    write(path, [*rows, {"asked": "esol", "prediction": "-2 log mol/L", "reference": -3}])
    assert llamo("evaluate", path, "--task", "property", "--json", tmp_path / "s.json").code == 0
    scores = json.loads((tmp_path / "s.json").read_text("utf-8"))["scores"]
    assert (scores["mae (esol)"]["value"], scores["mae (esol)"]["unit"]) == (1.0, "log mol/L")
    assert "mae" not in scores  # no mean over different units
