"""What a baseline is asked: the rows of a table, the molecule of each, and which molecules it must not have seen."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rdkit.Chem import Mol

from llamo.chem.reading import connectivity, read_molecule
from llamo.data.tasks.catalogue import find_task
from llamo.data.tasks.reactions import read_sides
from llamo.data.tasks.task import Task
from llamo.errors import InputError, InvalidMoleculeError, UsageError
from llamo.inference.prompts import property_of_column
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import Row, TableInfo, find_smiles_column, require_column

ANSWERED = (  # tasks with an answer a row that can be looked up or learnt
    "description",
    "iupac",
    "property",
    "forward_reaction",
    "retrosynthesis",
    "reagent",
    "classification",
)
Side = Literal["reactants", "product"]
SIDES: dict[str, Side] = {"forward_reaction": "reactants", "reagent": "product"}


@dataclass(frozen=True)
class Wanted:
    """What is asked of a table.

    Attributes:
        task: one of `ANSWERED`.
        target_column: column of the true answers, in this table and in those that a baseline learns from.
        smiles_column: column of the molecules or reactions; None finds one with a usual name.
        property_name: which property or question it is, e.g. "homo"; None reads it off the target column's name.
        limit: rows at most, from the first; None for all.
    """

    task: str
    target_column: str
    smiles_column: str | None = None
    property_name: str | None = None
    limit: int | None = None

    @property
    def known_task(self) -> Task:
        """The task.

        Raises:
            UsageError: there is no such task, or no baseline for it.
        """
        task = find_task(self.task)
        if task.name not in ANSWERED:
            raise UsageError(
                f"no baseline answers the task {self.task!r}; choose one of {', '.join(ANSWERED)}"
            )
        return task

    @property
    def asked_property(self) -> str | None:
        """The property asked about, given or read off the target column's name; None where neither says so."""
        return self.property_name or property_of_column(self.task, self.target_column)


@dataclass(frozen=True)
class QuestionTable:
    """The rows of a table and their molecules.

    Attributes:
        wanted: what is asked.
        info: the table.
        smiles_column: column of the molecules.
        rows: in order.
        molecules: of each row the molecule that is asked about, or the reason why there is none.
    """

    wanted: Wanted
    info: TableInfo
    smiles_column: str
    rows: tuple[Row, ...]
    molecules: tuple[Mol | str, ...]

    @functools.cached_property
    def connectivities(self) -> frozenset[str]:
        """The molecules asked about, as InChIKey first blocks: what nothing may be learnt from."""
        return frozenset(filter(None, (_key(mol) for mol in self.molecules if not isinstance(mol, str))))

    @property
    def num_errors(self) -> int:
        """Rows without a molecule."""
        return sum(isinstance(mol, str) for mol in self.molecules)

    def cell(self, row: int) -> str:
        """Return the text that row number `row`, from 0, asks about."""
        return cell_text(self.rows[row], self.smiles_column)


def read_questions(path: Path, wanted: Wanted) -> QuestionTable:
    """Read a table of questions; a row whose molecule cannot be read keeps its place, with the reason.

    Raises:
        UsageError: no baseline answers the task.
        DataError: the file is missing, empty, damaged or lacks a column.
    """
    task = wanted.known_task
    info = inspect_table(path)
    smiles_column = find_smiles_column(info, wanted.smiles_column)
    require_column(info, wanted.target_column, "--target-column")
    rows = tuple(itertools.islice(read_rows(info), wanted.limit))
    molecules = tuple(_read(task, row, smiles_column) for row in rows)
    return QuestionTable(wanted, info, smiles_column, rows, molecules)


def molecule_asked_about(task: Task, cell: str) -> Mol:
    """Read the molecule by which similar questions are found.

    It is the reactants of a forward reaction, the product where reagents are asked for, else the cell's molecule.

    Raises:
        InvalidMoleculeError: the cell is not what the task reads.
    """
    return read_molecule(smiles_asked_about(task, cell)).mol


def smiles_asked_about(task: Task, cell: str) -> str:
    """Return the SMILES that `molecule_asked_about` reads: canonical where it is a side of a reaction, else the cell.

    Raises:
        InvalidMoleculeError: the cell is no reaction, though the task asks about one.
    """
    side = SIDES.get(task.name)
    if side is None:
        return cell
    sides = read_sides(cell, expected="'reactants>>product'", may_be_bare=side == "reactants")
    return str(getattr(sides, side))


def cell_text(row: Row, column: str) -> str:
    """Return a cell as text without white space around it; null is empty."""
    value = row.values.get(column)
    return "" if value is None else str(value).strip()


def _read(task: Task, row: Row, column: str) -> Mol | str:
    """Read a row's molecule, or say why there is none."""
    if row.error:
        return row.error
    try:
        return molecule_asked_about(task, cell_text(row, column))
    except InputError as error:
        return str(error)


def _key(mol: Mol) -> str:
    """Return the connectivity, or "" where InChI has none: such a molecule is never learnt from either."""
    try:
        return connectivity(mol)
    except InvalidMoleculeError:
        return ""
