"""From molecular graphs (NumPy) to one batch of tensors. No RDKit from here on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from llamo.chem.molgraph import NUM_ATOM_FEATURES, NUM_BOND_FEATURES, NUM_MOTIF_FEATURES, MolGraph


@dataclass(frozen=True)
class MolBatch:
    """B molecules as one disconnected graph: adjacent molecules share no index and never mix.

    Shapes:
        atoms: int64 [N, 9] OGB atom features. bonds: int64 [E, 3] OGB bond features.
        edge_index: int64 [2, E] directed bonds, batch-wide atom numbers.
        atom_molecule: int64 [N], the molecule an atom belongs to, ascending.
        motifs: float32 [M, 73] the paper's counts. motif_molecule: int64 [M], ascending.
        motif_atoms: int64 [2, K] (motif number, atom number), batch-wide.
        num_molecules: B; a molecule may have no atoms (the "counts alone" control) or no motifs.
    """

    atoms: Tensor
    bonds: Tensor
    edge_index: Tensor
    atom_molecule: Tensor
    motifs: Tensor
    motif_molecule: Tensor
    motif_atoms: Tensor
    num_molecules: int

    def to(self, device: torch.device | str | int, *, non_blocking: bool = False) -> MolBatch:
        """Move all tensors to a device."""
        return self._map(lambda tensor: tensor.to(device, non_blocking=non_blocking))

    def pin_memory(self) -> MolBatch:
        """Pin all tensors, for asynchronous copies to a GPU."""
        return self._map(Tensor.pin_memory)

    def _map(self, function: Callable[[Tensor], Tensor]) -> MolBatch:
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return MolBatch(**{name: function(v) if isinstance(v, Tensor) else v for name, v in values.items()})  # type: ignore[arg-type]


def collate_graphs(graphs: Sequence[MolGraph]) -> MolBatch:
    """Join graphs into one batch, numbering atoms and motifs through.

    Args:
        graphs: B molecular graphs; an empty sequence gives a batch of no molecules.
    """
    atom_counts = [graph.atoms.shape[0] for graph in graphs]
    motif_counts = [graph.motifs.shape[0] for graph in graphs]
    atom_starts = np.concatenate([[0], np.cumsum(atom_counts)[:-1]]).astype(np.int64)
    motif_starts = np.concatenate([[0], np.cumsum(motif_counts)[:-1]]).astype(np.int64)
    edges = [
        graph.edge_index.astype(np.int64) + start for graph, start in zip(graphs, atom_starts, strict=False)
    ]
    motif_atoms = [
        graph.motif_atoms.astype(np.int64) + np.array([[motif_start], [atom_start]])
        for graph, motif_start, atom_start in zip(graphs, motif_starts, atom_starts, strict=False)
    ]
    molecules = np.arange(len(graphs), dtype=np.int64)
    return MolBatch(
        atoms=_join([graph.atoms for graph in graphs], (0, NUM_ATOM_FEATURES), np.int64),
        bonds=_join([graph.bonds for graph in graphs], (0, NUM_BOND_FEATURES), np.int64),
        edge_index=_join(edges, (2, 0), np.int64, axis=1),
        atom_molecule=torch.from_numpy(np.repeat(molecules, atom_counts)),
        motifs=_join([graph.motifs for graph in graphs], (0, NUM_MOTIF_FEATURES), np.float32),
        motif_molecule=torch.from_numpy(np.repeat(molecules, motif_counts)),
        motif_atoms=_join(motif_atoms, (2, 0), np.int64, axis=1),
        num_molecules=len(graphs),
    )


def _join(arrays: list[np.ndarray], empty: tuple[int, int], dtype: type[np.generic], axis: int = 0) -> Tensor:
    joined = np.concatenate(arrays, axis=axis) if arrays else np.zeros(empty)
    return torch.from_numpy(np.ascontiguousarray(joined, dtype=dtype))
