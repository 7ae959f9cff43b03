"""How like the training data a molecule is: the less, the more its answers are guesses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from llamo.data.bank_search import NUM_BYTES, FingerprintIndex, morgan
from llamo.errors import DataError, InvalidMoleculeError
from llamo.files import replacing

FINGERPRINTS = "fingerprints"
UNFAMILIAR_BELOW = 0.3  # where no calibration says better: see docs/sureness.md


class Familiarity:
    """Fingerprints of the molecules that a model was trained on.

    Args:
        index: Morgan fingerprints (radius 2, 2048 bits).

    Raises:
        DataError: If there are none.
    """

    def __init__(self, index: FingerprintIndex) -> None:
        if not len(index):
            raise DataError(
                "there are no training molecules to compare with; name a bank or a fingerprint file"
            )
        self._index = index

    def __len__(self) -> int:
        return len(self._index)

    @classmethod
    def of_molecules(cls, molecules: Iterable[str]) -> Familiarity:
        """Compute the fingerprints of molecules given as SMILES; those that cannot be read are left out."""
        return cls(FingerprintIndex(fingerprints(molecules)))

    @classmethod
    def open(cls, path: Path) -> Familiarity:
        """Open a bank, or a fingerprint file that `llamo study sureness` wrote.

        Raises:
            DataError: If it is neither, or damaged.
        """
        if path.is_dir():
            from llamo.data.bank import bank_molecules

            return cls.of_molecules(bank_molecules(path))
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            packed = load_file(path)[FINGERPRINTS]
        except (OSError, KeyError, SafetensorError) as error:
            raise DataError(
                f"{path} is no bank and no file of fingerprints ({error!r}); `llamo bank build` and "
                "`llamo study sureness` write such"
            ) from error
        return cls(FingerprintIndex(packed))

    def of(self, smiles: str) -> float:
        """Return the highest Tanimoto similarity with a training molecule, 0 to 1.

        Raises:
            InvalidMoleculeError: If the text is no molecule.
        """
        from llamo.chem.parsing import parse_molecule

        return float(self._index.similarities(morgan(parse_molecule(smiles))).max())


def fingerprints(molecules: Iterable[str]) -> np.ndarray:
    """Compute packed fingerprints, uint8 [N, 256], each only once; unreadable molecules are left out."""
    from rdkit import rdBase

    from llamo.chem.parsing import parse_molecule

    found: set[bytes] = set()
    with rdBase.BlockLogs():
        for smiles in molecules:
            try:
                found.add(morgan(parse_molecule(smiles)).tobytes())
            except InvalidMoleculeError:
                continue
    return np.frombuffer(b"".join(sorted(found)), dtype=np.uint8).reshape(-1, NUM_BYTES)


def write_fingerprints(packed: np.ndarray, path: Path) -> None:
    """Write packed fingerprints, uint8 [N, 256], to a safetensors file."""
    from safetensors.numpy import save_file

    with replacing(path) as temporary:
        save_file({FINGERPRINTS: packed}, temporary)


def unfamiliar_below(similarities: Sequence[float]) -> float:
    """Choose the threshold: one in twenty held-out molecules of the training sources is less similar than that."""
    return float(np.quantile(np.asarray(similarities), 0.05))
