"""Plots as SVG text: pure functions of numbers, the same bytes for the same numbers.

Many points are drawn as pixels inside the SVG, so that its size does not grow with the file. No text of a file comes
in here: names stand in the captions, where they are escaped.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Column = Float[np.ndarray, "S"]
Flags = Bool[np.ndarray, "S"]
BLUE, ORANGE, GREY = "#2f6690", "#c8553d", "#9aa0a6"
_AS_PIXELS = 400  # points from which on they are pixels
_GRID = 80  # places of a running mean
BINS = 10  # of a reliability diagram


def histogram(values: Column, *, label: str) -> str:
    """Draw how often each value comes, with the mean as a line."""

    def draw(axes: Axes) -> None:
        axes.hist(values, bins=_bins(values), color=BLUE)
        axes.axvline(float(values.mean()), color=ORANGE, label=f"mean {values.mean():.4g}")
        axes.set(xlabel=label, ylabel="samples")
        axes.legend()

    return _svg(draw)


def against(x: Column, y: Column, *, x_label: str, y_label: str) -> str:
    """Draw a value of each sample against another, with the running mean where there are enough of them."""

    def draw(axes: Axes) -> None:
        _points(axes, x, y)
        if len(x) >= 20:
            axes.plot(*running_mean(x, y), color=ORANGE, label="running mean")
            axes.legend()
        axes.set(xlabel=x_label, ylabel=y_label)

    return _svg(draw)


def running_mean(x: Column, y: Column) -> tuple[Column, Column]:
    """Average y over the samples nearest in x, a fifteenth of them or ten, those equally near included.

    Returns:
        At most 80 places, and the mean at each.
    """
    places = np.unique(np.quantile(x, np.linspace(0, 1, _GRID)))
    number = min(len(x), max(10, len(x) // 15))
    means = []
    for place in places:
        distance = np.abs(x - place)
        means.append(float(y[distance <= np.partition(distance, number - 1)[number - 1]].mean()))
    return places, np.array(means)


def predicted_against_reference(said: Column, true: Column, *, unit: str) -> str:
    """Draw predicted numbers over the true ones with the line of equality, and beside it the residuals."""
    suffix = f" ({unit})" if unit else ""

    def draw(left: Axes, right: Axes) -> None:
        _points(left, true, said)
        ends = [float(min(true.min(), said.min())), float(max(true.max(), said.max()))]
        left.plot(ends, ends, color=GREY, linewidth=1)
        left.set(xlabel=f"reference{suffix}", ylabel=f"prediction{suffix}")
        residuals = said - true
        right.hist(residuals, bins=_bins(residuals), color=BLUE)
        right.axvline(0, color=GREY, linewidth=1)
        right.axvline(float(residuals.mean()), color=ORANGE, label=f"mean {residuals.mean():.4g}")
        right.set(xlabel=f"prediction less reference{suffix}", ylabel="samples")
        right.legend()

    return _svg(draw, panels=2)


def roc_and_reliability(scores: Column, is_positive: Flags) -> str:
    """Draw the ROC curve, and how often the answer is Yes among samples of like score."""

    def draw(left: Axes, right: Axes) -> None:
        left.plot([0, 1], [0, 1], color=GREY, linewidth=1)
        left.plot(*roc(scores, is_positive), color=BLUE)
        left.set(xlabel="false positive rate", ylabel="true positive rate", xlim=(0, 1), ylim=(0, 1.01))
        means, shares, counts = reliability(scores, is_positive)
        right.plot([0, 1], [0, 1], color=GREY, linewidth=1)
        right.plot(means, shares, color=BLUE, marker="o")
        for place, share, count in zip(means, shares, counts, strict=True):
            right.annotate(
                f"{count:.0f}", (place, share), textcoords="offset points", xytext=(4, -11), fontsize=7
            )
        right.set(xlabel="score (mean of a bin)", ylabel="share of Yes", xlim=(0, 1), ylim=(0, 1.01))

    return _svg(draw, panels=2)


def roc(scores: Column, is_positive: Flags) -> tuple[Column, Column]:
    """Return false and true positive rates at each distinct score, the highest first, from (0, 0) to (1, 1)."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.r_[np.diff(scores[order]) != 0, True])  # of each run of equal scores
    positives = np.r_[0, np.cumsum(is_positive[order])[last]]
    negatives = np.r_[0, np.cumsum(~is_positive[order])[last]]
    return negatives / max(1, negatives[-1]), positives / max(1, positives[-1])


def reliability(scores: Column, is_positive: Flags) -> tuple[Column, Column, Column]:
    """Put samples into ten bins of the score; returns of each that is not empty the mean score, share of Yes, count."""
    of_bin = np.minimum((scores * BINS).astype(int), BINS - 1)
    counts = np.bincount(of_bin, minlength=BINS).astype(np.float64)
    kept = counts > 0
    sums = np.bincount(of_bin, weights=scores, minlength=BINS)
    hits = np.bincount(of_bin, weights=is_positive, minlength=BINS)
    return sums[kept] / counts[kept], hits[kept] / counts[kept], counts[kept]


def _points(axes: Axes, x: Column, y: Column) -> None:
    axes.scatter(
        x,
        y,
        s=9,
        alpha=0.35 if len(x) > 100 else 0.8,
        linewidths=0,
        color=BLUE,
        rasterized=len(x) > _AS_PIXELS,
    )


def _bins(values: Column) -> int:
    return int(np.clip(np.sqrt(len(values)) * 1.5, 5, 50))


def _svg(draw: Callable[..., None], *, panels: int = 1) -> str:
    """Draw one panel or several beside each other as SVG; `draw` takes as many axes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "llamo", "svg.fonttype": "path", "font.size": 9}):
        figure = Figure(figsize=(6.2, 3.3), layout="constrained", dpi=110)
        draw(*np.ravel(figure.subplots(1, panels)))
        for axes in figure.axes:
            axes.spines[["top", "right"]].set_visible(False)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]  # without the document type, which names an address
