"""How fast facts are computed on one core: the exact ones alone, and with the extended ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from llamo.chem.extended_facts import extended_facts
from llamo.chem.facts import exact_facts
from llamo.chem.reading import read_molecule
from llamo.errors import InputError
from llamo.evaluation.timing import best_seconds

_ROUNDS = 3


class FactsSpeed(NamedTuple):
    """Seconds of one core's processor time for 1,000 molecules, from SMILES text.

    Attributes:
        molecules: How many were measured.
        exact: Seconds a thousand for `exact_facts`.
        all: Seconds a thousand for these and `extended_facts`: what `llamo facts` computes.
    """

    molecules: int
    exact: float
    all: float


def measure_facts(smiles: Sequence[str]) -> FactsSpeed:
    """Measure the computing of facts; the best of three rounds for each hundred molecules, summed.

    Args:
        smiles: Molecules; a thousand or more give steady figures.

    Raises:
        InputError: If there are none.
        InvalidMoleculeError: If one cannot be read.
    """
    if not smiles:
        raise InputError("no molecules to measure; pass at least one SMILES")
    exact_facts(smiles[0])  # compiles the catalogue's patterns
    extended_facts(smiles[0])
    return FactsSpeed(len(smiles), _seconds(exact_facts, smiles), _seconds(_all_facts, smiles))


def _all_facts(text: str) -> None:
    molecule = read_molecule(text)
    extended_facts(molecule, exact_facts(molecule))


def _seconds(function: Callable[[str], object], smiles: Sequence[str]) -> float:
    """Measure seconds a thousand molecules."""
    return 1000 * best_seconds(function, smiles, rounds=_ROUNDS) / len(smiles)
