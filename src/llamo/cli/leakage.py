"""`llamo leakage`: look for leaks in prepared shards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options


def leakage(
    folders: Annotated[
        list[Path], typer.Argument(help="Shards of one stage or several, from llamo prepare.")
    ],
    blocklist: Annotated[
        list[Path] | None,
        typer.Option(
            help="InChIKeys, or a table of molecules, that must be in none: a path, or a name in LLAMO_DATA_DIR; "
            "may be given again."
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Look for molecules of both splits, of a blocklist, and for tautomers across the splits.

    Every part of a mixture counts, and the reactants of reactions against the blocklist. Exit code 1 if any is
    found. What is not held against the shards is counted apart: docs/leakage.md says what and why.
    """
    from rdkit import rdBase

    from llamo.data.held_out import read_blocklist
    from llamo.data.leakage import Blocklist
    from llamo.data.leakage_audit import audit
    from llamo.data.locations import data_file

    blocked = Blocklist()
    for path in blocklist or []:
        blocked |= read_blocklist(path if path.is_file() else data_file(str(path)))
    with rdBase.BlockLogs():
        found = audit(folders, blocked)
    if json:
        options.print_json(found.as_dict())
    else:
        for where, number in found.molecules.items():
            print(f"{number:8,} molecules in {where}")
        for kind, number in {**found.leaks, **found.tolerated}.items():
            examples = ", ".join(found.examples.get(kind, [])[:2])
            print(f"{number:8,} {kind}{f', e.g. {examples}' if examples else ''}")
    raise typer.Exit(1 if found.leaks.total() else 0)
