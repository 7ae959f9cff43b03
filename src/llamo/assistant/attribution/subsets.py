"""The projector's view of a molecule from which atoms or motifs have been taken away.

The encoder has seen the whole molecule: what is taken away are states, not atoms, so that no other state changes.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from llamo.data.collate import MolBatch
from llamo.models.projectors import Projector


class Subsets(NamedTuple):
    """B versions of one molecule of N atoms and M motifs.

    Shapes: atoms int64 [N'], motifs int64 [M'], the kept ones of all versions, by their number in the molecule;
    molecules: a batch of B for the projector (it looks at no bond, so there are none).
    """

    atoms: Int[Tensor, "N2"]  # noqa: UP037
    motifs: Int[Tensor, "M2"]  # noqa: UP037
    molecules: MolBatch


def take_subsets(
    molecule: MolBatch, kept: Bool[Tensor, "B N"], kept_motifs: Bool[Tensor, "B M"] | None = None
) -> Subsets:
    """Keep some atoms and motifs in each of B versions of a molecule.

    A motif goes with the last of its atoms; until then its counts stay whole, and its pooled state is that of the
    atoms which are left.

    Args:
        molecule: A batch of one.
        kept: Atoms that stay.
        kept_motifs: Motifs that stay; None for all that have atoms left, or never had any.
    """
    motif, atom = molecule.motif_atoms  # [K], [K]
    number, num_motifs = kept.shape[0], molecule.motifs.shape[0]
    members = torch.zeros(number, num_motifs, dtype=torch.long, device=kept.device)
    members.index_add_(1, motif, kept[:, atom].long())
    stays = (members > 0) | (torch.bincount(motif, minlength=num_motifs) == 0)  # [B, M]
    if kept_motifs is not None:
        stays &= kept_motifs
    owner, atoms = kept.nonzero(as_tuple=True)
    motif_owner, motifs = stays.nonzero(as_tuple=True)
    version, pair = (kept[:, atom] & stays[:, motif]).nonzero(as_tuple=True)
    new_atom, new_motif = _renumbered(kept), _renumbered(stays)
    pairs = torch.stack([new_motif[version, motif[pair]], new_atom[version, atom[pair]]])
    molecules = MolBatch(
        atoms=molecule.atoms[atoms],
        bonds=molecule.bonds[:0],
        edge_index=molecule.edge_index[:, :0],
        atom_molecule=owner,
        motifs=molecule.motifs[motifs],
        motif_molecule=motif_owner,
        motif_atoms=pairs,
        num_molecules=number,
    )
    return Subsets(atoms, motifs, molecules)


def copies(molecule: MolBatch, number: int) -> Subsets:
    """Repeat a molecule, whole."""
    kept = torch.ones(number, molecule.atoms.shape[0], dtype=torch.bool, device=molecule.atoms.device)
    return take_subsets(molecule, kept)


def project_subsets(
    projector: Projector, levels: Float[Tensor, "L N D"], subsets: Subsets
) -> Float[Tensor, "B G Dlm"]:
    """Compute the graph tokens of each version."""
    return projector(levels[:, subsets.atoms], subsets.molecules)


def _renumbered(kept: Bool[Tensor, "B N"]) -> Int[Tensor, "B N"]:
    """Number what is kept through all versions: [[T, F], [T, T]] -> [[0, -], [1, 2]]."""
    return (kept.flatten().cumsum(0) - 1).view_as(kept)
