"""What a metric is: a score of any resample of the samples, with how many of them it stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from llamo.errors import InputError

Weights = Float[np.ndarray, "R S"]  # how often each of S samples is drawn in each of R resamples
Values = Float[np.ndarray, "R"]
Column = Float[np.ndarray, "S"]
NONE_READ = "no answer can be read"


@dataclass(frozen=True)
class Metric:
    """A score over a set of samples, ready to be resampled.

    Attributes:
        name: As tasks name it, e.g. "bleu-4".
        values: The score of each resample; NaN where it is not defined (R2 of equal numbers, AUROC of one class).
        n_total: Samples of the file.
        n_valid: Those among them with an answer that could be read.
        over: Its denominator: "all" samples, the unread ones counted as wrong, or the "valid" ones alone.
        unit: Unit of the value; "" for shares from 0 to 1 and other pure numbers.
        is_better_lower: Whether less is better (errors, distances).
        num_weights: Samples that `values` expects a weight for; 0 for as many as `n_total`.
        samples: What each sample scores by itself, NaN where it does not count; None for a score of the whole set.
        why_undefined: Why the value of the samples themselves is not defined; "" where it is, or nobody knows.
    """

    name: str
    values: Callable[[Weights], Values]
    n_total: int
    n_valid: int
    over: Literal["all", "valid"] = "all"
    unit: str = ""
    is_better_lower: bool = False
    num_weights: int = 0
    samples: Column | None = None
    why_undefined: str = ""

    @property
    def width(self) -> int:
        """How many weights a resample has."""
        return self.num_weights or self.n_total

    @property
    def value(self) -> float:
        """The score of the samples themselves."""
        return float(self.values(np.ones((1, self.width)))[0])


@dataclass(frozen=True)
class Refused:
    """A metric that is not computed, and what would have it computed.

    Attributes:
        name: The metric.
        reason: What is missing and the remedy.
    """

    name: str
    reason: str


@dataclass(frozen=True)
class Coverage:
    """Which samples have an answer that can be read.

    Attributes:
        is_valid: One flag a sample.
    """

    is_valid: Bool[np.ndarray, "S"]  # noqa: UP037

    @property
    def n_total(self) -> int:
        """All samples."""
        return len(self.is_valid)

    @property
    def n_valid(self) -> int:
        """Those with an answer."""
        return int(self.is_valid.sum())

    def mean(
        self,
        name: str,
        values: Sequence[float] | Column,
        *,
        over_valid: bool = False,
        unit: str = "",
        is_better_lower: bool = False,
    ) -> Metric:
        """Make the metric that is the mean of a value over all samples, or over the valid ones."""
        weighed = np.asarray(values, dtype=np.float64)
        included = self.is_valid.astype(np.float64) if over_valid else np.ones(self.n_total)
        metric = self.ratio(name, np.where(included > 0, weighed, 0.0), included)
        over: Literal["all", "valid"] = "valid" if over_valid else "all"
        why = "" if included.any() else NONE_READ
        return replace(metric, over=over, unit=unit, is_better_lower=is_better_lower, why_undefined=why)

    def ratio(self, name: str, numerators: Sequence[float] | Column, denominators: Column) -> Metric:
        """Make the metric that is a ratio of two sums, e.g. a mean over what each sample brings in."""
        rows = np.stack([np.asarray(numerators, dtype=np.float64), denominators], axis=1)  # [S, 2]
        metric = self.of_sums(name, rows, lambda sums: divide(sums[:, 0], sums[:, 1]))
        return replace(metric, samples=divide(rows[:, 0], rows[:, 1]))

    def of_sums(
        self,
        name: str,
        rows: Float[np.ndarray, "S C"],
        finish: Callable[[Float[np.ndarray, "R C"]], Values],
    ) -> Metric:
        """Make the metric that follows from the column sums of a row of numbers a sample."""
        return Metric(name, lambda weights: finish(weights @ rows), self.n_total, self.n_valid)


def written(value: float, *, sign: bool = False) -> str:
    """Write a score with four decimals; "undefined" where it is none."""
    if not np.isfinite(value):
        return "undefined"
    return f"{value:+.4f}" if sign else f"{value:.4f}"


def counted(number: int, noun: str) -> str:
    """Count things: 1 -> "1 row", 2 -> "2 rows"."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def divide(numerators: Values, denominators: Values) -> Values:
    """Divide, with NaN where the denominator is 0."""
    return np.divide(
        numerators, denominators, out=np.full(np.shape(numerators), np.nan), where=denominators != 0
    )


def check_lengths(predictions: Sequence[object], references: Sequence[object]) -> None:
    """Refuse predictions that references cannot be put beside.

    Raises:
        InputError: For none, or as many of one as there are not of the other.
    """
    if len(predictions) != len(references) or not len(references):
        raise InputError(
            f"there are {len(predictions)} predictions and {len(references)} references; "
            "expected as many of one as of the other, and at least one"
        )
