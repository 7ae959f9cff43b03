"""The molecules that `llamo bench` measures on: options, and how they are read."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Annotated

import typer

from llamo.cli.messages import print_note

BENCHMARK_FILE = "description/chebi20_test.tsv.gz"

Molecules = Annotated[
    Path | None,
    typer.Option("--in", help="Table with a SMILES column; default: ChEBI-20's test molecules, if there."),
]
Limit = Annotated[int, typer.Option(min=1, help="Molecules at most.")]


def readable_smiles(path: Path | None, limit: int) -> list[str]:
    """Read the molecules to measure; those that cannot be read are counted and left out."""
    from llamo.chem.parsing import parse_molecule
    from llamo.data.locations import data_dir
    from llamo.errors import InvalidMoleculeError
    from llamo.inference.readers import inspect_table, read_rows
    from llamo.inference.tables import find_smiles_column

    if path is None and not (data_dir() / BENCHMARK_FILE).is_file():
        return _catalogue_examples()[:limit]
    info = inspect_table(path or data_dir() / BENCHMARK_FILE)
    column = find_smiles_column(info, None)
    smiles: list[str] = []
    num_bad = 0
    for row in itertools.islice(read_rows(info), limit):
        text = str(row.values.get(column) or "")
        try:
            parse_molecule(text)
        except InvalidMoleculeError:
            num_bad += 1
        else:
            smiles.append(text)
    if num_bad:
        print_note(f"{num_bad} molecules of {info.path} cannot be read and are left out")
    return smiles


def _catalogue_examples() -> list[str]:
    """Fall back to small molecules that are always there: the examples of the group catalogue, ten times."""
    from llamo.chem.groups import GROUPS

    print_note(f"{BENCHMARK_FILE} is not in LLAMO_DATA_DIR; measuring the group catalogue's small molecules")
    return [group.example for group in GROUPS] * 10
