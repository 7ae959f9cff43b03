"""Writing what a study found: data as CSV and JSON, charts as PNG and SVG, a Markdown report, a documentation page."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from llamo.evaluation.results.machine import Machine, machine_line
from llamo.evaluation.results.page_file import fill_page
from llamo.files import replacing
from llamo.studies.frame.charts import draw
from llamo.studies.frame.findings import Findings
from llamo.studies.frame.results import Results, Row
from llamo.studies.robustness.report import as_json, write_text

BEGIN = "<!-- study: begin; `llamo study NAME --page` writes what follows, do not edit it -->"
END = "<!-- study: end -->"


def write_findings(
    findings: Findings, results: Results, out: Path, *, name: str, claim: str, made_of: Mapping[str, object]
) -> None:
    """Write NAME.json, NAME.TABLE.csv, the charts and NAME.md to a folder."""
    for table, rows in results.tables().items():
        write_csv(rows, out / f"{name}.{table}.csv")
    for chart in findings.charts:
        draw(chart, out)
    summary = {
        "claim": claim,
        "verdict": findings.verdict,
        "reason": findings.reason,
        **made_of,
        "tables": [
            {"title": table.title, "columns": list(table.columns), "rows": [list(row) for row in table.rows]}
            for table in findings.tables
        ],
        "notes": list(findings.notes),
    }
    write_text(out / f"{name}.json", as_json(summary))
    write_text(out / f"{name}.md", f"# Study: {name}\n\n{markdown(findings, claim=claim, made_of=made_of)}")


def markdown(
    findings: Findings, *, claim: str, made_of: Mapping[str, object], figures: str = "", level: int = 2
) -> str:
    """Write the report below its heading: claim, verdict, what was done, tables, charts, notes.

    Args:
        figures: folder of the charts as the page links it, with a slash; "" for beside it.
        level: of its headings.
    """
    mark = "#" * level
    lines = [f"Claim: *{claim}*", "", findings.sentence, "", f"{mark} What was measured", ""]
    lines += [f"- {item}" for item in (*findings.done, *_circumstances(made_of))]
    lines += ["", f"{mark} Figures", ""]
    for table in findings.tables:
        lines += [table.markdown()]
    for chart in findings.charts:
        lines += [f"![{chart.caption}]({figures}{chart.name}.png)", "", f"*{chart.caption}*", ""]
    if findings.notes:
        lines += [f"{mark} To be known", "", *(f"- {note}" for note in findings.notes)]
    return "\n".join(lines).rstrip() + "\n"


def write_page(page: Path, findings: Findings, *, claim: str, made_of: Mapping[str, object]) -> None:
    """Put a report between the markers of a documentation page, and its charts into `figures` beside it.

    Raises:
        DataError: the page is missing, or has not both markers once each and in order.
    """
    text = markdown(findings, claim=claim, made_of=made_of, figures="figures/", level=3)
    fill_page(page, text, BEGIN, END, goes="the report goes")
    folder = page.parent / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    for chart in findings.charts:
        draw(chart, folder)


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write rows under the columns that any of them has, in order of appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows({key: _short(value) for key, value in row.items()} for row in rows)


def _short(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value


def _circumstances(made_of: Mapping[str, object]) -> list[str]:
    """Say how large the run was, and on which machine."""
    machine, seconds = made_of.get("machine"), made_of.get("seconds")
    left_out = made_of.get("cells_left_out")
    lines = [
        f"{made_of.get('cells')} cells, {seconds} s of work in all"
        + (f"; {left_out} left out for want of time" * bool(left_out))
    ]
    if isinstance(machine, Mapping):
        lines.append(machine_line(cast("Machine", dict(machine))))
    return lines
