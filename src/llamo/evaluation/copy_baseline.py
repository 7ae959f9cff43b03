"""The copy floor: every molecule gets the text of its nearest neighbour in a bank of others.

Nearest by Tanimoto similarity of Morgan fingerprints (radius 2, 2048 bits), as `llamo.data.bank` finds it. A
trained model that does not beat this clearly has learnt nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rdkit.Chem import Mol

from llamo.chem.reading import connectivity, read_molecule
from llamo.data.bank import Bank
from llamo.data.bank_building import BankBuilder, BankRow
from llamo.data.bank_search import morgan
from llamo.data.leakage import Blocklist
from llamo.errors import DataError, InvalidMoleculeError
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import TableInfo, find_smiles_column, require_column

COLUMNS = ("prediction", "reference", "error", "similarity", "neighbour")


class CopyResult(NamedTuple):
    """What a run of the baseline made.

    Attributes:
        rows: in the manner of `llamo predict`.
        columns: of the rows, in order.
        bank: what was copied from.
        left_out: rows of the bank's tables that were not taken, by reason.
        num_errors: rows of the input that could not be answered.
    """

    rows: list[dict[str, object]]
    columns: tuple[str, ...]
    bank: Bank
    left_out: Counter[str]
    num_errors: int


def collect_bank(
    paths: Sequence[Path], *, text_column: str, excluded: frozenset[str], blocklist: Blocklist | None = None
) -> BankBuilder:
    """Read molecules and texts of several tables into one bank.

    Args:
        paths: Tables with a SMILES column and `text_column`.
        text_column: Column of the texts.
        excluded: Connectivities (InChIKey first blocks) that must not be in the bank.
        blocklist: Further ones, which also count when only a fragment has them.

    Raises:
        DataError: If a table is missing, damaged or lacks a column.
    """
    builder = BankBuilder(blocklist=blocklist, excluded=excluded)
    for path in paths:
        info = inspect_table(path)
        smiles_column = find_smiles_column(info, None)
        require_column(info, text_column, "--text-column")
        cells = _cells(info, smiles_column, text_column)
        builder.add(BankRow(smiles, text, path.name) for smiles, text in cells)
    return builder


def _cells(info: TableInfo, *columns: str) -> Iterator[tuple[str, ...]]:
    """Yield the named cells of every row as text."""
    for number, row in enumerate(read_rows(info), start=1):
        if row.error:
            raise DataError(f"row {number} of {info.path} cannot be read: {row.error}")
        yield tuple(str(row.values.get(name) or "") for name in columns)


def copy_neighbours(
    path: Path, banks: Sequence[Path], *, text_column: str = "text", blocklist: Blocklist | None = None
) -> CopyResult:
    """Answer every molecule of a table with the text of its nearest neighbour in the bank.

    The input's own molecules, by InChIKey connectivity, are kept out of the bank.

    Args:
        path: Table with a SMILES column and the true texts in `text_column`.
        banks: Tables to copy from, with the same two columns.
        text_column: Column of the texts.
        blocklist: Further molecules to keep out of the bank.

    Returns:
        One row for each input row, in order: its columns, then `COLUMNS`. A molecule that cannot be read makes
        an error row.

    Raises:
        DataError: If a table is missing, damaged or lacks a column, or nothing is left for the bank.
    """
    info = inspect_table(path)
    smiles_column = find_smiles_column(info, None)
    require_column(info, text_column, "--text-column")
    taken = sorted(set(info.columns) & set(COLUMNS))
    if taken:
        raise DataError(
            f"{path} has the column{'s' * (len(taken) > 1)} {', '.join(map(repr, taken))}, a name that the "
            "output needs; rename it"
        )
    mols: list[Mol | str] = [_read(smiles) for (smiles,) in _cells(info, smiles_column)]
    excluded = frozenset(filter(None, (_key(mol) for mol in mols if not isinstance(mol, str))))
    builder = collect_bank(banks, text_column=text_column, excluded=excluded, blocklist=blocklist)
    bank = builder.bank()
    rows = []
    for row, mol in zip(read_rows(info), mols, strict=True):
        rows.append({**row.values, **_answer(bank, mol), "reference": row.values.get(text_column)})
    num_errors = sum(isinstance(mol, str) for mol in mols)
    return CopyResult(rows, (*info.columns, *COLUMNS), bank, builder.reasons(), num_errors)


def _read(smiles: str) -> Mol | str:
    """Read a molecule, or return why it cannot be read."""
    try:
        return read_molecule(smiles).mol
    except InvalidMoleculeError as error:
        return str(error)


def _key(mol: Mol) -> str:
    """Return the connectivity, or "" where InChI has none: such a molecule cannot be in a bank either."""
    try:
        return connectivity(mol)
    except InvalidMoleculeError:
        return ""


def _answer(bank: Bank, mol: Mol | str) -> dict[str, object]:
    """Make the cells of one answer."""
    if isinstance(mol, str):
        return {"prediction": "", "error": mol, "similarity": None, "neighbour": ""}
    found = bank.nearest(morgan(mol))[0]
    return {
        "prediction": found.text,
        "error": "",
        "similarity": round(found.similarity, 4),
        "neighbour": found.smiles,
    }
