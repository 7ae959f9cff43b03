"""What a classical model sees of a molecule: counts of Morgan environments and RDKit's descriptors."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Mol
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.Chem.rdMolDescriptors import Properties

from llamo.evaluation.fingerprints import MORGAN_BITS, MORGAN_RADIUS

MAX_COUNT = 255
LARGEST = 1e30  # of a descriptor; what is larger, or no number, is missing


@functools.cache
def _descriptors() -> Properties:
    """RDKit's set of descriptors that are computed in C++: masses, counts, rings, TPSA, logP, MR, chi, kappa ..."""
    return Properties()


def feature_names() -> list[str]:
    """Name the columns of `molecule_features`."""
    return [f"morgan_{bit}" for bit in range(MORGAN_BITS)] + list(_descriptors().GetPropertyNames())


def molecule_features(mols: Sequence[Mol], *, counts: bool = True) -> NDArray[np.float32]:
    """Compute the features of molecules, one row each: float32 [N, 2048 + descriptors].

    Args:
        mols: the molecules.
        counts: how often each Morgan environment (radius 2, folded to 2,048) is there; else whether it is.

    Returns:
        Counts, then descriptors; a descriptor that is not finite is NaN, which gradient boosting takes as missing.
    """
    morgan = GetMorganGenerator(radius=MORGAN_RADIUS, fpSize=MORGAN_BITS)
    fingerprint = morgan.GetCountFingerprintAsNumPy if counts else morgan.GetFingerprintAsNumPy
    descriptors = _descriptors()
    features = np.empty((len(mols), MORGAN_BITS + len(descriptors.GetPropertyNames())), dtype=np.float32)
    for row, mol in zip(features, mols, strict=True):
        row[:MORGAN_BITS] = np.minimum(fingerprint(mol), MAX_COUNT)
        values = np.array(descriptors.ComputeProperties(mol), dtype=np.float64)
        row[MORGAN_BITS:] = np.where(np.abs(values) < LARGEST, values, np.nan)
    return features
