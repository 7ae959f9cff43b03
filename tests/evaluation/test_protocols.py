"""All protocols over fixed predictions: stored values, and where exactly they differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from golden_scores import FOLDER, STORED, cases, save_tokenizer, scores
from nltk.translate.bleu_score import corpus_bleu

from llamo.data.tasks.catalogue import TASKS
from llamo.errors import DataError, UsageError
from llamo.evaluation.evaluating import Evaluation, compare_files, evaluate_file
from llamo.evaluation.opsin import why_no_opsin
from llamo.evaluation.scoring import counts_tokens, looks_up_words
from llamo.evaluation.text_resources import read_tokenizer, words
from llamo.evaluation.wordpiece import VOCABULARY_FILE

WITH_OPSIN = ("name-to-structure", "name-read")


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    return save_tokenizer(tmp_path / "tokenizer")


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps({"error": ""} | row) + "\n" for row in rows), "utf-8")
    return path


def values(result: Evaluation) -> dict[str, float]:
    return {name: score.value for name, score in result.scores.items()}


@pytest.mark.parametrize(("task", "protocol"), list(cases()))
def test_stored_values(task, protocol, tokenizer, request):
    if counts_tokens(TASKS[task]) or looks_up_words(TASKS[task]):
        request.getfixturevalue("molt5_data")
    golden = json.loads(STORED.read_text("utf-8"))[f"{task} {protocol}"]
    found = scores(task, protocol, tokenizer)
    if why_no_opsin():
        golden = {name: value for name, value in golden.items() if name not in WITH_OPSIN}
    assert list(found) == list(golden)
    assert found == pytest.approx(golden, abs=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_strict_resolves_every_metric_that_a_task_names(task, tokenizer, tmp_path, monkeypatch):
    """Computed, or refused with a reason: none is forgotten, even where outside data are missing."""
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    found = evaluate_file(FOLDER / f"{task}.jsonl", task, resamples=5)
    refused = {one.name: one.reason for one in found.refused}
    assert set(TASKS[task].metrics) <= set(found.scores) | set(refused)
    assert set(refused) <= {"meteor", "name-to-structure"}
    assert all(metric.n_total >= metric.n_valid for metric in found.metrics)


def test_without_wordnet_strict_refuses_meteor_and_published_protocols_refuse_all(tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    path = FOLDER / "description.jsonl"
    found = evaluate_file(path, "description", resamples=5)
    assert "meteor" not in found.scores
    assert found.scores["bleu-4"].value > 0
    assert [one.name for one in found.refused] == ["meteor"]
    folder = tmp_path / "nlp"
    command = f"`python -m nltk.downloader -d {folder} wordnet && mv {folder}/corpora/wordnet.zip {folder}/`"
    assert command in found.refused[0].reason
    for protocol, missing in (("molt5", VOCABULARY_FILE), ("mol-instructions", VOCABULARY_FILE)):
        with pytest.raises(DataError, match=missing):
            evaluate_file(path, "description", protocol, resamples=5)


def test_official_differs_from_strict_exactly_as_described(tmp_path):
    """Right; right but for stereo; invalid; wrong: 1/4 and 2/3. The validity both show is the same."""
    rows = [("CCO", "OCC"), ("N[C@H](C)C(=O)O", "C[C@H](N)C(=O)O"), ("c1cc", "CBr"), ("CCCl", "CBr")]
    path = write(tmp_path / "p.jsonl", [{"prediction": said, "reference": true} for said, true in rows])
    strict, official = (
        values(evaluate_file(path, "forward_reaction", protocol, resamples=5))
        for protocol in ("strict", "llamo-official")
    )
    assert (strict["exact"], official["exact"]) == (pytest.approx(1 / 4), pytest.approx(2 / 3))
    assert strict["validity"] == official["validity"] == 0.75
    assert official["morgan"] == pytest.approx(strict["morgan-valid"])
    flat = write(
        tmp_path / "flat.jsonl",
        [
            {"prediction": said, "reference": true}
            for said, true in rows
            if "@" not in said and said != "c1cc"
        ],
    )
    strict, official = (
        values(evaluate_file(flat, "forward_reaction", protocol, resamples=5))
        for protocol in ("strict", "llamo-official")
    )
    assert {name: strict[name] for name in official} == pytest.approx(
        official
    )  # without either, no difference


def test_official_drops_answers_without_a_number(tmp_path):
    rows = [{"prediction": "about -0.23 Ha", "reference": "-0.25"}, {"prediction": "?", "reference": "-0.27"}]
    path = write(tmp_path / "p.jsonl", rows)
    strict, official = (
        values(evaluate_file(path, "property", protocol, resamples=5))
        for protocol in ("strict", "llamo-official")
    )
    assert (strict["mae"], official["mae"]) == (pytest.approx(0.02), pytest.approx(0.02))
    assert strict["rmse"] == pytest.approx(0.02)  # the unread answer costs the range, here 0.02 as well
    path = write(tmp_path / "q.jsonl", [*rows, {"prediction": "-0.35", "reference": "-0.35"}])
    assert values(evaluate_file(path, "property", "llamo-official", resamples=5))["mae"] == pytest.approx(
        0.01
    )
    assert values(evaluate_file(path, "property", "strict", resamples=5))["mae"] == pytest.approx(0.10 / 3)


def test_official_bleu_counts_the_model_s_own_tokens(molt5_data, tokenizer):
    path = FOLDER / "tags.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    cut = read_tokenizer(tokenizer / "tokenizer.json")
    golden = corpus_bleu([[cut(row["reference"])] for row in rows], [cut(row["prediction"]) for row in rows])
    found = evaluate_file(path, "tags", "llamo-official", resamples=5, tokenizer=str(tokenizer))
    assert found.scores["bleu-4"].value == pytest.approx(golden)
    assert any(name.endswith("tokenizer.json") for name in found.files)
    with pytest.raises(UsageError, match="--tokenizer"):
        evaluate_file(path, "tags", "llamo-official", resamples=5)


def test_strict_words():
    assert words("2-Chloroethanol, an Alcohol.") == ["2", "-", "chloroethanol", ",", "an", "alcohol", "."]


def test_answers_inside_prose_are_read(tmp_path):
    path = write(tmp_path / "p.jsonl", [{"prediction": "I think it is CCO.", "reference": "OCC"}])
    assert values(evaluate_file(path, "forward_reaction", resamples=5))["exact"] == 1.0
    path = write(tmp_path / "q.jsonl", [{"prediction": "No, surely not.", "reference": 0, "score": 0.1}])
    assert values(evaluate_file(path, "classification", resamples=5))["accuracy"] == 1.0


def test_duplicated_ids_are_counted_and_kept(tmp_path):
    rows = [
        {"id": "a", "prediction": "CC", "reference": "CC"},
        {"id": "a", "prediction": "C", "reference": "CC"},
    ]
    found = evaluate_file(write(tmp_path / "p.jsonl", rows), "forward_reaction", resamples=5)
    assert found.scores["exact"].value == 0.5
    assert found.to_dict()["n_duplicate_ids"] == 1


@pytest.mark.parametrize(
    ("task", "row", "says"),
    [
        ("property", {"prediction": "1", "reference": "inf"}, "a finite one"),
        ("property", {"prediction": "1", "reference": "large"}, "'large'; expected a number"),
        ("classification", {"prediction": "Yes", "reference": "maybe"}, "expected Yes or No"),
        ("classification", {"prediction": "Yes", "reference": "Yes", "score": 3.2}, "0 to 1"),
        ("forward_reaction", {"prediction": "C", "reference": "no molecule"}, "is no molecule"),
        ("forward_reaction", {"prediction": "C", "reference": "C", "candidates": "C"}, "a list of texts"),
    ],
)
def test_unsound_rows_are_refused_with_the_row(tmp_path, task, row, says):
    path = write(tmp_path / "p.jsonl", [row])
    with pytest.raises(DataError, match=says) as error:
        evaluate_file(path, task, resamples=5)
    assert "row" in str(error.value)


def test_candidates_make_top_k(tmp_path):
    rows = [{"prediction": "CC", "reference": "CCO", "candidates": ["CC", "C", "OCC"]}]
    found = values(evaluate_file(write(tmp_path / "p.jsonl", rows), "forward_reaction", resamples=5))
    assert (found["top-1"], found["top-3"]) == (0.0, 1.0)


def test_candidates_of_names_are_read_as_names_are(tmp_path):
    """ "The IUPAC name is ethanol." is ethanol in a candidate, as it is in a prediction."""
    answers = ["methanol", "The IUPAC name is ethanol."]
    rows = [{"prediction": answers[0], "reference": "ethanol", "candidates": [*answers, "ethanal"]}]
    found = values(evaluate_file(write(tmp_path / "p.jsonl", rows), "iupac", resamples=5))
    assert (found["exact"], found["top-1"], found["top-3"]) == (0.0, 0.0, 1.0)


def test_an_error_row_has_no_candidates(tmp_path):
    rows = [{"prediction": "", "reference": "C", "error": "too long", "candidates": ["C"]}] * 2
    rows += [{"prediction": "C", "reference": "C", "candidates": ["C"]}]
    found = values(evaluate_file(write(tmp_path / "p.jsonl", rows), "forward_reaction", resamples=5))
    assert (found["exact"], found["top-1"]) == (1 / 3, 1 / 3)


@pytest.mark.parametrize("task", ["description", "property", "conversation", "reagent", "iupac"])
def test_columns_of_one_s_own_are_left_alone(tmp_path, task):
    """A docking score is no probability of Yes, and a list of codes is no list of answers."""
    own: dict[str, object] = {"score": -7.3}
    if task not in ("reagent", "iupac"):
        own["candidates"] = "A-17"
    row = {"smiles": "C", "prediction": "1", "reference": "1" if task != "reagent" else "C"}
    assert evaluate_file(write(tmp_path / "p.jsonl", [row | own] * 2), task, resamples=5).metrics


def test_two_files_are_paired_by_id_whatever_their_order(tmp_path):
    rows = [{"id": str(i), "prediction": "C" * (1 + i % 3), "reference": "CC"} for i in range(11)]
    better = [row | {"prediction": "CC"} for row in reversed(rows)]
    first, second = write(tmp_path / "a.jsonl", better), write(tmp_path / "b.jsonl", rows)
    found = compare_files(first, second, "forward_reaction", resamples=200)
    assert found.differences["exact"].value == pytest.approx(7 / 11)
    assert found.differences["exact"].p == 0.0
    json.dumps(found.to_dict(), allow_nan=False)
    same = compare_files(second, write(tmp_path / "c.jsonl", rows[::-1]), "forward_reaction", resamples=200)
    assert same.differences["exact"] == (0.0, 0.0, 0.0, 1.0)
    back = compare_files(second, first, "forward_reaction", resamples=200)
    assert back.differences["exact"].value == pytest.approx(-7 / 11)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ([{"id": "a", "prediction": "C", "reference": "C"}], "has 2 rows and"),
        ([{"id": "a", "prediction": "C", "reference": "C"}] * 2, "an id of its own"),
        ([{"id": i, "prediction": "C", "reference": "N"} for i in "ab"], "row 1 is"),
        ([{"id": i, "prediction": "C", "reference": "C"} for i in "ac"], "lacks 1 ids"),
    ],
)
def test_files_of_other_samples_cannot_be_compared(tmp_path, other, says):
    first = write(tmp_path / "a.jsonl", [{"id": i, "prediction": "C", "reference": "C"} for i in "ab"])
    with pytest.raises(DataError, match=says):
        compare_files(first, write(tmp_path / "b.jsonl", other), "forward_reaction", resamples=5)


def test_the_order_of_rows_changes_no_interval(tmp_path):
    rows = [{"prediction": str(i % 5), "reference": str(i % 7)} for i in range(20)]
    first = evaluate_file(write(tmp_path / "a.jsonl", rows), "property", resamples=50)
    again = evaluate_file(write(tmp_path / "b.jsonl", rows[::-1]), "property", resamples=50)
    assert first.scores["mae"] == pytest.approx(again.scores["mae"])


def test_the_record_of_predict_names_property_and_unit(tmp_path):
    path = write(tmp_path / "p.jsonl", [{"prediction": "-0.2", "reference": "-0.3"}])
    (tmp_path / "p.jsonl.predict.json").write_text(json.dumps({"property": "homo"}))
    found = evaluate_file(path, "property", resamples=5)
    assert {metric.name: metric.unit for metric in found.metrics}["mae"] == "Hartree"
    (tmp_path / "p.jsonl.predict.json").write_text("{")
    with pytest.raises(DataError, match="damaged"):
        evaluate_file(path, "property", resamples=5)
