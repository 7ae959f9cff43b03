"""The tables of the results page: measured figures with interval and command, quoted ones marked beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from llamo.evaluation.results.cell_records import CellRecord
from llamo.evaluation.results.figures import NONE, as_published, label, seconds, with_interval
from llamo.evaluation.results.machine import Machine, machine_line
from llamo.evaluation.results.quoted import QuotedFigure, QuotedFigures
from llamo.evaluation.results.report import DatasetReport, Report

MEASURED, QUOTED = "measured", "**quoted**"


def render(report: Report, quoted: QuotedFigures) -> str:
    """Write the tables in Markdown; the same report and quoted figures give the same text."""
    machines = _machines(report)
    blocks = [_intro(report, machines)]
    for dataset in report.datasets:
        blocks += _dataset_blocks(dataset, quoted.of(dataset.name), machines)
    blocks += _speed_blocks(report, machines)
    used = {figure.source for dataset in report.datasets for figure in quoted.of(dataset.name)}
    if used:
        blocks.append("## Sources of the quoted figures")
        blocks.append(
            "\n".join(
                f"- **{key}**: {source.cite} <{source.link}>"
                for key, source in quoted.sources.items()
                if key in used
            )
        )
    return "\n\n".join(blocks) + "\n"


def _machines(report: Report) -> dict[str, str]:
    """Give each machine that measured something a letter, by its line."""
    lines = dict.fromkeys(_line(cell.machine) for cell in report.cells if cell.status == "ok")
    return {line: chr(ord("A") + number) for number, line in enumerate(lines)}


def _line(machine: Machine) -> str:
    return machine_line(machine)


def _intro(report: Report, machines: dict[str, str]) -> str:
    where = "; ".join(f"{letter}: {line}" if len(machines) > 1 else line for line, letter in machines.items())
    model = (
        f"Shipped weights: `{report.model}`, sha256 `{report.model_sha256[:12]}`. "
        if report.model_sha256
        else ""
    )
    versions = {
        name: version
        for cell in report.cells
        for name, version in cell.versions.items()
        if version is not None
    }
    sample = f"Samples of {report.limit} rows." if report.limit else "All rows."
    said = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return (
        f"{sample} {model}Measured on {where or 'no machine yet'}"
        + (f" ({said})" if said else "")
        + ". Brackets are 95 % bootstrap intervals over rows."
    )


def _dataset_blocks(
    dataset: DatasetReport, quoted: Sequence[QuotedFigure], machines: dict[str, str]
) -> Iterator[str]:
    yield f"## {dataset.title}"
    left_out = ", ".join(f"{count} {reason}" for reason, count in dataset.left_out.items())
    yield (
        (f"{dataset.about.strip()} " if dataset.about else "")
        + f"Protocol `{dataset.protocol}`"
        + (f", {dataset.num_rows:,} rows in all" if dataset.num_rows else "")
        + (f" (not taken: {left_out})" if left_out else "")
        + "."
    )
    if dataset.failure:
        yield f"**Not measured**: {_cell(dataset.failure)}"
    yield _score_table(dataset, quoted)
    differences = _difference_table(dataset)
    if differences:
        yield differences
    commands = [
        line
        for place, cell in enumerate(dataset.cells, start=1)
        if cell.status == "ok"
        for line in _commands(place, cell, machines)
    ]
    if commands:
        yield "\n".join(["```sh", *commands, "```"])


def _score_table(dataset: DatasetReport, quoted: Sequence[QuotedFigure]) -> str:
    """Lay out measured rows, then quoted ones, each marked as what it is."""
    units = _units(dataset.cells)
    headings = ["system", "figures", "n", *(label(name, units.get(name, "")) for name in dataset.metrics)]
    rows = [_measured_row(place, cell, dataset) for place, cell in enumerate(dataset.cells, start=1)]
    rows += [_quoted_row(figure, dataset, units) for figure in quoted]
    return _table(headings, rows)


def _measured_row(place: int, cell: CellRecord, dataset: DatasetReport) -> list[str]:
    if cell.status != "ok":
        said = f"{'not run' if cell.status == 'not run' else 'failed'}: {cell.reason or 'interrupted'}"
        return [cell.title, NONE, NONE, said, *[NONE] * (len(dataset.metrics) - 1)]
    figures = [
        "refused"
        if name in cell.refused
        else with_interval(cell.scores[name], str(cell.scores[name]["unit"]))
        for name in dataset.metrics
    ]
    return [cell.title, f"{MEASURED} ({place})", str(cell.n), *figures]


def _quoted_row(figure: QuotedFigure, dataset: DatasetReport, units: dict[str, str]) -> list[str]:
    remarks = [*figure.remarks(dataset.protocol), *([figure.note] if figure.note else [])]
    said = f"{QUOTED} from {figure.source}" + (f"; {'; '.join(remarks)}" if remarks else "")
    figures = [as_published(figure.scores.get(name), units.get(name, "")) for name in dataset.metrics]
    return [f"*{figure.system}*", said, NONE, *figures]


def _difference_table(dataset: DatasetReport) -> str:
    """Lay out the paired differences to the floor, where both were measured on the same rows."""
    cells = [cell for cell in dataset.cells if cell.status == "ok" and cell.differences]
    if not cells:
        return ""
    units = _units(dataset.cells)
    floor = next((cell.title for cell in dataset.cells if cell.system == dataset.floor), dataset.floor)
    headings = [
        f"less *{floor}*, same rows",
        "n",
        *(label(name, units.get(name, "")) for name in dataset.metrics),
    ]
    rows = [
        [cell.title, str(cell.n), *(_difference(cell, name, units.get(name, "")) for name in dataset.metrics)]
        for cell in cells
    ]
    return _table(headings, rows)


def _difference(cell: CellRecord, metric: str, unit: str) -> str:
    found: dict[str, Any] | None = cell.differences.get(metric)  # Any: JSON
    return NONE if found is None else with_interval(found, unit, sign=True)


def _commands(place: int, cell: CellRecord, machines: dict[str, str]) -> Iterator[str]:
    """Say what was run for a row, as a reader types it."""
    parts = [f"{cell.n} rows", f"{_took(cell.predict_seconds)}, then {_took(cell.evaluate_seconds)}"]
    if cell.model:
        digest = cell.model.get("sha256", "")[:12]
        parts.append(
            f"weights {cell.model['name']} {digest}" if digest else f"endpoint's {cell.model['name']}"
        )
    if len(machines) > 1:
        parts.append(f"machine {machines[_line(cell.machine)]}")
    yield f"# ({place}) {cell.title}: {', '.join(parts)}"
    yield from cell.commands
    yield cell.evaluate


def _took(times: tuple[float, float]) -> str:
    """Say how long a command took by the clock, and of processor time where other work held it up."""
    clock, processor = times
    return seconds(clock) + (f" ({seconds(processor)} of processor time)" if clock > 1.2 * processor else "")


def _speed_blocks(report: Report, machines: dict[str, str]) -> Iterator[str]:
    """Lay out how long some evaluations took, with the aim."""
    cells = {cell.name: cell for cell in report.cells if cell.status == "ok"}
    rows = []
    for speed in report.speeds:
        cell = cells.get(speed["cell"])
        took, command, where = NONE, NONE, NONE
        if cell is not None:
            took, command = _took(cell.evaluate_seconds), f"`{cell.evaluate}`"
            where = machine_line(cell.machine) if len(machines) == 1 else machines[_line(cell.machine)]
        rows.append([speed["title"], took, f"below {seconds(speed['aim'])}", where, command])
    if rows:
        yield "## Speed of evaluation"
        yield _table(["what", "took", "aim", "machine", "command"], rows)


def _units(cells: Sequence[CellRecord]) -> dict[str, str]:
    """Return the unit of each metric."""
    return {name: str(score["unit"]) for cell in cells for name, score in cell.scores.items()}


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    """Keep a text within one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())
