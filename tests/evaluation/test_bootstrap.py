from __future__ import annotations

import numpy as np
import pytest

from llamo.errors import InputError
from llamo.evaluation import bootstrap
from llamo.evaluation.bootstrap import (
    bootstrap_crossed,
    bootstrap_mean,
    bootstrap_metrics,
    bootstrap_scores,
    paired_bootstrap,
)
from llamo.evaluation.metric import Coverage, Metric


def mean_metric(values: np.ndarray, name: str = "mean") -> Metric:
    return Coverage(np.ones(len(values), dtype=bool)).mean(name, values)


def test_interval_of_a_mean():
    """For a mean the interval is close to 1.96 standard errors on either side."""
    values = np.random.default_rng(0).normal(size=400)
    found = bootstrap_metrics([mean_metric(values)], resamples=2000)[0]
    error = values.std() / 20
    ends = (values.mean() - 1.96 * error, values.mean() + 1.96 * error)
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx(ends, abs=0.15 * error)


def test_the_order_of_the_samples_changes_no_interval():
    values = np.random.default_rng(0).normal(size=50)
    shuffled = np.random.default_rng(1).permutation(values)
    first, again = (
        bootstrap_metrics([mean_metric(some)], order=np.argsort(some))[0] for some in (values, shuffled)
    )
    assert first == pytest.approx(again)
    assert bootstrap_metrics([mean_metric(shuffled)])[0].low != pytest.approx(first.low)


def test_chunks_change_nothing(monkeypatch):
    metrics = [mean_metric(np.arange(30.0))]
    whole = bootstrap_metrics(metrics, resamples=100)
    monkeypatch.setattr(bootstrap, "_CELLS_A_CHUNK", 210)
    assert bootstrap_metrics(metrics, resamples=100) == whole


def test_scores_of_sums_agree_with_metrics():
    values = np.sort(np.random.default_rng(0).normal(size=40))
    rows = np.stack([values, np.ones(40)], axis=1)
    by_sums = bootstrap_scores(rows, lambda sums: {"mean": float(sums[0] / sums[1])})["mean"]
    assert by_sums == pytest.approx(bootstrap_metrics([mean_metric(values)])[0])


def test_paired_differences_are_tighter_than_the_scores():
    """A constant lead over noisy samples is certain, though the scores themselves are not."""
    noise = np.random.default_rng(0).normal(size=200)
    first, second = mean_metric(noise + 0.1), mean_metric(noise)
    found = paired_bootstrap([first], [second])[0]
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))
    assert found.p == 0.0
    assert bootstrap_metrics([first])[0].low < bootstrap_metrics([second])[0].high


def test_no_difference_is_not_significant():
    values = np.random.default_rng(0).normal(size=100)
    same = paired_bootstrap([mean_metric(values)], [mean_metric(values)])[0]
    assert same == (0.0, 0.0, 0.0, 1.0)
    other = paired_bootstrap([mean_metric(values)], [mean_metric(values[::-1])])[0]
    assert other.low < 0 < other.high
    assert other.p > 0.9


def test_other_metrics_cannot_be_compared():
    values = np.arange(3.0)
    for other in (mean_metric(values, "other"), mean_metric(np.arange(4.0))):
        with pytest.raises(InputError, match="same metrics"):
            paired_bootstrap([mean_metric(values)], [other])


def test_what_is_never_defined_has_no_interval():
    never = Coverage(np.zeros(3, dtype=bool)).mean("mean", np.ones(3), over_valid=True)
    assert np.isnan(bootstrap_metrics([never])[0]).all()
    assert np.isnan(paired_bootstrap([never], [never])[0]).all()


def test_a_single_run_varies_by_its_samples_alone():
    values = np.random.default_rng(0).normal(size=200)
    found, alone = bootstrap_crossed([values[None]]), bootstrap_mean(values)
    assert found.value == pytest.approx(alone.value)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high), abs=0.03)


def test_runs_that_disagree_widen_the_interval():
    """Three runs with means -1, 0, 1: the mean of three draws lies between -1 and 1, and is an end in one of 27."""
    samples = np.random.default_rng(0).normal(scale=0.01, size=100)
    agreeing, disagreeing = np.stack([samples] * 3), np.stack([samples - 1, samples, samples + 1])
    assert bootstrap_crossed([agreeing]).high < 0.01
    found = bootstrap_crossed([disagreeing])
    assert (found.low, found.high) == pytest.approx((-1, 1), abs=0.01)


def test_groups_count_the_same_whatever_their_size():
    found = bootstrap_crossed([np.zeros((2, 90)), np.ones((2, 10))])
    assert found == (0.5, 0.5, 0.5)
    with pytest.raises(InputError, match=r"\[2, 3\] runs"):
        bootstrap_crossed([np.zeros((2, 4)), np.zeros((3, 4))])
