"""`llamo study robustness` and `llamo study similarity` from end to end on a tiny model; Ctrl-C loses nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from llamo.cli import main
from llamo.errors import DataError, UsageError
from llamo.studies.robustness.answer_log import AnswerLog
from llamo.studies.robustness.asking import Asker
from llamo.studies.robustness.probe import DESCRIPTION
from llamo.studies.robustness.question import Answer, Question
from llamo.studies.robustness.running import PROBES
from llamo.testing.tiny import tiny_model


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "tiny"
    model, processor = tiny_model()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


@pytest.fixture
def llamo(capfd):
    def run(*arguments):
        with pytest.raises(SystemExit) as leaving:
            main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return leaving.value.code or 0, captured.out, captured.err

    return run


@pytest.fixture
def run_study(llamo, tiny_folder, tmp_path):
    def run(*arguments, data="built-in", limit=8):
        return llamo(
            "study", "robustness", "--data", data, "--limit", limit, "--out", tmp_path / "out", "--model",
            tiny_folder, "--max-new-tokens", 4, "--spellings", 2, "--dtype", "float32", *arguments,
        )  # fmt: skip

    return run


def read(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_all_probes_write_predictions_figures_table_and_plot(run_study, tmp_path):
    (tmp_path / "train.smi").write_text("CCCCCCCO\n")
    table = tmp_path / "in.csv"
    molecules = (
        "CCO",
        "CC(=O)OCC",
        "c1ccncc1",
        "CCCl",
        "CC(C)N",
        "CC#N",
        "OC(=O)C=C",
        "c1ccccc1O",
        "CCCCCCCO",
    )
    table.write_text("smiles,text\n" + "".join(f"{smiles},It is one of nine.\n" for smiles in molecules))
    code, out, err = run_study("--training", tmp_path / "train.smi", "--no-blocklist", "--json", data=table)
    assert code == 0, err
    written = json.loads(out)
    assert [probe["probe"] for probe in written["probes"]] == list(PROBES)
    assert written["left_out"] in ({}, {"training molecule": 1})
    for name in PROBES:
        rows = read(tmp_path / "out" / f"{name}.predictions.jsonl")
        assert {"smiles", "question", "prediction", "reference", "error"} <= set(rows[0])
        assert "CCCCCCCO" not in {row["smiles"] for row in rows}
        figures = json.loads((tmp_path / "out" / f"{name}.json").read_text())
        assert all(
            one["low"] <= one["value"] <= one["high"]
            for one in figures["figures"]
            if one["value"] is not None
        )
        assert figures["model_sha256"]
        assert (tmp_path / "out" / f"{name}.md").read_text().count("|") > 20
        assert (tmp_path / "out" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert "log_probability" in read(tmp_path / "out" / "graph.scored.jsonl")[0]


def test_predictions_of_the_motif_probe_can_be_evaluated(run_study, llamo, tmp_path):
    assert run_study("--probe", "motifs", "--questions", "8")[0] == 0
    code, out, _ = llamo(
        "evaluate", tmp_path / "out" / "motifs.predictions.jsonl", "--task", "classification",
    )  # fmt: skip
    assert code == 0
    assert "accuracy (outside the 73 counts)" in out


def test_similarity_needs_training_data_and_a_probe_has_to_exist(run_study, tmp_path):
    code, _, err = run_study("--probe", "similarity")
    assert (code, "--training" in err) == (1, True)
    code, _, err = run_study("--probe", "nosuch")
    assert (code, "no probe 'nosuch'" in err) == (2, True)


def test_an_interrupted_run_goes_on_and_asks_nothing_twice(tiny_engine, tmp_path, subjects):
    questions = [Question(one.smiles, DESCRIPTION, "graph") for one in subjects]
    asked: list[int] = []

    def interrupt(number):
        asked.append(number)
        if sum(asked) >= 4:
            raise KeyboardInterrupt

    with AnswerLog(tmp_path / "answers.jsonl", {"model": "tiny"}) as log:
        with pytest.raises(KeyboardInterrupt):
            Asker(tiny_engine, log, 2, 4, on_answers=interrupt).ask(questions)
    with (tmp_path / "answers.jsonl").open("ab") as file:
        file.write(b'{"key": "torn')
    left: list[int] = []
    with AnswerLog(tmp_path / "answers.jsonl", {"model": "tiny"}) as log:
        resumed = Asker(tiny_engine, log, 2, 4, on_questions=left.append).ask(questions)
    assert left == [len(questions) - 4]
    with AnswerLog(tmp_path / "whole.jsonl", {"model": "tiny"}) as log:
        whole = Asker(tiny_engine, log, 16, 4).ask(questions)
    assert [one.answer for one in resumed] == [one.answer for one in whole]
    assert len(read(tmp_path / "answers.jsonl")) == 1 + len(questions)


def test_answers_of_another_model_are_refused(tmp_path):
    with AnswerLog(tmp_path / "answers.jsonl", {"model": "a"}) as log:
        log.add({"key": Answer("text", 0.5)})
        with pytest.raises(UsageError, match="another llamo study"):
            AnswerLog(tmp_path / "answers.jsonl", {"model": "a"})
    with pytest.raises(UsageError, match="model was 'a' and is 'b'"):
        AnswerLog(tmp_path / "answers.jsonl", {"model": "b"})
    with AnswerLog(tmp_path / "answers.jsonl", {"model": "a"}) as log:
        assert log["key"] == Answer("text", 0.5)
    (tmp_path / "other").write_text("not ours\n")
    with pytest.raises(DataError, match="no log of answers"):
        AnswerLog(tmp_path / "other", {})


def test_what_decides_an_answer_is_in_its_key():
    question = Question("CCO", "What?", "graph")
    others = [
        replace(question, molecule="CCN"), replace(question, text="Why?"), replace(question, view="smiles"),
        replace(question, shown="OCC"), replace(question, donor="CCN"), replace(question, counts_only=True),
        replace(question, choices=("Yes", "No")), replace(question, said="It."), replace(question, task="facts"),
        replace(question, is_silent=True),
    ]  # fmt: skip
    assert len({one.key for one in (question, *others)}) == 11
    assert replace(question, labels={"a": 1}, reference="b").key == question.key


def test_similarity_of_a_file(llamo, tmp_path):
    rows = [{"smiles": "CCO", "prediction": "C", "reference": "C", "error": ""}] * 3
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "train.smi").write_text("CCO\n")
    code, out, err = llamo(
        "study", "similarity", tmp_path / "a.jsonl", "--task", "retrosynthesis", "--training",
        tmp_path / "train.smi", "--out", tmp_path / "out",
    )  # fmt: skip
    assert code == 0, err
    assert "| similarity 0.9 to 1.0 | exact | 1.000" in out
    assert (tmp_path / "out" / "similarity.png").is_file()
