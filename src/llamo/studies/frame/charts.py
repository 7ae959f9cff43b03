"""Charts of a study, drawn as PNG and SVG: panels of lines or values with intervals, of points, or heat maps."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llamo.evaluation.bootstrap import Interval
from llamo.files import replacing

PANELS_A_ROW = 3


@dataclass(frozen=True)
class Line:
    """A line of a panel.

    Attributes:
        label: in the legend; "" for none.
        x: places.
        y: values, with the 95 % interval where one is known.
        is_theory: drawn dashed and black: computed, not measured.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float | Interval]
    is_theory: bool = False


@dataclass(frozen=True)
class Points:
    """Points of a panel in colours by group: a map."""

    label: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Bar:
    """A value with its 95 % interval beside others of its kind: a point with whiskers over its name."""

    label: str
    value: Interval


@dataclass(frozen=True)
class HeatMap:
    """A matrix of a panel: each cell has its value and a colour.

    Attributes:
        rows, columns: headings.
        values: row by row; NaN for nothing.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float]]


@dataclass(frozen=True)
class Panel:
    """One pair of axes."""

    title: str
    lines: Sequence[Line] = ()
    points: Sequence[Points] = ()
    bars: Sequence[Bar] = ()
    heat_map: HeatMap | None = None
    x_label: str = ""
    y_label: str = ""
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure of the report.

    Attributes:
        name: of its files: NAME.png and NAME.svg.
        caption: below it in the report.
        panels: side by side, `PANELS_A_ROW` in a row.
        shares_legend: one legend below all panels, where they show the same things.
    """

    name: str
    caption: str
    panels: Sequence[Panel] = field(default_factory=tuple)
    shares_legend: bool = False


def draw(chart: Chart, folder: Path) -> list[Path]:
    """Draw a chart; returns its files."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # svg.hashsalt and no date: the same figures give the same file
    with rc_context({"svg.hashsalt": chart.name, "font.size": 9}):
        columns = min(PANELS_A_ROW, max(1, len(chart.panels)))
        rows = max(1, -(-len(chart.panels) // columns))
        figure = Figure(figsize=(4.0 * columns, 3.1 * rows), layout="constrained")
        FigureCanvasAgg(figure)
        places = figure.subplots(rows, columns, squeeze=False).flatten()
        colours = _colours(chart)
        for axes, panel in zip(places, chart.panels, strict=False):
            _draw_panel(axes, panel, colours)
            if not chart.shares_legend and axes.get_legend_handles_labels()[0]:
                axes.legend(fontsize=7)
        for axes in places[len(chart.panels) :]:
            axes.set_visible(False)
        if chart.shares_legend:
            known = {
                label: handle
                for axes in places
                for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
            }
            figure.legend(known.values(), known.keys(), loc="outside lower center", ncols=4, fontsize=7)
        paths = [folder / f"{chart.name}.{kind}" for kind in ("png", "svg")]
        for path in paths:
            metadata = {"Date": None} if path.suffix == ".svg" else {}
            with replacing(path) as temporary:
                figure.savefig(temporary, dpi=110, format=path.suffix[1:], metadata=metadata)
    return paths


def _colours(chart: Chart) -> dict[str, str]:
    """Give every label one colour in all panels of a chart."""
    drawn = [
        *(points.label for panel in chart.panels for points in panel.points),
        *(line.label for panel in chart.panels for line in panel.lines),
    ]
    return {label: f"C{place % 10}" for place, label in enumerate(dict.fromkeys(drawn))}


def _draw_heat_map(axes: Any, found: HeatMap) -> None:  # Any: matplotlib has no type hints
    image = axes.imshow(found.values, cmap="viridis", aspect="auto")
    axes.set_xticks(range(len(found.columns)), found.columns, rotation=30, ha="right")
    axes.set_yticks(range(len(found.rows)), found.rows)
    for row, values in enumerate(found.values):
        for column, value in enumerate(values):
            is_dark = image.norm(value) < 0.6
            colour = "white" if is_dark else "black"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=7, color=colour)


def _draw_panel(
    axes: Any,  # Any: matplotlib has no type hints
    panel: Panel,
    colours: Mapping[str, str],
) -> None:
    if panel.heat_map is not None:
        _draw_heat_map(axes, panel.heat_map)
    for place, bar in enumerate(panel.bars):
        found = bar.value  # ends of an interval without width may pass its value by a rounding
        low, high = max(0.0, found.value - found.low), max(0.0, found.high - found.value)
        axes.errorbar(place, found.value, [[low], [high]], fmt="o", ms=4, capsize=3)
    if panel.bars:
        axes.set_xticks(range(len(panel.bars)), [bar.label for bar in panel.bars], rotation=30, ha="right")
    for points in panel.points:
        axes.scatter(
            points.x, points.y, s=7, alpha=0.7, label=points.label or None, color=colours[points.label]
        )
    theory = itertools.cycle(("--", ":"))
    for line in panel.lines:
        values = [one.value if isinstance(one, Interval) else one for one in line.y]
        style = (
            {"color": "black", "linestyle": next(theory), "linewidth": 1}
            if line.is_theory
            else {"marker": "o", "ms": 3, "color": colours[line.label]}
        )
        (drawn,) = axes.plot(line.x, values, label=line.label or None, **style)
        if any(isinstance(one, Interval) for one in line.y):
            lows = [one.low if isinstance(one, Interval) else one for one in line.y]
            highs = [one.high if isinstance(one, Interval) else one for one in line.y]
            axes.fill_between(line.x, lows, highs, color=drawn.get_color(), alpha=0.15, linewidth=0)
    axes.set_title(panel.title, fontsize=9)
    axes.set(xlabel=panel.x_label, ylabel=panel.y_label)
    if panel.heat_map is None:
        axes.grid(alpha=0.25)
    if panel.log_x:
        axes.set_xscale("log")
    if panel.log_y:
        axes.set_yscale("log")
