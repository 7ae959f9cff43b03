"""What a recipe keeps out of its shards: its blocklist files, and the sources and records it holds for testing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from llamo.data.job_list import draw, source_files
from llamo.data.leakage import Blocklist
from llamo.data.locations import data_file
from llamo.data.molecule_keys import MoleculeKeys
from llamo.data.reaction_roles import REACTION_TASKS, reaction_roles
from llamo.data.recipes import PretrainingRecipe, Recipe
from llamo.data.row_work import DroppedError, inspect
from llamo.data.source_entry import SourceEntry
from llamo.data.sources.columns import read_columns
from llamo.data.sources.left_out import shown
from llamo.data.sources.record_files import read_marked_as_test
from llamo.data.sources.rows import ReactionRow, RecordRow, Row, row_smiles
from llamo.errors import DataError

logger = logging.getLogger(__name__)


def recipe_blocklist(recipe: Recipe | PretrainingRecipe) -> Blocklist:
    """Join a recipe's blocklist files and the molecules of sources and records that are held for testing.

    These are the sources with `split: test`, and in other files of records those that are marked as test.

    A file is a list of InChIKeys, or a table of molecules: one with a column of SMILES, named `.tsv`, `.csv` or
    `.jsonl`. Of a table, the parts of salts and mixtures and their tautomers are blocked, too.

    Raises:
        DataError: a file is missing, damaged or empty, or no molecule of a file or source can be read.
    """
    blocklist = Blocklist()
    for name in recipe.blocklist_files:
        blocklist |= read_blocklist(data_file(name))
    for entry in recipe.sources:
        rows = _test_rows(entry, recipe)
        molecules = ((row.number, smiles) for row in rows for smiles in _blocking(row, entry.task))
        where = f"source {entry.name!r}"
        blocklist |= _block(molecules, where=where, must_block=entry.split == "test")
    return blocklist


def _test_rows(entry: SourceEntry, recipe: Recipe | PretrainingRecipe) -> Iterable[Row]:
    """Find the rows of a source that are held for testing: all, those with the mark, or none."""
    if entry.split == "test":
        return draw(entry, recipe.seed, on_bad_row=recipe.on_bad_row).rows
    if entry.layout == "records":
        return read_marked_as_test(source_files(entry)["file"])
    return ()


def read_blocklist(path: Path) -> Blocklist:
    """Read a list of InChIKeys, or the molecules of a table; rows whose molecule cannot be read are warned about.

    Raises:
        DataError: the file is missing, damaged or empty, or none of its molecules can be read.
    """
    suffixes = path.name.removesuffix(".gz")
    if not suffixes.endswith((".tsv", ".csv", ".jsonl")):
        return Blocklist.from_file(path)
    rows = ((number, fields["smiles"].strip()) for number, fields in read_columns(path, ["smiles"]))
    return _block(rows, where=f"blocklist {path}")


def _blocking(row: Row, task: str | None) -> Iterable[str]:
    """Return the molecules of a test row that block: of a reaction the product, where it has one."""
    if isinstance(row, ReactionRow):
        return [row.product] if row.product else []
    if isinstance(row, RecordRow) and (name := task or row.record.task) in REACTION_TASKS:
        return [reaction_roles(name, [turn.model_dump() for turn in row.record.messages]).product]
    return row_smiles(row)


def _block(molecules: Iterable[tuple[int, str]], *, where: str, must_block: bool = True) -> Blocklist:
    """Block the molecules of (row, SMILES); one that cannot be read blocks nothing, and is warned about.

    Raises:
        DataError: none can be read, though there are some that `must_block`.
    """
    unread: list[tuple[int, str, str]] = []  # row, SMILES, reason
    keys = list(_keys(molecules, unread))
    if not unread:
        return Blocklist.from_molecules(keys)
    number, smiles, reason = unread[0]
    first = f"the first is row {number}, {shown(smiles)}: {reason}"
    if not keys and must_block:
        raise DataError(f"{where} blocks nothing: no molecule can be read, {first}; give a column of SMILES")
    logger.warning("%s: %d rows block nothing, their molecules cannot be read; %s", where, len(unread), first)
    return Blocklist.from_molecules(keys)


def _keys(molecules: Iterable[tuple[int, str]], unread: list[tuple[int, str, str]]) -> Iterator[MoleculeKeys]:
    """Yield the keys of the molecules that can be read, each SMILES once; the others are added to `unread`."""
    from rdkit import rdBase

    faults: dict[str, str] = {}  # of each SMILES, "" where it can be read
    with rdBase.BlockLogs():
        for number, smiles in molecules:
            if smiles not in faults:
                try:
                    keys = inspect(smiles).keys
                except DroppedError as dropped:
                    faults[smiles] = str(dropped)
                else:
                    faults[smiles] = ""
                    yield keys
            if faults[smiles]:
                unread.append((number, smiles, faults[smiles]))
