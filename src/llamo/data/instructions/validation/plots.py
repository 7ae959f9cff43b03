"""Pictures of a validation: claims by kind and status, lengths of answers, turns."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from llamo.data.instructions.validation.report import STATUSES, ValidationReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"true": "#3a7d44", "false": "#b3261e", "unclear": "#b9b9b9"}


def draw_plots(report: ValidationReport, folder: Path) -> list[Path]:
    """Draw the three plots as PNG.

    Returns:
        `claims.png`, `answer_lengths.png` and `turns.png` in `folder`.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    paths = []
    for name, draw in (("claims", _draw_claims), ("answer_lengths", _draw_lengths), ("turns", _draw_turns)):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure.add_subplot(), report)
        path = folder / f"{name}.png"
        figure.savefig(path, dpi=120)
        paths.append(path)
    return paths


def _draw_claims(axes: Axes, report: ValidationReport) -> None:
    counts = {kind: row for kind, row in report.claim_counts().items() if kind != "all"}
    kinds = sorted(counts, key=lambda kind: sum(counts[kind].values()))
    left = [0] * len(kinds)
    for status in STATUSES:
        widths = [counts[kind][status] for kind in kinds]
        axes.barh(
            [kind.replace("_", " ") for kind in kinds], widths, left=left, color=COLOURS[status], label=status
        )
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set_xlabel("claims")
    axes.legend()


def _draw_lengths(axes: Axes, report: ValidationReport) -> None:
    _draw_counts(axes, report.answer_words, "words of an answer", "answers")


def _draw_turns(axes: Axes, report: ValidationReport) -> None:
    _draw_counts(axes, report.turns, "exchanges", "conversations")


def _draw_counts(axes: Axes, counts: Counter[int], below: str, beside: str) -> None:
    axes.bar(list(counts), list(counts.values()), width=0.9, color="#33658a")
    axes.set_xlabel(below)
    axes.set_ylabel(beside)
