"""Scores in bands of similarity are the metric on the band's rows alone."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from llamo.evaluation.metric import Coverage
from llamo.evaluation.text_metrics import text_metrics
from llamo.evaluation.text_resources import words
from llamo.studies.robustness.molecules import Subjects
from llamo.studies.robustness.probe import Setting
from llamo.studies.robustness.question import Answer
from llamo.studies.robustness.similarity_bands import banded, probe_similarity, score_file
from llamo.studies.robustness.training_molecules import TrainingMolecules


def test_bands_hold_their_lower_end_and_the_last_one_both():
    metric = Coverage(np.ones(6, dtype=bool)).mean("hit", [1.0, 0.0, 1.0, 1.0, 0.0, 1.0])
    found = banded([metric], [0.0, 0.3, 0.299, 0.9, 1.0, math.nan])
    assert [(one.group, one.n, one.interval.value) for one in found] == [
        ("similarity 0.0 to 0.3", 2, 1.0), ("similarity 0.3 to 0.5", 1, 0.0), ("similarity 0.9 to 1.0", 2, 0.5),
    ]  # fmt: skip
    assert found[0].interval.low == pytest.approx(0.342, abs=1e-3)  # two of two are no certainty: Wilson


def test_a_corpus_score_of_a_band_is_that_of_its_rows():
    said = ["an acid of plants", "a steroid", "an ester of wine", "the amine here"]
    true = ["an acid of plants", "a sugar", "an ester of beer", "the amine there"]
    metrics = text_metrics(said, true, tokenize=words, wanted=["bleu-2"])
    found = banded(metrics, [0.95, 0.1, 0.95, 0.95])
    alone = text_metrics(
        [said[i] for i in (0, 2, 3)], [true[i] for i in (0, 2, 3)], tokenize=words, wanted=["bleu-2"]
    )
    assert found[-1].interval.value == pytest.approx(alone[0].value)
    assert found[-1].interval.low <= found[-1].interval.value <= found[-1].interval.high


@pytest.fixture
def training(tmp_path):
    (tmp_path / "train.smi").write_text("CCO\nc1ccccc1O\n")
    return TrainingMolecules([tmp_path / "train.smi"])


def test_a_predictions_file_is_scored_by_similarity(tmp_path, training):
    rows = [
        {"smiles": "CCO", "prediction": "It is -0.20", "reference": "-0.20", "error": ""},
        {"smiles": "CCCCCCBr", "prediction": "0.5", "reference": "0.1", "error": ""},
        {"smiles": "nonsense", "prediction": "", "reference": "0.1", "error": "no molecule"},
    ]
    path = tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = score_file(path, "property", "strict", training)
    figures = {(one.group, one.name): one.interval.value for one in found.figures}
    assert figures["similarity 0.9 to 1.0", "mae"] == 0
    assert figures["similarity 0.0 to 0.3", "mae"] == pytest.approx(0.4)
    assert any("1 rows are in no band" in note for note in found.notes)


def test_the_probe_scores_descriptions(subjects, training, answering):
    setting = Setting(Subjects(tuple(subjects), "here", training=training))
    result = probe_similarity(setting, answering(lambda question: Answer(question.reference)))
    exact = [one for one in result.figures if one.name == "exact"]
    assert sum(one.n for one in exact) == len(subjects)
    assert {one.interval.value for one in exact} == {1.0}
