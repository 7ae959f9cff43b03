"""How fast molecules become graphs on one core, beside `ogb` (which makes no motifs)."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from llamo.chem.featurize import featurize
from llamo.errors import InputError

_ROUNDS = 3


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

    Processor time is taken, so that other programs on the machine disturb little; of three rounds the best
    counts.

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
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.process_time()
        for text in smiles:
            function(text)
        best = min(best, time.process_time() - start)
    return len(smiles) / max(best, 1e-9)
