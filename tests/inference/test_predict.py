from __future__ import annotations

import csv
import json
import logging

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from echo import EchoEngine, predict

from llamo.errors import DataError, InvalidMoleculeError, UsageError
from llamo.evaluation.predictions import read_predictions

SMILES = ["OCC", "nonsense", "c1ccccc1", "", "CCCCCC", "CC>>C", "C" * 5000, "[Na+].[Cl-]"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,smiles,name\n" + "".join(f"{i},{smiles},n{i}\n" for i, smiles in enumerate(SMILES)))
    return path


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_row_has_an_answer_or_a_reason_in_order(table, tmp_path):
    out = tmp_path / "out.jsonl"
    summary = predict(table, out, target_column="name", batch_size=2)
    rows = read(out)
    assert (summary.num_rows, summary.num_errors, summary.num_resumed) == (8, 4, 0)
    assert [list(row) for row in rows] == [["id", "smiles", "name", "prediction", "reference", "error"]] * 8
    assert [row["id"] for row in rows] == [str(i) for i in range(8)]
    assert [row["smiles"] for row in rows] == SMILES
    assert [bool(row["error"]) for row in rows] == [False, True, False, True, False, True, True, False]
    assert all(bool(row["prediction"]) != bool(row["error"]) for row in rows)
    assert rows[0]["prediction"] == "CCO | Describe this molecule."
    assert rows[0]["reference"] == "n0"
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "in.csv",
        "out.jsonl",
        "out.jsonl.predict.json",
    ]


def test_outputs_in_all_formats_say_the_same(table, tmp_path):
    for suffix in ("jsonl", "csv", "parquet"):
        predict(table, tmp_path / f"out.{suffix}")
    expected = read(tmp_path / "out.jsonl")
    with (tmp_path / "out.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == expected
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected


def test_without_a_target_there_is_no_reference(table, tmp_path):
    predict(table, tmp_path / "out.jsonl")
    assert "reference" not in read(tmp_path / "out.jsonl")[0]


def test_parquet_columns_keep_their_types(tmp_path):
    source = pa.table({"smiles": ["CCO"], "gap": pa.array([0.25], pa.float32()), "ids": [[1, 2]]})
    pq.write_table(source, tmp_path / "in.parquet")
    predict(tmp_path / "in.parquet", tmp_path / "out.parquet", task="property", target_column="gap")
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.schema.field("gap").type == pa.float32()
    assert out.to_pylist()[0] == {
        "smiles": "CCO",
        "gap": 0.25,
        "ids": [1, 2],
        "prediction": "CCO | What is the HOMO-LUMO gap of this molecule in Hartree?",
        "reference": "0.25",
        "error": "",
    }


def test_input_columns_make_way_for_added_ones(tmp_path, caplog):
    (tmp_path / "in.csv").write_text("smiles,prediction,error,input_error\nCCO,p,e,x\n")
    with caplog.at_level(logging.WARNING):
        predict(tmp_path / "in.csv", tmp_path / "out.csv")
    row = next(csv.DictReader((tmp_path / "out.csv").open()))
    assert list(row) == [
        "smiles",
        "input_prediction",
        "input_input_error",
        "input_error",
        "prediction",
        "error",
    ]
    assert (row["input_prediction"], row["input_input_error"], row["input_error"]) == ("p", "e", "x")
    assert "'error' is written as 'input_input_error'" in caplog.text


def test_columns_that_evaluation_takes_for_answers_make_way_too(tmp_path):
    """A column `score` keeps its values under another name, though this task writes none of its own."""
    (tmp_path / "in.csv").write_text("smiles,score,candidates,reference\nCCO,-7.3,A;B,J. Chem. 1\n")
    predict(tmp_path / "in.csv", tmp_path / "out.csv")
    row = next(csv.DictReader((tmp_path / "out.csv").open()))
    assert (row["input_score"], row["input_candidates"]) == ("-7.3", "A;B")
    assert "score" not in row
    assert row["reference"] == "J. Chem. 1"  # the user's own: no target column was named
    predict(tmp_path / "in.csv", tmp_path / "targets.csv", target_column="reference")
    row = next(csv.DictReader((tmp_path / "targets.csv").open()))
    assert row["input_reference"] == row["reference"] == "J. Chem. 1"


def test_molecules_in_a_column_called_prediction_are_found_again(tmp_path):
    """As when another model's products are described: evaluation finds them under their new name."""
    (tmp_path / "in.csv").write_text("prediction,text\nCCO,It is ethanol.\n")
    predict(tmp_path / "in.csv", tmp_path / "out.csv", smiles_column="prediction", target_column="text")
    assert json.loads((tmp_path / "out.csv.predict.json").read_text())["smiles_column"] == "input_prediction"
    assert read_predictions(tmp_path / "out.csv").molecules == ("CCO",)
    again = predict(
        tmp_path / "in.csv",
        tmp_path / "out.csv",
        smiles_column="prediction",
        target_column="text",
        resume=True,
    )
    assert again.num_resumed == 1


def test_batches_hold_prompts_of_like_length(tmp_path):
    (tmp_path / "in.smi").write_text("".join(f"{'C' * n}\n" for n in (1, 30, 2, 29, 3, 28)))
    engine = EchoEngine()
    predict(tmp_path / "in.smi", tmp_path / "out.jsonl", engine=engine, batch_size=3)
    lengths = [[text.index(" ") for text in batch] for batch in engine.batches]
    assert lengths == [[30, 29, 28], [3, 2, 1]]
    assert [row["prediction"].index(" ") for row in read(tmp_path / "out.jsonl")] == [1, 30, 2, 29, 3, 28]


def test_a_prompt_the_engine_refuses_costs_its_own_row_only(tmp_path):
    (tmp_path / "in.smi").write_text("CCO\nCCN\nCCC\n")
    summary = predict(tmp_path / "in.smi", tmp_path / "out.jsonl", engine=EchoEngine(refused="CCN"))
    assert [row["error"] for row in read(tmp_path / "out.jsonl")] == ["", "refused: CCN", ""]
    assert summary.num_errors == 1


def test_on_invalid_fail_stops_at_the_row_and_writes_nothing(table, tmp_path):
    with pytest.raises(InvalidMoleculeError, match=r"row 2 of .*'nonsense'.*--on-invalid keep"):
        predict(table, tmp_path / "out.csv", on_invalid="fail")
    assert [item.name for item in tmp_path.iterdir()] == ["in.csv"]


def test_questions_from_a_column(tmp_path):
    (tmp_path / "in.csv").write_text("smiles,q\nOCC,Is it an acid?\nC,\n")
    predict(tmp_path / "in.csv", tmp_path / "out.jsonl", task="conversation", question_column="q")
    rows = read(tmp_path / "out.jsonl")
    assert rows[0]["prediction"] == "CCO | Is it an acid?"
    assert "'q' is empty" in rows[1]["error"]


def test_a_cell_that_is_no_text_is_a_row_error(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"smiles": 7}\n{"smiles": null}\n{"other": "C"}\n{"smiles": "C"}\n')
    predict(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert [bool(row["error"]) for row in read(tmp_path / "out.jsonl")] == [True, True, True, False]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"task": "poetry"}, "poetry"),
        ({"task": "property"}, "--property"),
        ({"task": "property", "property_name": "mood"}, "mood"),
        ({"task": "classification"}, "--question"),
        ({"batch_size": 0}, "batch size"),
        ({"on_invalid": "shrug"}, "shrug"),
        ({"check_samples": 17}, "^--check-samples is 17, .*change --check-samples$"),
        ({"check_seconds": 2.0}, "--check-samples"),
        ({"check_samples": 2, "task": "iupac"}, "'iupac' is not answered in sentences"),
        ({"check_samples": 2, "num_candidates": 2}, "--num-candidates"),
    ],
)
def test_a_request_that_cannot_be_carried_out(table, tmp_path, options, said):
    with pytest.raises(UsageError, match=said):
        predict(table, tmp_path / "out.csv", **options)
    assert [item.name for item in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("option", ["smiles_column", "target_column", "question_column"])
def test_a_column_that_is_not_there(table, tmp_path, option):
    with pytest.raises(DataError, match=f"'nosuch'.*--{option.replace('_', '-')}.*'id', 'smiles', 'name'"):
        predict(table, tmp_path / "out.csv", **{option: "nosuch"})
    assert [item.name for item in tmp_path.iterdir()] == ["in.csv"]


def test_an_output_that_cannot_be(table, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    for name in ("out.xlsx", "out.csv.gz", "folder.csv", "missing/out.csv", "in.csv", "/dev/full"):
        with pytest.raises(UsageError):
            predict(table, tmp_path / name)


def test_the_engine_is_not_loaded_for_a_file_without_molecules(tmp_path):
    (tmp_path / "in.smi").write_text("xx\nyy\n")
    summary = predict(tmp_path / "in.smi", tmp_path / "out.csv", engine=None)
    assert summary.num_errors == summary.num_rows == 2


def test_fixed_answers_are_chosen_and_scored(tmp_path):
    """Yes is as probable as n/(n+1) for a SMILES of n letters; a tie is No: its score is not above .5."""
    path = tmp_path / "in.csv"
    path.write_text("smiles,p_np,score\nC,0,9\nCC,1,9\nnonsense,1,9\nCCC,0,9\n")
    expected = [0.5, 2 / 3, None, 0.75]
    for suffix in ("jsonl", "csv", "parquet"):
        out = tmp_path / f"out.{suffix}"
        predict(path, out, task="classification", property_name="bbbp", target_column="p_np", batch_size=2)
        rows = {"jsonl": read, "csv": read_csv, "parquet": lambda one: pq.read_table(one).to_pylist()}[
            suffix
        ](out)
        added = ["prediction", "score", "reference", "error"]
        assert [list(row) for row in rows] == [["smiles", "p_np", "input_score", *added]] * 4
        assert [float(row["score"]) if row["score"] else None for row in rows] == expected
        assert [row["prediction"] for row in rows] == ["No", "Yes", "", "Yes"]
    record = json.loads((tmp_path / "out.csv.predict.json").read_text())
    assert record["choices"] == ["Yes", "No"]
    assert record["question"] == "Does this molecule cross the blood-brain barrier?"


class Liar(EchoEngine):
    """Calls every molecule a steroid first, and then an alcohol."""

    def generate(self, conversations, settings):
        return ["It is a steroid."] * len(conversations)

    def candidates(self, conversations, settings, number):
        return [["It is an alcohol."]] * len(conversations)


def test_contradicted_answers_are_asked_for_again_and_the_record_says_so(tmp_path):
    (tmp_path / "in.smi").write_text("CCO\nCCN\n")
    out = tmp_path / "out.jsonl"
    predict(tmp_path / "in.smi", out, engine=Liar(), check_samples=3)
    assert [row["prediction"] for row in read(out)] == ["It is an alcohol.", "It is a steroid."]
    record = json.loads((tmp_path / "out.jsonl.predict.json").read_text())
    assert record["checking"] == {"samples": 3, "seconds": None}
    with pytest.raises(UsageError, match="checking was"):
        predict(tmp_path / "in.smi", out, engine=Liar(), resume=True)


def read_csv(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_candidates_come_best_first_in_all_formats(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("smiles\nC\nnonsense\n")
    expected = [[f"{place}: C | What is it?" for place in range(3)], []]
    for suffix in ("jsonl", "csv", "parquet"):
        predict(path, tmp_path / f"out.{suffix}", task="iupac", question="What is it?", num_candidates=3)
    assert [row["candidates"] for row in read(tmp_path / "out.jsonl")] == expected
    assert [json.loads(row["candidates"]) for row in read_csv(tmp_path / "out.csv")] == expected
    assert pq.read_table(tmp_path / "out.parquet")["candidates"].to_pylist() == expected
    assert read(tmp_path / "out.jsonl")[0]["prediction"] == expected[0][0]
    record = json.loads((tmp_path / "out.jsonl.predict.json").read_text())
    assert (record["num_candidates"], record["generation"]["num_beams"]) == (3, 3)


def test_each_row_s_own_property(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("smiles,asked,value\nC,homo,-0.2\nC,gap,0.3\nC,colour,1\nC,,1\n")
    predict(path, tmp_path / "out.jsonl", task="property", property_column="asked", target_column="value")
    rows = read(tmp_path / "out.jsonl")
    assert rows[0]["prediction"] == "C | What is the HOMO energy of this molecule in Hartree?"
    assert rows[1]["prediction"] == "C | What is the HOMO-LUMO gap of this molecule in Hartree?"
    assert "'colour'; expected one of homo, lumo, gap" in rows[2]["error"]
    assert rows[3]["error"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"num_candidates": 0}, "at least 1"),
        ({"task": "classification", "property_name": "bbbp", "num_candidates": 2}, "drop --num-candidates"),
        ({"property_column": "name"}, "has no properties"),
        ({"task": "property", "property_column": "name", "property_name": "homo"}, "drop --property"),
    ],
)
def test_candidates_and_properties_that_cannot_be(table, tmp_path, options, said):
    with pytest.raises(UsageError, match=said):
        predict(table, tmp_path / "out.jsonl", **options)
    with pytest.raises(DataError, match="--property-column"):
        predict(table, tmp_path / "out.jsonl", task="property", property_column="nosuch")
