from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, average_precision_score, roc_auc_score

from llamo.errors import InputError
from llamo.evaluation.classification_metrics import classification_metrics
from llamo.evaluation.metric import Metric, Refused


def values(labels, scores, answers=None) -> dict[str, float]:
    answers = answers if answers is not None else [True] * len(labels)
    found = classification_metrics(answers, labels, scores)
    return {metric.name: metric.value for metric in found if isinstance(metric, Metric)}


def test_by_hand():
    """Of the four pairs one is the wrong way round. Precision at the two positives: 1/1 and 2/3."""
    found = values([True, False, True, False], [0.9, 0.7, 0.6, 0.2], [True, None, True, False])
    assert found == pytest.approx(
        {"auroc": 3 / 4, "auprc": (1 + 2 / 3) / 2, "accuracy": 3 / 4, "parse-rate": 3 / 4}
    )


def test_ties_count_half():
    assert values([True, False], [0.5, 0.5])["auroc"] == 0.5


def test_equals_scikit_learn_with_ties_and_weights():
    rng = np.random.default_rng(0)
    labels = rng.random(80) < 0.3
    scores = np.round(rng.random(80) * 0.7 + labels * 0.3, 1)
    found = values(list(labels), list(scores))
    assert found["auroc"] == pytest.approx(roc_auc_score(labels, scores))
    assert found["auprc"] == pytest.approx(average_precision_score(labels, scores))
    assert found["accuracy"] == pytest.approx(accuracy_score(labels, scores > 0.5))
    weights = rng.integers(0, 3, size=(1, 80)).astype(float)
    metrics = {metric.name: metric for metric in classification_metrics([True] * 80, labels, scores)}
    assert metrics["auroc"].values(weights)[0] == pytest.approx(
        roc_auc_score(labels, scores, sample_weight=weights[0])
    )
    assert metrics["auprc"].values(weights)[0] == pytest.approx(
        average_precision_score(labels, scores, sample_weight=weights[0])
    )


def test_a_row_without_a_score_is_as_wrong_as_can_be():
    labels = [True, False, True, False]
    found = classification_metrics([True] * 4, labels, [None, 0.1, 0.9, float("nan")])
    by_name = {metric.name: metric for metric in found}
    assert by_name["auroc"].value == pytest.approx(1 / 4)  # only the two that have scores are in order
    assert by_name["accuracy"].value == pytest.approx(2 / 4)
    assert (by_name["auroc"].n_total, by_name["auroc"].n_valid) == (4, 2)


def test_without_scores_the_ranking_is_refused_and_accuracy_is_of_the_text():
    found = classification_metrics([True, None, False], [True, True, True])
    assert [one.name for one in found if isinstance(one, Refused)] == ["auroc", "auprc"]
    assert "column `score`" in found[0].reason
    assert {one.name: one.value for one in found if isinstance(one, Metric)} == pytest.approx(
        {"accuracy": 1 / 3, "parse-rate": 2 / 3}
    )


def test_one_class_has_no_ranking():
    found = values([True, True], [0.9, 0.1])
    assert np.isnan(found["auroc"])
    assert found["accuracy"] == 0.5


def test_bad_input():
    with pytest.raises(InputError, match="as many"):
        classification_metrics([True], [True, False])
    with pytest.raises(InputError, match="as many"):
        classification_metrics([True], [True], [])
