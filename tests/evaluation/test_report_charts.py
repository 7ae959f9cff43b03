"""The numbers behind the plots, by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_curve

from llamo.evaluation.report.charts import against, reliability, roc, running_mean


def test_roc_by_hand_and_equal_to_scikit_learn():
    scores, labels = np.array([0.9, 0.6, 0.6, 0.1]), np.array([True, True, False, False])
    false, true = roc(scores, labels)
    assert (false.tolist(), true.tolist()) == ([0, 0, 0.5, 1], [0, 0.5, 1, 1])
    rng = np.random.default_rng(0)
    scores, labels = rng.integers(0, 20, 300) / 20, rng.random(300) < 0.4
    golden = roc_curve(labels, scores, drop_intermediate=False)
    assert np.allclose(roc(scores, labels), golden[:2])


def test_reliability_by_hand_and_equal_to_scikit_learn():
    scores, labels = np.array([0.05, 0.05, 0.95, 1.0]), np.array([True, False, True, True])
    means, shares, counts = reliability(scores, labels)
    assert (means.tolist(), shares.tolist(), counts.tolist()) == (
        [0.05, pytest.approx(0.975)],
        [0.5, 1.0],
        [2, 2],
    )
    rng = np.random.default_rng(0)
    scores = rng.random(500)
    labels = rng.random(500) < scores
    shares, means = calibration_curve(labels, scores, n_bins=10)
    found = reliability(scores, labels)
    assert np.allclose(found[0], means)
    assert np.allclose(found[1], shares)


def test_running_mean_by_hand():
    """Eleven samples: ten nearest of each place, those as near as the tenth included."""
    x = np.arange(11.0)
    places, means = running_mean(x, x)
    assert places[0] == 0
    assert means[0] == pytest.approx(4.5)
    assert means[-1] == pytest.approx(5.5)
    places, means = running_mean(np.repeat([1.0, 2.0], 50), np.repeat([3.0, 5.0], 50))
    assert dict(zip(places, means, strict=True))[1.0] == 3.0


def test_points_become_pixels_where_they_are_many():
    few, many = np.arange(30.0), np.arange(20_000.0)
    assert "<image" not in against(few, few, x_label="x", y_label="y")
    svg = against(many, many, x_label="x", y_label="y")
    assert "<image" in svg
    assert len(svg) < 200_000
