"""A row of numbers for each molecule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from llamo.chem.molgraph import MolGraph
from llamo.data.collate import MolBatch, collate_graphs
from llamo.models.encoder_files import ENCODER_FILE, read_encoder
from llamo.models.graph_encoder import GraphEncoder
from llamo.studies.oversmoothing.encoders import shipped_encoder, untrained_encoder
from llamo.studies.oversmoothing.settings import OversmoothingSettings
from llamo.studies.probes.settings import ProbeSettings

BATCH = 64


def encoder_of(model: str) -> GraphEncoder:
    """Load the encoder of a trained model, or of a folder that holds an encoder alone."""
    folder = Path(model).expanduser()
    return read_encoder(folder) if (folder / ENCODER_FILE).is_file() else shipped_encoder(model).encoder


def random_encoder(model: str, seed: int, graphs: Sequence[MolGraph]) -> GraphEncoder:
    """Build an encoder of the model's sizes with fresh weights and batch statistics of `graphs`."""
    known = encoder_of(model)
    sizes = OversmoothingSettings(dim=known.dim, graph_norm=known.norm, graph_residual=known.residual)
    return untrained_encoder(sizes, known.num_levels - 1, seed, graphs)


@torch.no_grad()
def pooled_states(
    encoder: GraphEncoder, graphs: Sequence[MolGraph], settings: ProbeSettings
) -> NDArray[np.float32]:
    """Pool atom states to molecules, level beside level: float32 [N, L * D], or [N, D] for the last level."""
    rows = []
    for start in range(0, len(graphs), BATCH):
        molecules = collate_graphs(graphs[start : start + BATCH])
        levels = encoder(molecules)  # [L, N, D]
        chosen = levels[-1:] if settings.levels == "last" else levels
        rows.append(torch.cat([pool(level, molecules, settings.pooling) for level in chosen], dim=1))
    return torch.cat(rows).numpy()


def pool(states: Float[Tensor, "N D"], molecules: MolBatch, how: str) -> Float[Tensor, "B D"]:
    """Add the atoms of each molecule up, or average them."""
    sums = states.new_zeros(molecules.num_molecules, states.shape[1])
    sums.index_add_(0, molecules.atom_molecule, states)
    if how == "sum":
        return sums
    sizes = torch.bincount(molecules.atom_molecule, minlength=molecules.num_molecules).clamp(min=1)
    return sums / sizes.unsqueeze(1)


def fingerprints(smiles: Sequence[str]) -> NDArray[np.float32]:
    """Compute Morgan bits (radius 2): float32 [N, 2048]."""
    from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator

    from llamo.chem.parsing import parse_molecule
    from llamo.evaluation.fingerprints import MORGAN_BITS, MORGAN_RADIUS

    generator = GetMorganGenerator(radius=MORGAN_RADIUS, fpSize=MORGAN_BITS)
    return np.stack([generator.GetFingerprintAsNumPy(parse_molecule(text)) for text in smiles]).astype(
        np.float32
    )


def standardised(parts: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """Scale columns to mean 0 and standard deviation 1 of the first part, the training part."""
    mean, deviation = parts[0].mean(axis=0), parts[0].std(axis=0)
    return [(part - mean) / np.where(deviation > 1e-6, deviation, 1.0) for part in parts]
