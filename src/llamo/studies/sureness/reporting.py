"""Files of the sureness study: calibration, figures as JSON and Markdown, reliability plots."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from llamo.assistant.sureness_calibration import CALIBRATION_FILE, write_calibration
from llamo.evaluation.bootstrap import Interval
from llamo.evaluation.calibration import Bin
from llamo.files import replacing
from llamo.models.names import View
from llamo.studies.robustness.report import as_json, write_text
from llamo.studies.sureness.fitting import Findings

NAME = "sureness"


def write_report(findings: Findings, out: Path, model_sha256: str, made_of: Mapping[str, object]) -> None:
    """Write calibration.json, sureness.json, sureness.md and sureness.png; `made_of` names the view."""
    view = cast("View | None", made_of["view"])
    write_calibration(findings.calibration(model_sha256, view), out / CALIBRATION_FILE)
    figures = [
        {"name": name, "n": n, **(value._asdict() if isinstance(value, Interval) else {"value": value})}
        for name, value, n in findings.figures
    ]
    bins = {
        title: {kind: [_bin(one) for one in found] for kind, found in kinds.items()}
        for title, kinds in findings.plots.items()
    }
    write_text(
        out / f"{NAME}.json",
        as_json({**made_of, "figures": figures, "bins": bins, "notes": findings.notes}),
    )
    write_text(out / f"{NAME}.md", markdown(findings))
    if findings.plots:
        plot(findings, out / f"{NAME}.png")


def markdown(findings: Findings) -> str:
    """Render the figures as a table, and below it what was not fitted."""
    lines = ["### Sureness", "", "| | value [95 %] | n |", "|---|---|---|"]
    lines += [f"| {name} | {_shown(value)} | {n} |" for name, value, n in findings.figures]
    lines += [
        "",
        "- Figures called calibrated or fitted are cross-fitted: each half of the questions by what was fitted on "
        "the other.",
        *(f"- {note}" for note in findings.notes),
    ]
    return "\n".join(lines) + "\n"


def plot(findings: Findings, path: Path) -> None:
    """Draw a reliability plot for every kind of answer: share that is right over confidence, with Wilson intervals."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * len(findings.plots), 4.0), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(findings.plots), squeeze=False)[0]
    for axes, (title, kinds) in zip(panels, findings.plots.items(), strict=True):
        axes.plot([0, 1], [0, 1], "--", color="black", linewidth=1)
        for marker, (kind, bins) in zip("os", kinds.items(), strict=False):
            values = [one.correct.value for one in bins]
            ends = [
                [one.correct.value - one.correct.low for one in bins],
                [one.correct.high - one.correct.value for one in bins],
            ]
            axes.errorbar(
                [one.confidence for one in bins], values, yerr=ends, fmt=marker, capsize=3, label=kind
            )
        axes.set(title=title, xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120, format="png")


def _bin(one: Bin) -> dict[str, object]:
    return {"n": one.n, "confidence": one.confidence, **one.correct._asdict()}


def _shown(value: Interval | float) -> str:
    return str(value) if isinstance(value, Interval) else f"{value:.3f}"
