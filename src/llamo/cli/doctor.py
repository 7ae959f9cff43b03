"""`llamo doctor`: can this machine describe a molecule, and what would make it better?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from llamo.cli.doctor_checks import Finding

_STYLES = {"ok": "green", "note": "yellow", "problem": "bold red"}


def doctor(
    json_output: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check Python, packages, memory, disk, models and data; exit 0 if a description can be made."""
    from llamo.cli.doctor_checks import run_checks

    findings = run_checks()
    can_describe = all(finding.status != "problem" for finding in findings)
    if json_output:
        print(
            json.dumps({"can_describe": can_describe, "findings": [asdict(finding) for finding in findings]})
        )
    else:
        _print_table(findings, can_describe=can_describe)
    if not can_describe:
        raise typer.Exit(1)


def _print_table(findings: list[Finding], *, can_describe: bool) -> None:
    """Print one row a finding, its remedy below what was found."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("check", "status", "found", show_lines=False)
    for finding in findings:
        style = _STYLES[finding.status]
        found = escape(finding.found) + (
            f"\n[dim]-> {escape(finding.remedy)}[/dim]" if finding.remedy else ""
        )
        table.add_row(finding.check, f"[{style}]{finding.status}[/{style}]", found)
    console = Console()
    console.print(table)
    console.print(
        "A description can be made."
        if can_describe
        else "A description cannot be made yet: see the problems."
    )
