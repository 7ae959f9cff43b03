"""The report as one HTML file: no script, no file from elsewhere, pictures inside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from llamo.evaluation.evaluating import ComparisonResult, Evaluation
from llamo.evaluation.report.comparison import comparison
from llamo.evaluation.report.gallery import gallery
from llamo.evaluation.report.header import counts_table, header, scores_table
from llamo.evaluation.report.likeness import similarities
from llamo.evaluation.report.markup import Markup, joined, tag
from llamo.evaluation.report.molecules import heavy_atoms, read_cell
from llamo.evaluation.report.plots import plots
from llamo.evaluation.report.samples import sample_scores
from llamo.evaluation.report.style import STYLE
from llamo.files import replacing

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class ReportOptions:
    """What a report takes besides the evaluation.

    Attributes:
        command: The command that made it, to be shown.
        bank: Folder or table of the molecules that were learnt from.
        gallery: Samples at most of each kind.
    """

    command: str = ""
    bank: Path | None = None
    gallery: int = 6


def write_report(
    result: Evaluation | ComparisonResult, path: Path, options: ReportOptions | None = None
) -> None:
    """Write the report of an evaluation, or of a comparison, to one HTML file.

    Raises:
        DataError: If the bank is missing or damaged.
        LlamoError: If the disk is full or the folder cannot be written to.
    """
    text = report_html(result, options or ReportOptions())
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")


def report_html(result: Evaluation | ComparisonResult, options: ReportOptions) -> str:
    """Lay the report out.

    Raises:
        DataError: As `write_report`.
    """
    first = result.first if isinstance(result, ComparisonResult) else result
    rows = first.rows
    molecules = [read_cell(cell) for cell in rows.molecules or [""] * len(rows.texts)]
    scores = sample_scores(first)
    known = similarities(rows, molecules, options.bank)
    title = f"{first.settings.task}, protocol {first.settings.protocol}: {rows.path.name}"
    body = tag(
        "body",
        tag("h1", title),
        header(first, options.command),
        scores_table(first),
        counts_table(first),
        comparison(result, options.gallery) if isinstance(result, ComparisonResult) else None,
        plots(first, scores, heavy_atoms(molecules), known),
        gallery(first, scores, known, options.gallery),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", Markup(STYLE)),
    )
    return joined([Markup("<!doctype html>\n"), tag("html", head, body, lang="en"), Markup("\n")])
