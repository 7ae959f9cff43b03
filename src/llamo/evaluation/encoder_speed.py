"""How fast graph encoder and projector turn featurised molecules into graph tokens."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import torch

from llamo.chem.featurize import featurize
from llamo.data.collate import collate_graphs
from llamo.errors import InputError
from llamo.models.config import LlamoConfig
from llamo.models.modeling import make_graph_encoder, make_projector

_ROUNDS = 3
_LM_WIDTH = 576  # of SmolLM2-135M
_PROJECTOR_DEPTH = 6  # the paper's


class EncoderSpeed(NamedTuple):
    """Molecules a second by the clock, collating included, featurising not.

    Attributes:
        molecules: How many were measured.
        batch_size: Molecules a batch.
        threads: Threads torch may use.
        rate: Molecules a second through encoder and projector, in fp32.
    """

    molecules: int
    batch_size: int
    threads: int
    rate: float


def measure_encoder(smiles: Sequence[str], *, batch_size: int = 64) -> EncoderSpeed:
    """Time encoder and projector of the default sizes, with random weights; of three rounds the best counts.

    Args:
        smiles: Molecules; a thousand or more give steady figures.
        batch_size: Molecules a batch.

    Raises:
        InputError: If there are no molecules.
        InvalidMoleculeError: If one cannot be read.
    """
    if not smiles:
        raise InputError("no molecules to measure; pass at least one SMILES")
    text_config = {"model_type": "llama", "hidden_size": _LM_WIDTH}
    config = LlamoConfig(text_config, projector_depth=_PROJECTOR_DEPTH)
    encoder, projector = make_graph_encoder(config).eval(), make_projector(config).eval()
    graphs = [featurize(text) for text in smiles]
    best = float("inf")
    with torch.inference_mode():
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            for first in range(0, len(graphs), batch_size):
                molecules = collate_graphs(graphs[first : first + batch_size])
                projector(encoder(molecules), molecules)
            best = min(best, time.perf_counter() - start)
    return EncoderSpeed(len(graphs), batch_size, torch.get_num_threads(), len(graphs) / max(best, 1e-9))
