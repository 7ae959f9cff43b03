"""What a model was trained on: who must not be asked about, and how like its nearest training molecule another is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from llamo.chem.parsing import parse_molecule
from llamo.data.bank import ENTRIES
from llamo.data.bank import KIND as BANK
from llamo.data.bank_search import NUM_BYTES, FingerprintIndex, morgan
from llamo.data.pretraining_shards import KIND as PRETRAINING
from llamo.data.pretraining_shards import SPLIT
from llamo.data.row_work import DroppedError, inspect
from llamo.data.shards import open_table, read_manifest, verified
from llamo.errors import DataError
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import find_smiles_column

MIN_FRAGMENT_ATOMS = 7  # smaller ones are counter-ions and solvents
Composition = tuple[tuple[int, int], ...]


class TrainingMolecules:
    """The molecules of training data: prepared shards, banks or tables.

    Args:
        paths: Folders of `llamo prepare` or `llamo bank build`, or tables with a column of SMILES.

    Raises:
        DataError: One is missing or damaged.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        self.smiles = tuple(dict.fromkeys(smiles for path in paths for smiles in _read(path)))

    def __len__(self) -> int:
        return len(self.smiles)

    def known_among(self, molecules: Collection[str]) -> set[str]:
        """Return those of some molecules (SMILES) that are training molecules.

        Compared are the connectivities (InChIKey first blocks) of whole molecules and of the largest part of a salt.
        InChI is computed for those alone whose heavy atoms are those of a molecule asked for, since it takes long.
        """
        with rdBase.BlockLogs():
            asked = {smiles: _keys(smiles) for smiles in molecules}
            wanted = {shape for smiles in molecules for shape in _compositions(smiles)}
            alike = [smiles for smiles in self.smiles if not wanted.isdisjoint(_compositions(smiles))]
            known = {key for smiles in alike for key in _keys(smiles)}
        return {smiles for smiles, keys in asked.items() if keys & known}

    def nearest(self, smiles: str) -> float:
        """Return the highest Tanimoto similarity (Morgan, radius 2, 2048 bits) with a training molecule, 0 to 1.

        Raises:
            DataError: there is no training molecule.
            InvalidMoleculeError: the text is no molecule.
        """
        if not len(self._index):
            raise DataError("there are no training molecules to compare with; name some with --training")
        return float(self._index.similarities(morgan(parse_molecule(smiles))).max())

    @cached_property
    def _index(self) -> FingerprintIndex:
        with rdBase.BlockLogs():
            mols = [Chem.MolFromSmiles(smiles) for smiles in self.smiles]
        packed = [morgan(mol) for mol in mols if mol is not None]
        return FingerprintIndex(np.stack(packed) if packed else np.empty((0, NUM_BYTES), dtype=np.uint8))


def _read(path: Path) -> Iterator[str]:
    """Yield the SMILES of one source; reactions part by part."""
    if not path.is_dir():
        yield from _of_table(path)
        return
    kind = read_manifest(path).get("kind")
    if kind == BANK:
        yield from _of_bank(path)
    elif kind == PRETRAINING:
        yield from open_table(path, SPLIT, kind=PRETRAINING).column("smiles")
    else:
        for molecules in open_table(path, "train", kind="records").column("molecules"):
            yield from molecules


def _of_table(path: Path) -> Iterator[str]:
    info = inspect_table(path)
    column = find_smiles_column(info, None)
    for row in read_rows(info):
        if row.values.get(column):
            yield str(row.values[column]).strip()


def _of_bank(folder: Path) -> Iterator[str]:
    import pyarrow.parquet as pq

    remedy = "run `llamo bank build` again"
    entries = {entry["file"]: entry for entry in read_manifest(folder, remedy=remedy)["shards"]}
    table = pq.read_table(verified(folder, entries[ENTRIES], remedy=remedy), columns=["smiles"])
    yield from table["smiles"].to_pylist()


def _keys(smiles: str) -> set[str]:
    """Compute the connectivities of a molecule and its parent; none where it cannot be read or InChI has none."""
    try:
        keys = inspect(smiles).keys
    except DroppedError:
        return set()
    return {keys.whole, keys.parent}


def _compositions(smiles: str) -> set[Composition]:
    """Count the heavy atoms by element: of the whole molecule, and of each large fragment."""
    found = set()
    for text in {smiles, *smiles.split(".")}:
        mol = Chem.MolFromSmiles(text)
        if mol is None:
            continue
        counts = Counter(atom.GetAtomicNum() for atom in mol.GetAtoms() if atom.GetAtomicNum() > 1)
        if text == smiles or counts.total() >= MIN_FRAGMENT_ATOMS:
            found.add(tuple(sorted(counts.items())))
    return found
