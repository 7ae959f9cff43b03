"""Cutting a table into what is learnt from and what is asked about: by scaffold, or by connectivity as recipes do."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from llamo.data.leakage import is_validation
from llamo.data.report import versions
from llamo.data.row_work import INVALID, DroppedError, inspect
from llamo.data.sources.scaffold_split import scaffold, scaffold_split
from llamo.errors import DataError, UsageError
from llamo.evaluation.baselines.question_table import cell_text
from llamo.files import replacing, sha256
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import Row, TableInfo, find_smiles_column, require_column
from llamo.inference.writers import write_table

By = Literal["scaffold", "connectivity"]
SPLITS: tuple[By, ...] = ("scaffold", "connectivity")
NO_VALUE = "no value in {column!r}"
RECORD = "split.json"


@dataclass(frozen=True)
class SplitReport:
    """What became of the rows of a table: rows equal those of all parts plus those left out.

    Attributes:
        parts: rows by part.
        left_out: rows by reason.
    """

    parts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def split_table(
    path: Path,
    out: Path,
    *,
    by: By = "scaffold",
    smiles_column: str | None = None,
    require: str | None = None,
    permille: int = 50,
) -> SplitReport:
    """Write `train.csv`, `validation.csv` and, by scaffold, `test.csv` into a folder, and `split.json` beside them.

    Args:
        path: A table of molecules; of a MoleculeNet set the published file, since DeepChem's split follows its order.
        out: The folder; files of an earlier split are replaced.
        by: "scaffold" as DeepChem does it (80, 10 and 10 %), or "connectivity": validation is what a recipe with this
            `permille` holds back, the same molecules in every table.
        smiles_column: Column of the molecules; None finds one with a usual name.
        require: A column without whose value a row is left out, after the split.
        permille: Share of validation in thousandths, for "connectivity".

    Raises:
        UsageError: There is no such split.
        DataError: The table is missing, damaged or lacks a column, or no molecule can be read.
    """
    if by not in SPLITS:
        raise UsageError(f"there is no split by {by!r}; choose one of {', '.join(SPLITS)}")
    info = inspect_table(path)
    column = find_smiles_column(info, smiles_column)
    if require is not None:
        require_column(info, require, "--require")
    report = SplitReport()
    rows, parts = _assign(info, column, by, permille, report.left_out)
    names = ("train", "validation", "test") if by == "scaffold" else ("train", "validation")
    chosen: dict[str, list[Row]] = {name: [] for name in names}
    for row, part in zip(rows, parts, strict=True):
        if require is not None and not cell_text(row, require):
            report.left_out[NO_VALUE.format(column=require)] += 1
            continue
        chosen[part].append(row)
        report.parts[part] += 1
    for name, members in chosen.items():
        write_table(out / f"{name}.csv", (row.values for row in members), info.columns)
    _write_record(out, path, info, report, {"by": by, "require": require, "permille": permille})
    return report


def _assign(
    info: TableInfo, column: str, by: By, permille: int, left_out: Counter[str]
) -> tuple[list[Row], list[str]]:
    """Return the readable rows and the part of each."""
    rows, keys = [], []
    for row in read_rows(info):
        key = None if row.error else _key(cell_text(row, column), by)
        if key is None:
            left_out[INVALID] += 1
            continue
        rows.append(row)
        keys.append(key)
    if not rows:
        raise DataError(
            f"{info.path} has no molecule that can be read in column {column!r}; name it with --smiles-column"
        )
    if by == "scaffold":
        return rows, list(scaffold_split(keys))
    return rows, ["validation" if is_validation(key, permille) else "train" for key in keys]


def _key(smiles: str, by: By) -> str | None:
    """Return what decides the part of a molecule; None for one that cannot be read."""
    if by == "scaffold":
        return scaffold(smiles)
    try:
        return inspect(smiles).keys.parent
    except DroppedError:
        return None


def _write_record(
    out: Path, path: Path, info: TableInfo, report: SplitReport, settings: dict[str, object]
) -> None:
    """Write down what was split how, with the hash of each part."""
    record = {
        "kind": "llamo baseline split",
        "input": {"file": path.name, "sha256": info.sha256},
        **settings,
        "rows": dict(report.parts),
        "left_out": dict(report.left_out),
        "sha256": {name: sha256(out / f"{name}.csv") for name in report.parts},
        "versions": versions(),
    }
    with replacing(out / RECORD) as temporary:
        temporary.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
