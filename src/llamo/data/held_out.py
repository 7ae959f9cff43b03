"""What a recipe keeps out of its shards altogether: its blocklist files and the sources it holds for testing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from llamo.data.job_list import draw
from llamo.data.leakage import Blocklist
from llamo.data.locations import data_file
from llamo.data.molecule_keys import MoleculeKeys
from llamo.data.recipes import PretrainingRecipe, Recipe
from llamo.data.row_work import DroppedError, inspect
from llamo.data.sources.columns import read_columns
from llamo.data.sources.rows import ReactionRow, row_smiles


def recipe_blocklist(recipe: Recipe | PretrainingRecipe) -> Blocklist:
    """Join a recipe's blocklist files and the molecules of its sources with `split: test`.

    A file is a list of InChIKeys, or a table of molecules: one with a column of SMILES, named `.tsv`, `.csv` or
    `.jsonl`. Of a table, the parts of salts and mixtures and their tautomers are blocked, too.

    Raises:
        DataError: a file is missing, damaged or empty.
    """
    blocklist = Blocklist()
    for name in recipe.blocklist_files:
        blocklist |= read_blocklist(data_file(name))
    for entry in recipe.sources:
        if entry.split == "test":
            rows = draw(entry, recipe.seed, on_bad_row=recipe.on_bad_row).rows
            products = (row.product if isinstance(row, ReactionRow) else "" for row in rows)
            others = (
                smiles for row in rows if not isinstance(row, ReactionRow) for smiles in row_smiles(row)
            )
            blocklist |= Blocklist.from_molecules(_keys([*filter(None, products), *others]))
    return blocklist


def read_blocklist(path: Path) -> Blocklist:
    """Read a list of InChIKeys, or the molecules of a table.

    Raises:
        DataError: the file is missing, damaged or empty.
    """
    suffixes = path.name.removesuffix(".gz")
    if not suffixes.endswith((".tsv", ".csv", ".jsonl")):
        return Blocklist.from_file(path)
    smiles = (fields["smiles"].strip() for _, fields in read_columns(path, ["smiles"]))
    return Blocklist.from_molecules(_keys(smiles))


def _keys(smiles: Iterable[str]) -> Iterator[MoleculeKeys]:
    """Yield the keys of those molecules that can be read; one that cannot cannot be met in training, either."""
    from rdkit import rdBase

    with rdBase.BlockLogs():
        for text in dict.fromkeys(smiles):
            try:
                yield inspect(text).keys
            except DroppedError:
                continue
