"""The encoders that are measured, each ready to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from llamo.chem.molgraph import MolGraph
from llamo.data.collate import collate_graphs
from llamo.models.checkpoints import WEIGHTS_FILE, read_tensors, resolve_checkpoint
from llamo.models.config import LlamoConfig
from llamo.models.encoder_files import load_encoder
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.modeling import make_graph_encoder, make_projector
from llamo.models.names import DEFAULT_MODEL
from llamo.models.projectors import Projector
from llamo.studies.frame.study import digest
from llamo.studies.frame.training import train_cell
from llamo.studies.oversmoothing.molecule_sets import pretraining_shards
from llamo.studies.oversmoothing.settings import OversmoothingSettings
from llamo.studies.oversmoothing.theory import keep_assumptions, unit_weights


class Read(NamedTuple):
    """An encoder, and the trained projector that goes with it where there is one."""

    encoder: GraphEncoder
    projector: Projector | None = None


def untrained_encoder(
    settings: OversmoothingSettings, depth: int, seed: int, graphs: Sequence[MolGraph]
) -> GraphEncoder:
    """Build an encoder with fresh weights; batch normalisation gets its statistics from `graphs`.

    A fresh batch normalisation that reads by running statistics of 0 and 1 would normalise nothing.
    """
    torch.manual_seed(seed)
    encoder = fresh_encoder(settings, depth)
    for module in encoder.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.momentum = None  # a plain average
    with torch.no_grad():
        encoder.train()(collate_graphs(graphs))
    return encoder.eval()


def fresh_encoder(settings: OversmoothingSettings, depth: int) -> GraphEncoder:
    """Build the encoder that settings describe."""
    if settings.encoder in ("assumptions", "unit"):
        keep = keep_assumptions if settings.encoder == "assumptions" else unit_weights
        return keep(GraphEncoder(depth, settings.dim, norm="none"))
    return GraphEncoder(depth, settings.dim, norm=settings.graph_norm, residual=settings.graph_residual)


def trained_encoder(settings: OversmoothingSettings, depth: int, seed: int, folder: Path) -> GraphEncoder:
    """Train an encoder by stage `pretraining`; it is found again in `folder` afterwards."""
    shards = pretraining_shards(folder, settings.training_molecules)
    values = {
        "stage": "pretraining",
        "seed": seed,
        "data": {"folder": shards, "validation_limit": 32},
        "model": {
            "sizes": {
                "graph_layers": depth,
                "graph_dim": settings.dim,
                "graph_norm": settings.graph_norm,
                "graph_residual": settings.graph_residual,
            }
        },
        "pretraining_levels": settings.pretraining_levels,
        "optim": {"learning_rate": settings.learning_rate, "min_learning_rate": settings.learning_rate / 100,
                  "warmup": 0.05, "weight_decay": 0.01, "batch_size": settings.batch_size,
                  "steps": settings.steps},
        "eval_steps": settings.steps,
        "save_minutes": 30.0,
    }  # fmt: skip
    name = digest({**values, "data": shards.name})
    encoder = fresh_encoder(settings, depth)
    load_encoder(encoder, train_cell(values, folder / f"encoder-{name}"))
    return encoder.eval()


def shipped_encoder(name: str = DEFAULT_MODEL) -> Read:
    """Load encoder and projector of a trained model, without its language model."""
    folder = resolve_checkpoint(name)
    config = LlamoConfig.from_pretrained(folder)
    tensors = read_tensors(folder / WEIGHTS_FILE)
    encoder, projector = make_graph_encoder(config), make_projector(config)
    for prefix, module in (("graph_encoder.", encoder), ("projector.", projector)):
        part = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
        module.load_state_dict(part)
    return Read(encoder.float().eval(), projector.float().eval())
