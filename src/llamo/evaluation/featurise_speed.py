"""How fast molecules become graphs on one core, beside `ogb` (which makes no motifs)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rdkit import rdBase

from llamo.chem.featurize import featurize
from llamo.errors import InputError
from llamo.evaluation.timing import best_seconds

_ROUNDS = 5


class FeaturiseSpeed(NamedTuple):
    """Molecules a second of one core's processor time, SMILES text to graph.

    Attributes:
        molecules: How many were measured.
        atoms: Their atoms on average.
        llamo: Rate of `featurize`, motifs included.
        ogb: Rate of `ogb.utils.smiles2graph`; None where ogb is not installed.
    """

    molecules: int
    atoms: float
    llamo: float
    ogb: float | None


def measure_featurise(smiles: Sequence[str]) -> FeaturiseSpeed:
    """Measure `featurize` and, where it is installed, `ogb.utils.smiles2graph` on the same SMILES.

    Processor time is taken, and the best of five rounds for each hundred molecules, so that other programs
    on the machine disturb little.

    Args:
        smiles: Molecules; a thousand or more give steady figures.

    Raises:
        InputError: If there are none.
        InvalidMoleculeError: If one cannot be read.
    """
    if not smiles:
        raise InputError("no molecules to measure; pass at least one SMILES")
    atoms = sum(featurize(text).num_atoms for text in smiles)
    try:
        smiles2graph = importlib.import_module("ogb.utils").smiles2graph
    except ImportError:
        ogb = None
    else:
        ogb = _rate(smiles2graph, smiles)
    return FeaturiseSpeed(len(smiles), atoms / len(smiles), _rate(featurize, smiles), ogb)


def _rate(function: Callable[[str], object], smiles: Sequence[str]) -> float:
    """Measure molecules a second: the best of several rounds for each hundred molecules, summed."""
    with rdBase.BlockLogs():  # ogb lets RDKit's warnings through
        total = best_seconds(function, smiles, rounds=_ROUNDS)
    return len(smiles) / max(total, 1e-9)
