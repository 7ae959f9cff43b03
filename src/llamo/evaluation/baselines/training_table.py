"""What a baseline learns from: molecules with known answers, never those that are asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rdkit import rdBase
from rdkit.Chem import Mol

from llamo.data.bank_building import EXCLUDED, NO_TEXT
from llamo.data.leakage import Blocklist
from llamo.data.row_work import DroppedError, examine
from llamo.data.sources.field_rows import read_label, read_number
from llamo.data.sources.left_out import LeftOut
from llamo.data.tasks.task import Task
from llamo.errors import DataError, UsageError
from llamo.evaluation.baselines.question_table import QuestionTable, cell_text, smiles_asked_about
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import TableInfo, find_smiles_column, require_column

Target = float | bool | str


@dataclass
class TrainingTable:
    """Molecules and their known answers.

    Attributes:
        mols: the molecules.
        smiles: their isomeric canonical SMILES.
        targets: numbers for properties, True or False for classification, else texts.
        left_out: rows that were not taken, by reason.
    """

    mols: list[Mol] = field(default_factory=list)
    smiles: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.targets)

    def numbers(self) -> NDArray[np.float64]:
        """Return the targets as numbers, Yes as 1 and No as 0: float64 [N].

        Raises:
            UsageError: they are texts.
        """
        if isinstance(self.targets[0], str):
            raise UsageError(
                "this baseline predicts numbers and answers of Yes or No (--task property or classification); "
                "for texts use `llamo baseline copy`"
            )
        return np.array(self.targets, dtype=np.float64)

    def require_two_classes(self) -> None:
        """Raise DataError if all answers are Yes, or all No: nothing can be learnt from these."""
        if len(set(self.targets)) < 2 and isinstance(self.targets[0], bool):
            only = "Yes" if self.targets[0] else "No"
            raise DataError(
                f"all {len(self)} rows to learn from are {only}, and a classifier needs both; give other rows with "
                "--train, or use `llamo baseline constant`"
            )


def read_training(
    paths: Sequence[Path], questions: QuestionTable, *, blocklist: Blocklist | None = None
) -> TrainingTable:
    """Read tables of known answers, without the molecules that are asked about.

    A row that cannot be used (no molecule, no value, a value that is no finite number or no label, a molecule that is
    asked about or on the blocklist) is counted.

    Args:
        paths: tables with the columns of the questions.
        questions: what is asked; its molecules are kept out by InChIKey connectivity.
        blocklist: further molecules to keep out, which also count where only a fragment has them.

    Raises:
        DataError: a table is missing, damaged or lacks a column, or nothing is left.
    """
    table = TrainingTable()
    task = questions.wanted.known_task
    with rdBase.BlockLogs():
        for path in paths:
            for cell, text in known_cells(path, questions):
                try:
                    mol, smiles = _examine(task, cell, questions.connectivities, blocklist or Blocklist())
                    target = read_target(task, text)
                except DroppedError as dropped:
                    table.left_out[str(dropped)] += 1
                    continue
                table.mols.append(mol)
                table.smiles.append(smiles)
                table.targets.append(target)
    if not len(table):
        said = ", ".join(f"{count} rows: {reason}" for reason, count in table.left_out.items())
        raise DataError(
            f"nothing is left to learn from ({said or 'no rows'}); give other tables with --train"
        )
    return table


def known_cells(path: Path, questions: QuestionTable) -> Iterator[tuple[str, str]]:
    """Yield for each row of a table what it is about and the answer, both as text.

    Raises:
        DataError: the table is missing or damaged, or lacks a column.
    """
    info, smiles_column = inspect_known(path, questions)
    for number, row in enumerate(read_rows(info), start=1):
        if row.error:
            raise DataError(f"row {number} of {info.path} cannot be read: {row.error}; correct the row")
        yield cell_text(row, smiles_column), cell_text(row, questions.wanted.target_column)


def inspect_known(path: Path, questions: QuestionTable) -> tuple[TableInfo, str]:
    """Look at a table of known answers; returns it and its column of molecules.

    Raises:
        DataError: it is missing or damaged, or lacks a column.
    """
    wanted = questions.wanted
    info = inspect_table(path)
    require_column(info, wanted.target_column, "--target-column")
    return info, find_smiles_column(info, wanted.smiles_column)


def read_target(task: Task, text: str) -> Target:
    """Read a known answer as its task has it: a number, a label or a text.

    Raises:
        DroppedError: there is none; the message is the reason, the same for all such cells.
    """
    reasons: list[str] = []

    def note(row: LeftOut) -> None:
        reasons.append(row.reason)

    target: Target | None = text or None
    if task.answer == "number":
        target = read_number(text, 0, "", "", note)
    elif task.answer == "choice":
        target = read_label(text, 0, "", "", note)
    if target is None:
        raise DroppedError(reasons[0] if reasons else NO_TEXT)
    return target


def _examine(task: Task, cell: str, excluded: frozenset[str], blocklist: Blocklist) -> tuple[Mol, str]:
    """Read the molecule of a known answer.

    Raises:
        DroppedError: it cannot be read, or must not be learnt from.
    """
    from llamo.data.row_work import INVALID
    from llamo.errors import InvalidMoleculeError

    try:
        smiles = smiles_asked_about(task, cell)
    except InvalidMoleculeError as error:
        raise DroppedError(INVALID) from error
    molecule, inspected = examine(smiles)
    reason = EXCLUDED if inspected.keys.whole in excluded else blocklist.reason(inspected.keys)
    if reason:
        raise DroppedError(reason)
    return molecule.mol, molecule.smiles
