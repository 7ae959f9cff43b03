"""`llamo records verify`: compute what composed conversations state again, without RDKit."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note

SHOWN = 10  # differences; --out has all

if TYPE_CHECKING:
    from llamo.evaluation.second_route import SecondRouteReport


def verify(
    file: Annotated[Path, typer.Argument(help="Conversations of `llamo instructions generate --offline`.")],
    facts: Annotated[Path, typer.Option(help="What they state: the --facts file of the same run.")],
    out: Annotated[Path | None, typer.Option(help="Write the report, differences included, as JSON.")] = None,
    at_least: Annotated[
        float, typer.Option(min=0, max=1, help="Exit code 1 where a smaller share of statements agrees.")
    ] = 0.0,
    json: options.Json = False,
) -> None:
    """Compute every statement again by Open Babel and InChI; report how many agree, by kind, with intervals."""
    from llamo.data.record_files import read_records
    from llamo.evaluation.second_route import verify_conversations

    with options.waiting("computing again"):
        report = verify_conversations((record for _, record in read_records(file)), facts)
    if out is not None:
        _write(report, out)
    if json:
        brief = report.as_dict()
        brief["differences"] = len(report.differences)
        options.print_json(brief)
    else:
        _show(report)
    if report.overall is None or report.overall.value < at_least:
        print_note(f"{file}: the share that agrees is below {at_least}")
        raise typer.Exit(1)


def _write(report: SecondRouteReport, out: Path) -> None:
    from llamo.files import replacing

    with replacing(out) as temporary:
        temporary.write_text(jsonlib.dumps(report.as_dict(), indent=1, ensure_ascii=False) + "\n", "utf-8")


def _show(report: SecondRouteReport) -> None:
    print(
        f"{'statement':<36}{'agree':>7}{'differ':>7}{'not computed':>14}{'not in answer':>15}  agreement, 95 %"
    )
    for kind, counts in sorted(report.kinds.items()):
        print(
            f"{kind:<36}{counts.agree:>7}{counts.differ:>7}{counts.not_computed:>14}{counts.unsaid:>15}"
            f"  {counts.interval or ''}"
        )
    print(
        f"{report.conversations} conversations about {report.molecules} molecules; all kinds together: "
        f"{report.overall or 'nothing to compute'}"
    )
    for row in report.differences[:SHOWN]:
        name = f"{row['kind']} {row['about']}".strip()
        print(f"  {name}: {row['value']}, second route {row['second']}: {row['molecule']}")
