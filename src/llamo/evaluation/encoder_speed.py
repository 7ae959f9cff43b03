"""How many molecules a second pass the graph encoder and the projector."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import torch

from llamo.chem.featurize import featurize
from llamo.data.collate import collate_graphs
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.projectors import Projector


class EncoderSpeed(NamedTuple):
    """Molecules a second, from featurised graphs to graph tokens of width 576, at the paper's sizes.

    Attributes:
        collate: batching of the graphs. encoder: the GIN. projector: the multi-level projector. together: all three.
    """

    molecules: int
    atoms: float
    batch_size: int
    threads: int
    collate: float
    encoder: float
    projector: float
    together: float


@torch.inference_mode()
def measure_encoder(smiles: Sequence[str], *, batch_size: int = 64, repeats: int = 3) -> EncoderSpeed:
    """Time encoder and projector of the shipped sizes with random weights (speed does not depend on them).

    Args:
        smiles: molecules, each readable. repeats: passes over all; the fastest counts.
    """
    graphs = [featurize(text) for text in smiles]
    encoder = GraphEncoder().eval()
    projector = Projector(encoder.dim, 576, num_levels=encoder.num_levels, depth=2, token_scale=0.1).eval()
    order = sorted(range(len(graphs)), key=lambda i: graphs[i].num_atoms)
    chunks = [[graphs[i] for i in order[s : s + batch_size]] for s in range(0, len(order), batch_size)]
    best = [float("inf")] * 3
    for _ in range(repeats):
        spent = [0.0, 0.0, 0.0]
        for chunk in chunks:
            start = time.perf_counter()
            batch = collate_graphs(chunk)
            collated = time.perf_counter()
            levels = encoder(batch)
            encoded = time.perf_counter()
            projector(levels, batch)
            spent = [
                spent[0] + collated - start,
                spent[1] + encoded - collated,
                spent[2] + time.perf_counter() - encoded,
            ]
        best = min(best, spent, key=sum)
    collate, encode, project = (len(graphs) / seconds for seconds in best)
    atoms = sum(graph.num_atoms for graph in graphs) / len(graphs)
    together = len(graphs) / sum(best)
    return EncoderSpeed(
        len(graphs), atoms, batch_size, torch.get_num_threads(), collate, encode, project, together
    )
