"""The graph adapter: any graph with kinds of nodes and of links becomes what the model takes.

The model sees integers within the sizes of its embedding tables, and bonds between rows; that the first column usually
says "carbon" is known to the featuriser alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llamo.chem.molgraph import NUM_ATOM_FEATURES, NUM_BOND_FEATURES, NUM_MOTIF_FEATURES, MolGraph
from llamo.errors import InputError

NUM_NODE_KINDS = 118  # the last row of the first table stands for what is masked in pretraining
NUM_LINK_KINDS = 4
DEGREE_COLUMN, MAX_DEGREE = 2, 11


@dataclass(frozen=True)
class PlainGraph:
    """A graph without direction.

    Attributes:
        node_kinds: one number from 0 to 117 a node.
        links: pairs of nodes, each link once.
        link_kinds: one number from 0 to 3 a link; empty for all 0.
    """

    node_kinds: Sequence[int]
    links: Sequence[tuple[int, int]]
    link_kinds: Sequence[int] = ()


def adapt(graph: PlainGraph) -> MolGraph:
    """Lay a graph out for the model: kinds in the first columns, the degree (up to 11) in one of its own.

    Example: `adapt(PlainGraph([5, 7], [(0, 1)])).edge_index -> [[0, 1], [1, 0]]`.

    Raises:
        InputError: a kind has no row in the model's tables, or a link leads to no node.
    """
    size = len(graph.node_kinds)
    kinds = np.asarray(graph.node_kinds, dtype=np.int64).reshape(-1)
    link_kinds = np.asarray(graph.link_kinds or [0] * len(graph.links), dtype=np.int64)
    links = np.asarray(graph.links, dtype=np.int64).reshape(-1, 2)
    if kinds.size and not (kinds.min() >= 0 and kinds.max() < NUM_NODE_KINDS):
        raise InputError(f"node kinds are {kinds.min()} to {kinds.max()}; expected 0 to {NUM_NODE_KINDS - 1}")
    if link_kinds.size and not (link_kinds.min() >= 0 and link_kinds.max() < NUM_LINK_KINDS):
        raise InputError(
            f"link kinds are {link_kinds.min()} to {link_kinds.max()}; expected 0 to {NUM_LINK_KINDS - 1}"
        )
    if links.size and not (links.min() >= 0 and links.max() < size):
        raise InputError(f"links name nodes {links.min()} to {links.max()}, but there are {size} nodes")
    atoms = np.zeros((size, NUM_ATOM_FEATURES), np.uint8)
    atoms[:, 0] = kinds
    atoms[:, DEGREE_COLUMN] = np.minimum(np.bincount(links.flatten(), minlength=size)[:size], MAX_DEGREE)
    bonds = np.zeros((2 * len(links), NUM_BOND_FEATURES), np.uint8)
    bonds[:, 0] = np.repeat(link_kinds, 2)
    both = np.stack([links, links[:, ::-1]], axis=1).reshape(-1, 2)
    return MolGraph(
        atoms=atoms,
        bonds=bonds,
        edge_index=both.T.astype(np.int32),
        motifs=np.zeros((0, NUM_MOTIF_FEATURES), np.uint8),
        motif_atoms=np.zeros((2, 0), np.int32),
    )
