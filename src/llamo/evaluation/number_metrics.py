"""How near predicted numbers come: MAE, RMSE, R2 and the share of answers that hold a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from llamo.errors import DataError
from llamo.evaluation.metric import (
    NONE_READ,
    Column,
    Coverage,
    Metric,
    Values,
    check_lengths,
    counted,
    divide,
)

FLAT = "all references are equal"
FLAT_AND_UNREAD = f"{FLAT}, so there is no range by which to charge for the answers without a number"
ABSURD = 1e100  # no property is as large, and the square of a number beyond 1e154 is no number any more


def number_metrics(
    predictions: Sequence[float | None],
    references: Sequence[float],
    *,
    unit: str = "",
    over_valid: bool = False,
) -> list[Metric]:
    """Compare numbers.

    Over all samples, an answer without a number is charged the largest error that any guess within the range of
    the references could make: a reference of 2 among references from 0 to 10 costs 8. No guess within that range does
    worse. Where
    all references are equal there is no range, and a set with an unread answer has no score (NaN).

    Args:
        predictions: S numbers; None, or one that is not finite or beyond `ABSURD`, is no answer.
        references: The true numbers.
        unit: Their unit.
        over_valid: Whether samples without a number are left out.

    Raises:
        InputError: For no numbers, or unequal numbers of them.
        DataError: If a reference is not finite.
    """
    check_lengths(predictions, references)
    true = np.asarray(references, dtype=np.float64)
    unsound = np.flatnonzero(~np.isfinite(true))
    if len(unsound):
        raise DataError(
            f"the reference of row {unsound[0] + 1} is {true[unsound[0]]}, as in {counted(len(unsound), 'row')} "
            "in all; expected finite numbers: take these rows out of the input and predict again"
        )
    said = np.array([np.nan if number is None else number for number in predictions], dtype=np.float64)
    coverage = Coverage(np.abs(said) <= ABSURD)  # NaN is not
    errors = np.where(
        coverage.is_valid, np.abs(np.where(coverage.is_valid, said, 0.0) - true), _largest(true)
    )
    why = FLAT_AND_UNREAD if not (over_valid or coverage.is_valid.all()) and true.min() == true.max() else ""
    squares = coverage.mean("rmse", errors**2, over_valid=over_valid, unit=unit, is_better_lower=True)
    with np.errstate(over="ignore"):
        errors_alone = coverage.mean("mae", errors, over_valid=over_valid, unit=unit, is_better_lower=True)
        root = replace(squares, values=lambda weights: np.sqrt(squares.values(weights)), samples=None)
        return [
            replace(errors_alone, why_undefined=why or errors_alone.why_undefined),
            replace(root, why_undefined=why or root.why_undefined),
            _r2(coverage, errors, true, over_valid=over_valid),
            coverage.mean("parse-rate", coverage.is_valid.astype(np.float64)),
        ]


def _largest(true: Column) -> Column:
    """Return the largest error of a guess within the range of the references, for each of them."""
    low, high = true.min(), true.max()
    return np.maximum(true - low, high - true) if high > low else np.full(len(true), np.nan)


def _r2(coverage: Coverage, errors: Column, true: Column, *, over_valid: bool) -> Metric:
    """Make 1 - (sum of squared errors) / (sum of squared deviations of the references from their mean)."""
    weighed = coverage.is_valid.astype(np.float64) if over_valid else np.ones(len(true))
    centred = true - true.mean()  # so that the sums below do not cancel
    rows = np.stack([np.ones(len(true)), centred, centred**2, errors**2], axis=1)  # [S, 4]
    rows = np.where(weighed[:, None] > 0, rows, 0.0)
    some = true[weighed > 0]
    why = NONE_READ if not len(some) else FLAT if some.min() == some.max() else ""
    metric = coverage.of_sums("r2", rows, _r2_of_sums)
    return replace(metric, over="valid" if over_valid else "all", why_undefined=why)


def _r2_of_sums(sums: Float[np.ndarray, "R 4"]) -> Values:
    number, centred, squares, residual = sums.T
    spread = squares - divide(centred**2, number)
    is_flat = ~(spread > 1e-12 * squares)  # all references of the resample are the same
    return np.where(is_flat, np.nan, 1 - divide(residual, np.where(is_flat, 1.0, spread)))
