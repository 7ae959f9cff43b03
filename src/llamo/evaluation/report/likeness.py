"""How like each molecule is to those that were learnt from: from the file, or against a bank or table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from llamo.chem.reading import Molecule, read_molecule
from llamo.data.bank_search import Fingerprint, FingerprintIndex, morgan
from llamo.errors import DataError, InvalidMoleculeError
from llamo.evaluation.predictions import Predictions
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import find_smiles_column

Column = Float[np.ndarray, "S"]
MISSING = (
    "The similarity to the training data is not known: give the bank or the table that was learnt from with --bank, "
    "or a column `similarity`."
)


def check_bank(bank: Path) -> None:
    """Raise DataError if there is no bank, before anything is computed."""
    if not bank.exists():
        raise DataError(
            f"{bank}, given with --bank, does not exist; give the folder of `llamo bank build` or the table that was "
            "learnt from"
        )


def similarities(rows: Predictions, molecules: Sequence[Molecule | None], bank: Path | None) -> Column | None:
    """Find for each molecule the Tanimoto similarity (Morgan, radius 2, 2048 bits) of the nearest one learnt from.

    Args:
        rows: The predictions, whose column `similarity` counts where no bank is given.
        molecules: What each row is about.
        bank: Folder of `llamo bank build`, or a table with a column of molecules.

    Returns:
        NaN where a row has none; None where nothing is known.

    Raises:
        DataError: If the bank is missing or damaged, or no molecule in it can be read.
    """
    if bank is None:
        if rows.similarities is None:
            return None
        return np.array([np.nan if one is None else one for one in rows.similarities])
    nearest = _search(bank)
    return np.array([np.nan if one is None else nearest(morgan(one.mol)) for one in molecules])


def _search(bank: Path) -> Callable[[Fingerprint], float]:
    """Open a bank, or read the molecules of a table; returns what finds the highest similarity."""
    if bank.is_dir():
        from llamo.data.bank import Bank

        opened = Bank.open(bank)
        return lambda query: opened.nearest(query)[0].similarity
    packed = [morgan(molecule.mol) for molecule in _molecules(bank)]
    if not packed:
        raise DataError(f"no molecule of {bank} can be read; give the table that was learnt from with --bank")
    index = FingerprintIndex(np.stack(packed))
    return lambda query: float(index.similarities(query).max())


def _molecules(path: Path) -> Iterator[Molecule]:
    """Yield the molecules of a table; what cannot be read was not learnt from either."""
    info = inspect_table(path)
    column = find_smiles_column(info, None)
    for row in read_rows(info):
        try:
            yield read_molecule(str(row.values.get(column) or ""))
        except InvalidMoleculeError:
            continue
