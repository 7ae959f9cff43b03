"""Writing what a probe found: predictions, figures as JSON, a table as Markdown, a plot."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from llamo.files import replacing
from llamo.inference.predict_record import write_record
from llamo.inference.writers import write_table
from llamo.studies.robustness.figures import Figure
from llamo.studies.robustness.probe import ProbeResult
from llamo.studies.robustness.question import Asked

PANELS_A_ROW = 3


def write_probe(result: ProbeResult, out: Path, made_of: Mapping[str, object]) -> None:
    """Write NAME.json, .md, .png, .predictions.jsonl and, where given answers were scored, NAME.scored.jsonl.

    Args:
        result: What the probe found.
        out: Folder.
        made_of: What all of it depends on: model, molecules, versions.
    """
    told = [one for one in result.asked if not one.question.said]
    scored = [one for one in result.asked if one.question.said]
    for kind, asked in (("predictions", told), ("scored", scored)):
        if asked:
            path = out / f"{result.name}.{kind}.jsonl"
            rows = [_row(one) for one in asked]
            write_table(path, rows, list(dict.fromkeys(name for row in rows for name in row)))
            write_record(path, {**made_of, "probe": result.name}, num_rows=len(rows), num_errors=0)
    write_text(out / f"{result.name}.json", as_json({**made_of, **to_dict(result)}))
    write_text(out / f"{result.name}.md", markdown(result))
    plot(result.figures, out / f"{result.name}.png", result.title)


def to_dict(result: ProbeResult) -> dict[str, object]:
    """Lay a result out for JSON."""
    return {
        "probe": result.name,
        "title": result.title,
        "notes": list(result.notes),
        "figures": [figure.to_dict() for figure in result.figures],
        "details": dict(result.details),
    }


def as_json(value: object) -> str:
    """Write JSON; what is not defined is null."""
    return json.dumps(_defined(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def markdown(result: ProbeResult) -> str:
    """Render the table of figures, and below it what a reader has to know."""
    lines = [
        f"### {result.title}",
        "",
        "| | | figure [95 %] | n | molecules |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.group} | {one.name} | {one.interval} | {one.n} | {one.molecules} |" for one in result.figures
    ]
    lines += ["", *(f"- {note}" for note in result.notes)]
    return "\n".join(lines) + "\n"


def plot(figures: Sequence[Figure], path: Path, title: str) -> None:
    """Draw a panel for every name, in it a point with its interval for every group."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    names = list(dict.fromkeys(figure.name for figure in figures))
    groups = list(dict.fromkeys(figure.group for figure in figures))
    rows = max(1, math.ceil(len(names) / PANELS_A_ROW))
    canvas = Canvas(
        figsize=(4.2 * PANELS_A_ROW, rows * (1.0 + 0.24 * len(groups)) + 0.4), layout="constrained"
    )
    FigureCanvasAgg(canvas)
    panels = canvas.subplots(rows, PANELS_A_ROW, squeeze=False, sharey=True).flatten()
    for panel, name in zip(panels, names, strict=False):
        for one in figures:
            if one.name == name and math.isfinite(one.interval.value):
                value, low, high = one.interval
                ends = [[max(0.0, value - low)], [max(0.0, high - value)]]
                panel.errorbar(value, groups.index(one.group), xerr=ends, fmt="o", color="C0", capsize=3)
        panel.set_title(name, fontsize=9)
        panel.grid(axis="x", alpha=0.3)
        panel.set_yticks(range(len(groups)), groups, fontsize=8)
    if groups:
        panels[0].set_ylim(len(groups) - 0.5, -0.5)
    for panel in panels[len(names) :]:
        panel.set_visible(False)
    canvas.suptitle(title)
    with replacing(path) as temporary:
        canvas.savefig(temporary, dpi=120, format="png")


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8")


def _row(one: Asked) -> dict[str, object]:
    """Lay an answer out in the manner of `llamo predict`."""
    question, answer = one.question, one.answer
    row: dict[str, object] = {
        "smiles": question.molecule,
        "shown_smiles": question.prompt_smiles,
        "question": question.text,
        "view": question.view,
        "graph_of": question.donor or question.prompt_smiles,
        "counts_only": question.counts_only,
        **question.labels,
    }
    if question.said:
        return row | {"text": question.said, "log_probability": answer.log_probability}
    answered = answer.prediction
    if question.is_silent:  # what the logits say
        answered = question.choices[0] if answer.means_yes else question.choices[1]
    row |= {"prediction": answered, "reference": question.reference, "error": ""}
    return row | ({"score": answer.score} if question.choices else {})


def _defined(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _defined(item) for key, item in value.items()}
    return [_defined(item) for item in value] if isinstance(value, list | tuple) else value
