"""MoleculeNet: classification and regression sets as published, split by scaffold as DeepChem does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from llamo.data.sources.field_rows import make_rows
from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults, shown
from llamo.data.sources.moleculenet_sets import SETS, MoleculeNetSet
from llamo.data.sources.rows import Row, SourceCard
from llamo.data.sources.scaffold_split import Part, scaffold, scaffold_split
from llamo.data.sources.tables import Numbered, read_table
from llamo.errors import DataError

CARD = SourceCard(
    title=f"MoleculeNet: {', '.join(SETS)}",
    licence="MIT (the collection); each set that of its origin",
    citation="Wu et al. 2018, MoleculeNet; "
    + "; ".join(f"{name}: {member.citation}" for name, member in SETS.items()),
)

INVALID = "molecule cannot be read"


def read(
    path: Path,
    *,
    part: Part = "train",
    properties: Sequence[str] = (),
    on_left_out: OnLeftOut = refuse_faults,
) -> Iterator[Row]:
    """Yield one row a molecule and column of a data set: `LabelRow` or, in a regression set, `ScalarRow`.

    Args:
        path: the published CSV file, named after its set, e.g. `bbbp.csv.gz`.
        part: of the scaffold split; molecules of the other parts are left out and counted.
        properties: columns to read; empty for all.
        on_left_out: told about what is left out: cells without a value and unreadable molecules, too.

    Raises:
        DataError: the set or a column is unknown, or the file is damaged.
    """
    data_set = find_set(path)
    unknown = sorted(set(properties) - set(data_set.columns))
    if unknown:
        raise DataError(
            f"{path.name} has no column {', '.join(unknown)}; it has {', '.join(data_set.columns)}"
        )
    wanted = {name: data_set.columns[name] for name in properties or data_set.columns}
    rows = _of_part(path, list(wanted), part, on_left_out)
    field = "label" if data_set.task == "classification" else "value"
    for column, asked in wanted.items():
        cells = ((number, {"smiles": cell["smiles"], field: cell[column]}) for number, cell in rows)
        yield from make_rows(data_set.task, cells, asked, file=path.name, on_left_out=on_left_out)


def find_set(path: Path) -> MoleculeNetSet:
    """Return what is known about the set a file is named after.

    Raises:
        DataError: there is no such set.
    """
    name = path.name.split(".")[0].lower()
    if name not in SETS:
        raise DataError(f"{path.name} is not named after a MoleculeNet set; expected {', '.join(SETS)}")
    return SETS[name]


def _of_part(path: Path, columns: list[str], part: Part, on_left_out: OnLeftOut) -> list[Numbered]:
    """Read the rows of a part; the split is that of all readable molecules of the file, as DeepChem's is."""
    rows, scaffolds = [], []
    for number, fields in read_table(path, ["smiles", *columns], on_left_out=on_left_out):
        found = scaffold(fields["smiles"].strip())
        if found is None:
            detail = shown(fields["smiles"])
            on_left_out(LeftOut(number, INVALID, detail, path.name, is_fault=False))
            continue
        rows.append((number, {**fields, "smiles": fields["smiles"].strip()}))
        scaffolds.append(found)
    chosen = []
    for row, its_part in zip(rows, scaffold_split(scaffolds), strict=True):
        if its_part == part:
            chosen.append(row)
        else:
            reason = f"scaffold split: {its_part} part"
            on_left_out(LeftOut(row[0], reason, shown(row[1]["smiles"]), path.name, is_fault=False))
    return chosen
