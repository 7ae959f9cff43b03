"""Which atoms are taken away: those that an attribution ranks first, or as many at random."""

from __future__ import annotations

import math

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from llamo.evaluation.calibration import rank_correlation


def number_of_atoms(share: float, total: int) -> int:
    """Round a share of the atoms up: a tenth of 11 atoms is 2."""
    return math.ceil(round(share * total, 9))


def first_atoms(weights: Float[np.ndarray, "N"], number: int) -> Bool[Tensor, "N"]:  # noqa: UP037
    """Mark the atoms with the largest weights; of equal ones the first."""
    marks = torch.zeros(len(weights), dtype=torch.bool)
    marks[np.argsort(-weights, kind="stable")[:number].copy()] = True
    return marks


def random_atoms(total: int, number: int, draws: int, rng: np.random.Generator) -> Bool[Tensor, "R N"]:
    """Mark as many atoms at random, several times."""
    marks = torch.zeros(draws, total, dtype=torch.bool)
    for row in marks:
        row[rng.choice(total, number, replace=False)] = True
    return marks


def rank_agreement(first: Float[np.ndarray, "N"], second: Float[np.ndarray, "N"]) -> float | None:  # noqa: UP037
    """Compute Spearman's rank correlation; None where one of the two is the same for all atoms."""
    found = rank_correlation(first, second)
    return None if math.isnan(found) else found
