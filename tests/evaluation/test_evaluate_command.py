from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from nltk.translate.bleu_score import corpus_bleu
from nltk.translate.meteor_score import meteor_score

from llamo.evaluation.predictions import read_predictions
from llamo.evaluation.wordnet import WORDNET_FILE, open_wordnet
from llamo.evaluation.wordpiece import VOCABULARY_FILE, read_wordpiece
from llamo.inference.writers import write_table

ACID = "The molecule is a monocarboxylic acid that is acetic acid in which a methyl hydrogen is replaced."
SALT = "The molecule is an organic sodium salt. It has a role as a food preservative."
ROWS: list[dict[str, object]] = [
    {"smiles": "CC(=O)O", "prediction": ACID.replace("a methyl", "one"), "reference": ACID, "error": ""},
    {"smiles": "[Na+]", "prediction": SALT, "reference": SALT, "error": ""},
    {"smiles": "CCO", "prediction": "  ", "reference": "The molecule is a primary alcohol.", "error": ""},
    {
        "smiles": "C1CC",
        "prediction": "",
        "reference": "The molecule is an alkane.",
        "error": "ring not closed",
    },
]
COLUMNS = ("smiles", "prediction", "reference", "error")
GOLDEN = {
    "bleu-2": 0.6049,
    "bleu-4": 0.5812,
    "rouge-1": 0.4773,
    "rouge-2": 0.4597,
    "rouge-l": 0.4773,
    "meteor": 0.4749,
    "exact": 0.25,
}
MOLT5 = ("--task", "description", "--protocol", "molt5")


@pytest.fixture(params=["jsonl", "csv", "parquet"])
def predictions(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"predictions.{request.param}"
    write_table(path, ROWS, COLUMNS)
    return path


def test_rows_without_an_answer_are_counted_not_dropped(predictions):
    rows = read_predictions(predictions)
    assert len(rows.texts) == 4
    assert rows.texts[2:] == ("", "")
    assert (rows.num_valid, rows.num_errors, rows.num_empty) == (2, 1, 1)


def test_what_an_error_row_says_does_not_count(tmp_path):
    row = {"prediction": "An acid.", "reference": "An acid.", "error": "cut off"}
    write_table(tmp_path / "p.jsonl", [row], COLUMNS[1:])
    assert read_predictions(tmp_path / "p.jsonl").texts == ("",)


def test_figures_equal_the_libraries_and_the_stored_ones(llamo, molt5_data, tmp_path):
    """Stored, too, so that a new release of a library that moves the figures is noticed."""
    write_table(tmp_path / "p.jsonl", ROWS, COLUMNS)
    result = llamo("evaluate", tmp_path / "p.jsonl", *MOLT5, "--json", tmp_path / "scores.json")
    assert result.code == 0, result.err
    report = json.loads((tmp_path / "scores.json").read_text("utf-8"))
    cut = read_wordpiece(molt5_data / VOCABULARY_FILE)
    wordnet = open_wordnet(molt5_data / WORDNET_FILE)
    said = [cut(str(row["prediction"])) for row in ROWS]
    true = [cut(str(row["reference"])) for row in ROWS]
    golden = {
        "bleu-2": corpus_bleu([[text] for text in true], said, weights=(0.5, 0.5)),
        "bleu-4": corpus_bleu([[text] for text in true], said),
        "meteor": sum(meteor_score([t], s, wordnet=wordnet) for s, t in zip(said, true, strict=True)) / 4,
        "exact": 1 / 4,
    }
    found = {name: score["value"] for name, score in report["scores"].items()}
    assert {name: found[name] for name in golden} == pytest.approx(golden)
    assert {name: round(value, 4) for name, value in found.items()} == GOLDEN
    assert (report["n_total"], report["n_valid"], report["n_errors"], report["n_empty"]) == (4, 2, 1, 1)
    assert f"meteor    {golden['meteor']:.4f}  [" in result.out
    assert "4 rows, 2 with an answer, 1 with an error, 1 empty" in result.out
    assert set(report["files"]) == {VOCABULARY_FILE, WORDNET_FILE}


def test_a_protocol_that_is_not_there_is_bad_usage(llamo, predictions):
    for task, protocol, known in (
        ("description", "bleurt", "strict, molt5, mol-instructions, llamo-official"),
        ("forward_reaction", "molt5", "strict, mol-instructions, llamo-official"),
        ("conversation", "molt5", "strict"),
    ):
        result = llamo("evaluate", predictions, "--task", task, "--protocol", protocol)
        assert result.code == 2
        assert f"choose one of --protocol {known}\n" in result.err
    assert llamo("evaluate", predictions, "--task", "poetry").code == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"smiles": "C", "prediction": "x"}\n', "no column 'reference'"),
        ('{"smiles": "C", "reference": "x"}\n', "no column 'prediction'"),
        ("", "is empty"),
        ("\n\n", "has no rows"),
        ('{"prediction": "x", "reference": null}\n{"prediction": "x", "reference": " "}\n', "rows 1, 2"),
        ('{"prediction": "x", "reference": "x"}\n{"predict', "row 2"),
        ('{"prediction": 1.5, "reference": "x"}\n', "row 1 of"),
    ],
)
def test_an_unsound_file_is_refused_with_the_reason(llamo, tmp_path, monkeypatch, content, says):
    for name in (VOCABULARY_FILE, WORDNET_FILE):  # there, so that the predictions are looked at
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    path = tmp_path / "predictions.jsonl"
    path.write_text(content)
    result = llamo("evaluate", path, *MOLT5)
    assert result.code == 1
    assert says in result.err
    assert result.out == ""


def test_a_file_that_is_not_there_and_an_unknown_format(llamo, tmp_path, monkeypatch):
    for name in (VOCABULARY_FILE, WORDNET_FILE):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    assert "does not exist" in llamo("evaluate", tmp_path / "none.csv", *MOLT5).err
    assert llamo("evaluate", tmp_path / "none.xlsx", *MOLT5).code == 2


@pytest.mark.parametrize("missing", [VOCABULARY_FILE, WORDNET_FILE])
def test_a_missing_file_is_named_and_nothing_is_scored(llamo, predictions, tmp_path, monkeypatch, missing):
    for name in {VOCABULARY_FILE, WORDNET_FILE} - {missing}:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    result = llamo("evaluate", predictions, *MOLT5)
    assert result.code == 1
    assert str(tmp_path / missing) in result.err
    assert result.out == ""


def test_another_wordnet_is_not_used_in_its_place(llamo, molt5_data, tmp_path, monkeypatch):
    """With the archive in NLTK's own folder but not in LLAMO_DATA_DIR, METEOR is still refused."""
    (tmp_path / "nltk" / "corpora").mkdir(parents=True)
    shutil.copyfile(molt5_data / WORDNET_FILE, tmp_path / "nltk" / "corpora" / "wordnet.zip")
    (tmp_path / "nlp").mkdir()
    shutil.copyfile(molt5_data / VOCABULARY_FILE, tmp_path / VOCABULARY_FILE)
    monkeypatch.setattr("nltk.data.path", [str(tmp_path / "nltk")])
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    write_table(tmp_path / "p.jsonl", ROWS, COLUMNS)
    assert "wordnet.zip" in llamo("evaluate", tmp_path / "p.jsonl", *MOLT5).err


def test_no_output_replaces_what_is_read(llamo, predictions, tmp_path):
    before = predictions.read_bytes()
    other, bank = tmp_path / "other.jsonl", tmp_path / "bank.csv"
    write_table(other, ROWS, COLUMNS)
    bank.write_text("smiles,text\nC,methane\n")
    record = tmp_path / f"{predictions.name}.predict.json"
    both = ("--json", tmp_path / "a", "--html", tmp_path / "." / "a")
    for options in (
        ("--json", predictions),
        ("--html", predictions),
        ("--against", other, "--json", other),
        ("--bank", bank, "--html", bank),
        ("--json", record),
        both,
    ):
        result = llamo("evaluate", predictions, "--task", "description", *options)
        assert (result.code, "choose another name" in result.err, result.out) == (2, True, "")
    assert predictions.read_bytes() == before
    assert not record.exists()
    assert not (tmp_path / "a").exists()


def test_without_any_score_the_exit_code_is_1(llamo, tmp_path):
    rows = [{"prediction": "Yes, it has a ring.", "question": "Is there a ring?"}]
    write_table(tmp_path / "p.jsonl", rows, ("prediction", "question"))
    result = llamo("evaluate", tmp_path / "p.jsonl", "--task", "conversation")
    assert result.code == 1
    assert "has no score: claims: it needs a column" in result.err


def test_an_undefined_score_says_why(llamo, tmp_path):
    same = [{"prediction": "2", "reference": "1"}, {"prediction": "1", "reference": "1"}]
    write_table(tmp_path / "same.jsonl", same, COLUMNS[1:3])
    result = llamo("evaluate", tmp_path / "same.jsonl", "--task", "property", "--json", tmp_path / "s.json")
    assert "undefined: all references are equal\n" in result.out
    llamo("evaluate", tmp_path / "same.jsonl", "--task", "property", "--html", tmp_path / "s.html")
    page = (tmp_path / "s.html").read_text("utf-8")
    assert "<td>r2</td><td>all references are equal</td>" in page
    assert "undefined to undefined" not in page
    assert json.loads((tmp_path / "s.json").read_text())["scores"]["r2"]["value"] is None
    one = [{"prediction": "Yes", "reference": "Yes", "score": 0.5}]
    write_table(tmp_path / "one.jsonl", one, ("prediction", "reference", "score"))
    result = llamo("evaluate", tmp_path / "one.jsonl", "--task", "classification")
    assert "undefined: all references are Yes, one class only\n" in result.out
    assert "1 row, 1 with an answer" in result.out


def test_bad_files_of_predictions_are_told_as_such(llamo, tmp_path):
    for content, says in (
        ("", "expected rows with predictions; is it the output of `llamo predict`?"),
        (
            "[1]\n[2]\n",
            "row 1 of {} cannot be read: line 1 is a JSON list; expected an object; correct the line",
        ),
        (
            '{"prediction": "1", "reference": "nan"}\n',
            "row 1 of {} has the reference 'nan'; expected a number",
        ),
        ('{"prediction": "1", "reference": "big"}\n', "take the row out, and predict again"),
    ):
        path = tmp_path / "p.jsonl"
        path.write_text(content)
        result = llamo("evaluate", path, "--task", "property")
        assert (result.code, says.format(path) in result.err) == (1, True), result.err
