from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from llamo.errors import DataError, InputError
from llamo.evaluation.by_property import by_property
from llamo.evaluation.number_metrics import number_metrics


def values(said, true, **rules) -> dict[str, float]:
    return {metric.name: metric.value for metric in number_metrics(said, true, **rules)}


def test_strict_by_hand():
    """Errors 1 and 0; the unread answer costs 8, the most a guess between 0 and 10 could be off a 2."""
    found = values([1.0, 10.0, None], [0.0, 10.0, 2.0])
    assert found["mae"] == pytest.approx(9 / 3)
    assert found["rmse"] == pytest.approx(np.sqrt(65 / 3))
    assert found["r2"] == pytest.approx(1 - 65 / (16 + 36 + 4))
    assert found["parse-rate"] == pytest.approx(2 / 3)


def test_official_drops_what_is_no_number():
    found = number_metrics([1.0, 10.0, None], [0.0, 10.0, 2.0], over_valid=True, unit="Hartree")
    by_name = {metric.name: metric for metric in found}
    assert by_name["mae"].value == pytest.approx(0.5)
    assert by_name["rmse"].value == pytest.approx(np.sqrt(0.5))
    assert by_name["r2"].value == pytest.approx(1 - 1 / 50)
    assert (by_name["mae"].over, by_name["mae"].n_total, by_name["mae"].n_valid) == ("valid", 3, 2)
    assert by_name["mae"].unit == "Hartree"
    assert by_name["parse-rate"].value == pytest.approx(2 / 3)


def test_equals_scikit_learn():
    rng = np.random.default_rng(0)
    true = rng.normal(-0.25, 0.02, size=60)
    said = true + rng.normal(0, 0.01, size=60)
    found = values(list(said), list(true))
    assert found["mae"] == pytest.approx(mean_absolute_error(true, said))
    assert found["rmse"] == pytest.approx(root_mean_squared_error(true, said))
    assert found["r2"] == pytest.approx(r2_score(true, said))


def test_a_resample_equals_its_rows():
    rng = np.random.default_rng(1)
    said, true = rng.normal(size=12), rng.normal(size=12)
    picks = rng.integers(12, size=12)
    weights = np.bincount(picks, minlength=12)[None, :].astype(float)
    drawn = {metric.name: metric.values(weights)[0] for metric in number_metrics(said, true)}
    assert drawn["r2"] == pytest.approx(r2_score(true[picks], said[picks]))
    assert drawn["rmse"] == pytest.approx(root_mean_squared_error(true[picks], said[picks]))


def test_no_guess_within_the_range_does_worse_than_silence():
    true = [0.0, 1.0, 4.0]
    for guess in (0.0, 2.0, 4.0):
        silent, guessed = values([None, 1.0, 4.0], true), values([guess, 1.0, 4.0], true)
        assert silent["mae"] >= guessed["mae"]


def test_what_is_not_finite_is_no_answer():
    assert values([float("inf"), 1.0], [0.0, 1.0])["parse-rate"] == 0.5
    assert values([float("nan"), 1.0], [0.0, 1.0])["mae"] == 0.5


def test_undefined_scores_are_nan_not_zero():
    assert np.isnan(values([1.0, 2.0], [3.0, 3.0])["r2"])
    assert values([1.0, 2.0], [3.0, 3.0])["mae"] == 1.5
    assert np.isnan(values([None, 3.0], [3.0, 3.0])["mae"])  # no range to charge from
    assert np.isnan(values([None], [1.0], over_valid=True)["mae"])


def test_bad_input():
    with pytest.raises(DataError, match="row 2 is nan"):
        number_metrics([1.0, 1.0], [1.0, float("nan")])
    with pytest.raises(InputError, match="as many"):
        number_metrics([], [])


def test_properties_are_scored_by_themselves_and_averaged():
    """MAE 1 over the first and third sample, 3 over the second: the mean is 2, not that of three samples."""
    said, true = [1.0, 3.0, 1.0], [0.0, 0.0, 0.0]
    found = by_property(
        ["homo", "gap", "homo"],
        lambda rows, name: number_metrics([said[i] for i in rows], [true[i] for i in rows], unit="Hartree"),
    )
    by_name = {metric.name: metric for metric in found}
    assert (by_name["mae"].value, by_name["mae (homo)"].value, by_name["mae (gap)"].value) == (2.0, 1.0, 3.0)
    assert (by_name["mae"].n_total, by_name["mae (homo)"].n_total) == (3, 2)
    assert list(by_name)[:4] == ["mae", "rmse", "r2", "parse-rate"]


def test_no_mean_over_different_units():
    units = {"gap": "Hartree", "esol": "log mol/L"}
    found = by_property(["gap", "esol"], lambda rows, name: number_metrics([1.0], [1.0], unit=units[name]))
    assert "mae" not in {metric.name for metric in found}
    assert {metric.name: metric.unit for metric in found}["mae (esol)"] == "log mol/L"
