"""How similar two molecules are: Tanimoto of MACCS keys, RDKit's path fingerprint and Morgan fingerprints."""

from __future__ import annotations

from typing import NamedTuple

from rdkit.Chem import Mol
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator, GetRDKitFPGenerator
from rdkit.Chem.rdMolDescriptors import GetMACCSKeysFingerprint
from rdkit.DataStructs import TanimotoSimilarity

MORGAN_RADIUS, MORGAN_BITS = 2, 2048


class Similarity(NamedTuple):
    """Tanimoto similarities of two molecules, 0 to 1."""

    maccs: float
    rdk: float
    morgan: float


def similarity(first: Mol, second: Mol, *, morgan_counts: bool = False) -> Similarity:
    """Compare two molecules.

    Args:
        first: One molecule.
        second: The other.
        morgan_counts: Whether Morgan environments (radius 2) are counted, unfolded, as the scripts of MolT5 and
            Mol-Instructions do, or set 2,048 bits.
    """
    morgan = GetMorganGenerator(radius=MORGAN_RADIUS, fpSize=MORGAN_BITS)
    count = morgan.GetSparseCountFingerprint if morgan_counts else morgan.GetFingerprint
    path = GetRDKitFPGenerator().GetFingerprint  # paths of 1 to 7 bonds, 2,048 bits: Chem.RDKFingerprint
    return Similarity(
        TanimotoSimilarity(GetMACCSKeysFingerprint(first), GetMACCSKeysFingerprint(second)),
        TanimotoSimilarity(path(first), path(second)),
        TanimotoSimilarity(count(first), count(second)),
    )
