"""Searching packed Morgan fingerprints by Tanimoto similarity: exact, on one core, without RDKit.

Tanimoto = c / (a + b - c), with a and b the bits set in either fingerprint and c those set in both. The bits
are kept as 64-bit words, one column of words after the other, so that a query touches only the words in which
it has a bit at all: about 25 of 32 for a molecule of drug size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rdkit.Chem import Mol

RADIUS, NUM_BITS = 2, 2048
NUM_BYTES = NUM_BITS // 8

Fingerprint = NDArray[np.uint8]  # uint8 [256], the first bit in the highest bit of the first byte


def morgan(mol: Mol) -> Fingerprint:
    """Compute the packed Morgan fingerprint (radius 2, 2048 bits) of a molecule: uint8 [256]."""
    from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator

    bits = GetMorganGenerator(radius=RADIUS, fpSize=NUM_BITS).GetFingerprintAsNumPy(mol)
    return cast(Fingerprint, np.packbits(bits))


class FingerprintIndex:
    """Fingerprints laid out for search.

    Args:
        packed: uint8 [N, 256].
        popcounts: uint16 [N], the bits set in each; counted where None.
    """

    def __init__(self, packed: NDArray[np.uint8], popcounts: NDArray[np.uint16] | None = None) -> None:
        packed = np.ascontiguousarray(packed, dtype=np.uint8).reshape(-1, NUM_BYTES)
        self._words = np.ascontiguousarray(packed.view(np.uint64).T)  # [32, N]
        counted = np.bitwise_count(packed).sum(axis=1, dtype=np.int32) if popcounts is None else popcounts
        self._popcounts = counted.astype(np.int32)

    def __len__(self) -> int:
        return self._words.shape[1]

    def similarities(self, query: Fingerprint) -> NDArray[np.float64]:
        """Return the Tanimoto similarity of a packed fingerprint with each entry: float64 [N], 0 to 1."""
        words = np.ascontiguousarray(query, dtype=np.uint8).view(np.uint64)  # [32]
        common = np.zeros(len(self), dtype=np.int32)
        for column in np.flatnonzero(words):
            common += np.bitwise_count(self._words[column] & words[column])
        union = self._popcounts + int(np.bitwise_count(words).sum()) - common
        return np.divide(common, union, out=np.zeros(len(self)), where=union > 0)


def best(similarities: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """Return the positions of the `k` highest values, best first; of equal ones, the first that came in."""
    size = len(similarities)
    if k >= size:
        return np.argsort(-similarities, kind="stable")
    least = np.partition(similarities, size - k)[size - k]
    candidates = np.flatnonzero(similarities >= least)
    return candidates[np.argsort(-similarities[candidates], kind="stable")][:k]
