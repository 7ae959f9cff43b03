"""How alike the states of a graph's nodes are: one number a molecule and level."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from llamo.data.collate import MolBatch
from llamo.training.signals import effective_rank


class Likeness(NamedTuple):
    """How alike the node states X of one graph are.

    Attributes:
        energy: Dirichlet energy over bonds, sum of |x_i - x_j|^2, as a share of |X|^2: 0 where all states are equal.
        cosine: mean cosine similarity of two nodes.
        distance: mean average distance (MAD; Chen et al. 2020, arXiv 1909.03211): of each node the mean cosine distance
            to those that differ from it, averaged over nodes.
        rank: effective rank (Roy and Vetterli 2007), 1 where all states point one way.
    """

    energy: float
    cosine: float
    distance: float
    rank: float


MEASURES = Likeness._fields
_SAME = 1e-6  # cosine distances below it count as none


def likeness(states: Float[Tensor, "N D"], edge_index: Int[Tensor, "2 E"]) -> Likeness:
    """Measure one graph of two nodes or more; each bond stands in `edge_index` in both directions."""
    states = states.double()
    source, target = edge_index
    difference = (states[source] - states[target]).square().sum() / 2
    unit = F.normalize(states, dim=-1)
    cosines = unit @ unit.T
    others = ~torch.eye(len(states), dtype=torch.bool)
    distances = (1 - cosines).clamp(min=0) * others
    differs = distances > _SAME
    by_node = distances.sum(1) / differs.sum(1).clamp(min=1)
    counted = differs.any(1)
    return Likeness(
        energy=float(difference / states.square().sum().clamp(min=1e-30)),
        cosine=float(cosines[others].mean()),
        distance=float(by_node[counted].mean()) if bool(counted.any()) else 0.0,
        rank=effective_rank(states),
    )


def split_levels(levels: Float[Tensor, "L N D"], molecules: MolBatch) -> list[Float[Tensor, "L n D"]]:
    """Cut a batch's levels into those of each molecule."""
    sizes = torch.bincount(molecules.atom_molecule, minlength=molecules.num_molecules)
    return list(levels.split(sizes.tolist(), dim=1))
