"""What an attribution says about the parts of a molecule, whatever method found it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from llamo.data.collate import MolBatch


class Parts(NamedTuple):
    """A weight for each part, in the unit of the method.

    Shapes: atoms [N], levels [L], motifs [M], tokens [G].
    """

    atoms: Float[Tensor, "N"]  # noqa: UP037
    levels: Float[Tensor, "L"]  # noqa: UP037
    motifs: Float[Tensor, "M"]  # noqa: UP037
    tokens: Float[Tensor, "G"]  # noqa: UP037


def gather_parts(
    molecule: MolBatch,
    states: Float[Tensor, "L N"],
    motifs: Float[Tensor, "M"],  # noqa: UP037
    tokens: Float[Tensor, "G"],  # noqa: UP037
) -> Parts:
    """Sum up what came through the levels and through the motifs: a motif's weight goes to its atoms in equal shares.

    So atoms and levels tell it from two sides: `atoms.sum() == states.sum() + motifs.sum()` (every motif has atoms).
    """
    return Parts(states.sum(0) + share_motifs(molecule, motifs), states.sum(1), motifs, tokens)


def share_motifs(molecule: MolBatch, motifs: Float[Tensor, "M"]) -> Float[Tensor, "N"]:  # noqa: UP037
    """Share each motif's weight among its atoms: weights [6, 1], atoms {0, 1, 2} and {2} -> [2, 2, 3]."""
    motif, atom = molecule.motif_atoms
    sizes = torch.bincount(motif, minlength=motifs.shape[0]).clamp(min=1)
    atoms = motifs.new_zeros(molecule.atoms.shape[0])
    return atoms.index_add(0, atom, (motifs / sizes)[motif])
