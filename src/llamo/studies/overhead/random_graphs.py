"""Graphs of any size for timing: trees with rings, random features, so that no two atoms have alike surroundings.

The encoder, when reading, computes like surroundings once (`llamo.models.shared_environments`); real molecules are
therefore cheaper than these.
"""

from __future__ import annotations

import numpy as np

from llamo.chem.molgraph import NUM_ATOM_FEATURES, NUM_BOND_FEATURES, NUM_MOTIF_FEATURES, MolGraph

MAX_DEGREE = 4
ATOMS_A_RING = 8  # one bond more than a tree needs for so many atoms
ATOMS_A_MOTIF = 6
FEATURE_RANGE = np.array([9, 4, 5, 3, 5, 2, 4, 2, 2])  # of a drug-like molecule's atom features


def random_graph(num_atoms: int, rng: np.random.Generator) -> MolGraph:
    """Draw a connected graph of so many atoms, of degree four at most; a motif every six atoms."""
    degrees = np.zeros(num_atoms, dtype=int)
    pairs: list[tuple[int, int]] = []
    for atom in range(1, num_atoms):
        free = np.flatnonzero(degrees[:atom] < MAX_DEGREE)
        pairs.append((int(rng.choice(free[-12:])), atom))  # a recent one: chains with branches
        degrees[list(pairs[-1])] += 1
    for _ in range(num_atoms // ATOMS_A_RING):
        first, second = (int(atom) for atom in rng.choice(num_atoms, 2, replace=False))
        if (min(first, second), max(first, second)) not in pairs and max(
            degrees[[first, second]]
        ) < MAX_DEGREE:
            pairs.append((min(first, second), max(first, second)))
            degrees[[first, second]] += 1
    edges = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    bonds = rng.integers(0, (4, 2, 2), (len(pairs), NUM_BOND_FEATURES))
    motif_of = np.arange(num_atoms) // ATOMS_A_MOTIF
    return MolGraph(
        atoms=rng.integers(0, FEATURE_RANGE, (num_atoms, NUM_ATOM_FEATURES)).astype(np.uint8),
        bonds=np.repeat(bonds, 2, axis=0).astype(np.uint8),
        edge_index=np.stack([edges, edges[::-1]], axis=2).reshape(2, -1).astype(np.int32),
        motifs=(rng.random((motif_of[-1] + 1, NUM_MOTIF_FEATURES)) < 0.15).astype(np.uint8),
        motif_atoms=np.stack([motif_of, np.arange(num_atoms)]).astype(np.int32),
    )
