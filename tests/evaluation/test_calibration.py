"""Calibration: literal examples, recovery of known parameters, and an independent implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from llamo.errors import InputError
from llamo.evaluation.calibration import (
    Curve,
    Range,
    coverage,
    expected_calibration_error,
    fit_curve,
    fit_factor,
    fit_temperature,
    least_half,
    needed_factor,
    negative_log_likelihood,
    rank_correlation,
    reliability,
    soften,
)


def test_a_temperature_softens_or_sharpens():
    assert soften(np.array([[0.8, 0.2]]), 2.0) == pytest.approx(np.array([[2 / 3, 1 / 3]]))
    assert soften(np.array([[0.8, 0.2]]), 1.0) == pytest.approx(np.array([[0.8, 0.2]]))
    assert soften(np.array([[2 / 3, 1 / 3]]), 0.5) == pytest.approx(np.array([[0.8, 0.2]]))
    assert soften(np.array([[1.0, 0.0]]), 1.0).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("true", [0.4, 1.0, 3.0])
def test_the_temperature_of_overconfident_answers_is_found_again(true):
    rng = np.random.default_rng(0)
    calibrated = 1 / (1 + np.exp(-rng.normal(0, 2, 20_000)))
    truth = (rng.random(20_000) > calibrated).astype(int)
    honest = np.stack([calibrated, 1 - calibrated], axis=1)
    said = soften(honest, 1 / true)
    found = fit_temperature(said, truth)
    assert found == pytest.approx(true, rel=0.05)
    assert negative_log_likelihood(soften(said, found), truth) <= negative_log_likelihood(said, truth)


def test_ece_by_hand():
    confidence, correct = np.array([0.95, 0.95, 0.55, 0.55]), np.array([1.0, 0.0, 1.0, 0.0])
    assert expected_calibration_error(confidence, correct) == pytest.approx((0.45 * 2 + 0.05 * 2) / 4)
    weighted = expected_calibration_error(confidence, correct, np.array([1.0, 0.0, 1.0, 0.0]))
    assert weighted == pytest.approx((0.05 + 0.45) / 2)
    assert expected_calibration_error(np.array([1.0, 1.0]), np.array([1.0, 1.0])) == 0


def test_bins_hold_what_belongs_together():
    bins = reliability(np.array([0.05, 0.95, 0.97, 1.0]), np.array([0.0, 1.0, 1.0, 0.0]))
    assert [one.n for one in bins] == [1, 3]
    assert bins[1].confidence == pytest.approx(2.92 / 3)
    assert bins[1].correct.value == pytest.approx(2 / 3)
    assert bins[1].correct.low < 2 / 3 < bins[1].correct.high


def test_the_curve_is_found_again_and_no_other_is_likelier():
    rng = np.random.default_rng(1)
    values = rng.random(5000)
    hits = (rng.random(5000) < Curve(6.0, -3.0).at(values)).astype(float)
    found = fit_curve(values, hits)
    assert found == pytest.approx(Curve(6.0, -3.0), rel=0.1)

    def likelihood(curve: Curve) -> float:
        chances = curve.at(values)
        return float((hits * np.log(chances) + (1 - hits) * np.log(1 - chances)).mean())

    for slope, offset in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)):
        assert likelihood(Curve(found.slope + slope, found.offset + offset)) < likelihood(found)


def test_rank_correlation_is_that_of_scipy():
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 5, 40).astype(float), rng.random(40)
    assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic)
    assert rank_correlation(second, second) == pytest.approx(1.0)
    assert math.isnan(rank_correlation(np.ones(3), second[:3]))


def test_weights_of_a_curve_count_as_repeats():
    values, shares = np.array([0.2, 0.8, 0.5]), np.array([0.25, 0.75, 0.5])
    many = fit_curve(np.repeat(values, 4), np.array([0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 0], dtype=float))
    few = fit_curve(values, shares, np.full(3, 4.0))
    assert few == pytest.approx(many, abs=1e-2)
    separated = fit_curve(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    assert 0 < separated.slope < 100


def test_ranges():
    assert Range(2.0, 3.0, 5.0).widened(2.0) == Range(1.0, 3.0, 7.0)
    assert Range(3.0, 3.0, 3.0).widened(2.0, 0.5) == Range(2.0, 3.0, 4.0)
    assert coverage([Range(0, 1, 2), Range(0, 1, 2)], [2.0, 2.1]).value == 0.5


def test_a_factor_that_covers_the_level():
    rng = np.random.default_rng(2)
    truth = rng.normal(size=400)
    ranges = [Range(m - 0.1, m, m + 0.1) for m in truth + rng.normal(0, 1, 400)]  # far too narrow
    least = least_half(ranges)
    needed = [needed_factor(one, value, least) for one, value in zip(ranges, truth, strict=True)]
    factor = fit_factor(needed[:200], 0.8)
    found = coverage([one.widened(factor, least) for one in ranges[200:]], truth[200:].tolist())
    assert found.low < 0.8 < found.high
    assert factor == pytest.approx(12.8, rel=0.2)  # 0.8 of a normal error is within 1.28


def test_factors_by_hand():
    assert least_half([Range(0, 1, 3), Range(1, 1, 1), Range(0, 4, 4)]) == pytest.approx(0.4)
    assert needed_factor(Range(1, 2, 4), 5.0, 0.0) == 1.5
    assert needed_factor(Range(1, 2, 4), 0.0, 0.0) == 2.0
    assert needed_factor(Range(2, 2, 2), 3.0, 0.5) == 2.0
    assert needed_factor(Range(2, 2, 2), 2.0, 0.0) == 0.0
    assert needed_factor(Range(2, 2, 2), 3.0, 0.0) == math.inf
    assert fit_factor([3.0, 1.0, 2.0, 4.0], 0.5) == 3.0  # the third of four: ceil(5 / 2)


def test_nothing_to_fit():
    with pytest.raises(InputError, match="temperature"):
        fit_temperature(np.empty((0, 2)), np.empty(0, dtype=int))
    with pytest.raises(InputError, match="curve"):
        fit_curve(np.empty(0), np.empty(0))
    with pytest.raises(InputError, match="width"):
        fit_factor([math.inf], 0.9)
    assert least_half([Range(1, 1, 1)]) == 0
    with pytest.raises(InputError, match="coverage"):
        coverage([], [])
