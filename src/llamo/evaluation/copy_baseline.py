"""The copy floor: every molecule gets the text of its nearest neighbour in a bank of others.

Nearest by Tanimoto similarity of Morgan fingerprints (radius 2, 2048 bits). A trained model that does not beat
this clearly has learnt nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rdkit import rdBase
from rdkit.Chem import Mol
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.DataStructs import BulkTanimotoSimilarity, ExplicitBitVect

from llamo.chem.reading import Molecule, connectivity, read_molecule
from llamo.data.leakage import Blocklist, molecule_keys
from llamo.errors import DataError, InvalidMoleculeError
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import TableInfo, find_smiles_column, require_column

RADIUS, NUM_BITS = 2, 2048
COLUMNS = ("prediction", "reference", "error", "similarity", "neighbour")


class Neighbour(NamedTuple):
    """The nearest entry of a bank.

    Attributes:
        smiles: Canonical SMILES of its molecule.
        text: What the bank says about it.
        similarity: Tanimoto, 0 to 1.
    """

    smiles: str
    text: str
    similarity: float


@dataclass
class Bank:
    """Molecules with texts to copy.

    Attributes:
        smiles: Canonical SMILES.
        texts: Their texts.
        fingerprints: Their fingerprints.
        left_out: How many rows were not taken, by reason.
    """

    smiles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fingerprints: list[ExplicitBitVect] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def nearest(self, mol: Mol) -> Neighbour:
        """Find the most similar entry; of equally similar ones, the first that came in."""
        similarities = BulkTanimotoSimilarity(fingerprint(mol), self.fingerprints)
        best = max(range(len(similarities)), key=similarities.__getitem__)
        return Neighbour(self.smiles[best], self.texts[best], similarities[best])


class CopyResult(NamedTuple):
    """What a run of the baseline made: rows in the manner of `llamo predict`, and the bank it copied from."""

    rows: list[dict[str, object]]
    columns: tuple[str, ...]
    bank: Bank
    num_errors: int


def fingerprint(mol: Mol) -> ExplicitBitVect:
    """Compute the Morgan fingerprint of a molecule."""
    return GetMorganGenerator(radius=RADIUS, fpSize=NUM_BITS).GetFingerprint(mol)


def read_bank(
    paths: Sequence[Path], *, text_column: str, excluded: frozenset[str], blocklist: Blocklist | None = None
) -> Bank:
    """Read molecules and texts of several tables into one bank.

    Args:
        paths: Tables with a SMILES column and `text_column`.
        text_column: Column of the texts.
        excluded: Connectivities (InChIKey first blocks) that must not be in the bank.
        blocklist: Further ones, which also count when only a fragment has them.

    Raises:
        DataError: If a table is missing, damaged or lacks a column, or nothing is left for the bank.
    """
    bank = Bank()
    for path in paths:
        info = inspect_table(path)
        smiles_column = find_smiles_column(info, None)
        require_column(info, text_column, "--text-column")
        for smiles, text in _cells(info, smiles_column, text_column):
            _add(bank, smiles, text, excluded, blocklist)
    if not bank.texts:
        raise DataError(
            f"no molecule with a text is left in the bank ({_reasons(bank)}); give another --bank"
        )
    return bank


def _add(bank: Bank, smiles: str, text: str, excluded: frozenset[str], blocklist: Blocklist | None) -> None:
    """Take an entry into the bank, or count why not."""
    if not text.strip():
        bank.left_out["no text"] += 1
        return
    try:
        molecule = read_molecule(smiles)
        key = connectivity(molecule.mol)
    except InvalidMoleculeError:
        bank.left_out["molecule cannot be read or has no InChIKey"] += 1
        return
    if key in excluded:
        bank.left_out["molecule of the input"] += 1
    elif blocklist is not None and _is_blocked(molecule, blocklist):
        bank.left_out["on the blocklist"] += 1
    else:
        bank.smiles.append(molecule.smiles)
        bank.texts.append(text)
        bank.fingerprints.append(fingerprint(molecule.mol))


def _is_blocked(molecule: Molecule, blocklist: Blocklist) -> bool:
    """Say whether a molecule, or a fragment of it, is on the blocklist."""
    with rdBase.BlockLogs():
        return bool(blocklist.reason(molecule_keys(molecule)))


def _cells(info: TableInfo, *columns: str) -> Iterator[tuple[str, ...]]:
    """Yield the named cells of every row as text."""
    for number, row in enumerate(read_rows(info), start=1):
        if row.error:
            raise DataError(f"row {number} of {info.path} cannot be read: {row.error}")
        yield tuple(str(row.values.get(name) or "") for name in columns)


def _reasons(bank: Bank) -> str:
    return ", ".join(f"{count} rows: {reason}" for reason, count in bank.left_out.items()) or "no rows"


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
    bank = read_bank(banks, text_column=text_column, excluded=excluded, blocklist=blocklist)
    rows = []
    for row, mol in zip(read_rows(info), mols, strict=True):
        rows.append({**row.values, **_answer(bank, mol), "reference": row.values.get(text_column)})
    num_errors = sum(isinstance(mol, str) for mol in mols)
    return CopyResult(rows, (*info.columns, *COLUMNS), bank, num_errors)


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
    found = bank.nearest(mol)
    return {
        "prediction": found.text,
        "error": "",
        "similarity": round(found.similarity, 4),
        "neighbour": found.smiles,
    }
