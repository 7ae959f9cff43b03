"""Stage 0: the graph encoder learns chemistry before it meets language.

Four targets at once: masked atoms and bonds (Hu et al. 2020, arXiv 1905.12265), the molecule's motif counts, physical
descriptors, and Morgan fingerprint bits with functional groups. Targets come precomputed in the shards: no RDKit here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import Dataset

from llamo.chem.molgraph import NUM_MOTIF_FEATURES, MolGraph
from llamo.data.collate import MolBatch, collate_graphs
from llamo.data.pretraining_shards import PretrainingRow, PretrainingShards
from llamo.models.checkpoints import WEIGHTS_FILE, save_tensors
from llamo.models.encoder_files import ENCODER_FILE as ENCODER_FILE
from llamo.models.encoder_files import save_encoder, sizes_of
from llamo.models.graph_encoder import ATOM_FEATURE_SIZES, BOND_FEATURE_SIZES, GraphEncoder

MASK_ATOM = ATOM_FEATURE_SIZES[0] - 1  # OGB's "misc" element stands for a masked atom
MASK_RATE = 0.15


class PretrainingOutput(NamedTuple):
    """Loss first, as the trainer expects it of a tuple."""

    loss: Tensor


class EncoderPretrainer(nn.Module):
    """GIN with prediction heads, which are dropped after training.

    Molecule-level heads read the mean states of every level, so that each level learns to carry
    something; or, for studies, those of the last level alone.

    Args:
        encoder: the encoder to train. num_descriptors, num_bits: widths of the targets. levels: those that are read.
    """

    def __init__(
        self,
        encoder: GraphEncoder,
        *,
        num_descriptors: int,
        num_bits: int,
        levels: Literal["all", "last"] = "all",
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.levels = levels
        dim = encoder.dim
        self.atom_head = nn.Linear(dim, ATOM_FEATURE_SIZES[0])
        self.bond_head = nn.Linear(dim, BOND_FEATURE_SIZES[0])
        pooled = encoder.num_levels * dim if levels == "all" else dim
        self.molecule_body = nn.Sequential(nn.LayerNorm(pooled), nn.Linear(pooled, 2 * dim), nn.SiLU())
        self.motif_head = nn.Linear(2 * dim, NUM_MOTIF_FEATURES)
        self.descriptor_head = nn.Linear(2 * dim, num_descriptors)
        self.bit_head = nn.Linear(2 * dim, num_bits)

    def forward(
        self,
        atom_targets: Tensor,
        molecules: MolBatch,
        bond_targets: Tensor,
        descriptors: Float[Tensor, "B P"],
        bits: Float[Tensor, "B Q"],
    ) -> PretrainingOutput:
        """Score one masked batch.

        Shapes: atom_targets int64 [N] and bond_targets int64 [E], -100 where nothing is masked.
        """
        levels = self.encoder(molecules)
        last = levels[-1]
        source, target = molecules.edge_index
        losses = [
            masked_loss(self.atom_head(last), atom_targets),
            masked_loss(self.bond_head(last[source] + last[target]), bond_targets),
        ]
        read = levels if self.levels == "all" else levels[-1:]
        body = self.molecule_body(pool_levels(read, molecules))
        motif_counts = sum_by(molecules.motifs, molecules.motif_molecule, molecules.num_molecules)
        losses.append(F.smooth_l1_loss(self.motif_head(body), torch.log1p(motif_counts)) * 4)
        losses.append(F.smooth_l1_loss(self.descriptor_head(body), descriptors))
        losses.append(F.binary_cross_entropy_with_logits(self.bit_head(body), bits) * 4)
        return PretrainingOutput(torch.stack(losses).sum())

    def save_pretrained(
        self, save_directory: str, *, state_dict: dict[str, Tensor] | None = None, **_: Any
    ) -> None:
        """Write everything to resume from, and the encoder alone for the next stage."""
        folder = Path(save_directory)
        save_tensors(state_dict or self.state_dict(), folder / WEIGHTS_FILE)
        save_encoder(self.encoder.state_dict(), sizes_of(self.encoder), folder)


def masked_loss(logits: Float[Tensor, "N C"], targets: Tensor) -> Float[Tensor, ""]:
    """Cross-entropy over masked items; zero, with gradients, where nothing is masked."""
    if not bool((targets != -100).any()):
        return logits.sum() * 0.0
    return F.cross_entropy(logits, targets, ignore_index=-100)


def sum_by(values: Float[Tensor, "N D"], owner: Tensor, num_owners: int) -> Float[Tensor, "B D"]:
    """Sum rows by owner."""
    return values.new_zeros(num_owners, values.shape[1]).index_add(0, owner, values)


def pool_levels(levels: Float[Tensor, "L N D"], molecules: MolBatch) -> Float[Tensor, "B LD"]:
    """Average atom states by molecule at every level and put the levels side by side."""
    flat = levels.transpose(0, 1).flatten(1)  # [N, L*D]
    sizes = torch.bincount(molecules.atom_molecule, minlength=molecules.num_molecules).clamp(min=1)
    return sum_by(flat, molecules.atom_molecule, molecules.num_molecules) / sizes.unsqueeze(1).to(flat.dtype)


@dataclass(frozen=True)
class MaskedSample:
    """One molecule with masked features and its targets."""

    graph: MolGraph
    atom_targets: np.ndarray  # int64 [N], -100 where visible
    bond_targets: np.ndarray  # int64 [E]
    descriptors: np.ndarray  # float32 [P]
    bits: np.ndarray  # float32 [Q]


def mask_graph(row: PretrainingRow, rng: np.random.Generator) -> MaskedSample:
    """Hide the element and all other features of 15 % of the atoms, and the type of the bonds that touch one."""
    graph = row.graph
    num_atoms = graph.atoms.shape[0]
    masked: NDArray[np.bool_] = np.asarray(rng.random(num_atoms) < MASK_RATE)
    if not masked.any() and num_atoms > 1:
        masked[rng.integers(num_atoms)] = True
    atoms, bonds = graph.atoms.copy(), graph.bonds.copy()
    atom_targets = np.where(masked, atoms[:, 0].astype(np.int64), -100)
    atoms[masked] = 0
    atoms[masked, 0] = MASK_ATOM
    hidden = (
        masked[graph.edge_index[0]] | masked[graph.edge_index[1]] if bonds.shape[0] else np.zeros(0, bool)
    )
    bond_targets = np.where(hidden, bonds[:, 0].astype(np.int64), -100)
    bonds[hidden] = np.array([BOND_FEATURE_SIZES[0] - 1, 0, 0], dtype=bonds.dtype)
    bits = np.concatenate([row.fingerprint, row.groups])
    return MaskedSample(
        graph._replace(atoms=atoms, bonds=bonds), atom_targets, bond_targets, row.descriptors, bits
    )


class PretrainingDataset(Dataset[MaskedSample]):
    """Molecules in training order; sample i is a function of (seed, i), as in `llamo.training.mixture`.

    Args:
        rows: numbers of the molecules to draw from, one shuffled pass after another.
    """

    def __init__(
        self, shards: PretrainingShards, rows: NDArray[np.integer], *, num_samples: int, seed: int
    ) -> None:
        rng = np.random.default_rng([seed, 0])
        passes = -(-num_samples // len(rows))
        self.order = np.concatenate([rng.permutation(rows) for _ in range(passes)])[:num_samples]
        self.shards = shards
        self.seed = seed

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> MaskedSample:
        return mask_graph(self.shards[int(self.order[index])], np.random.default_rng([self.seed, 2, index]))


def collate_masked(samples: Sequence[MaskedSample]) -> dict[str, Any]:  # Any: tensors and a MolBatch
    """Batch masked molecules."""
    return {
        "atom_targets": torch.from_numpy(np.concatenate([sample.atom_targets for sample in samples])),
        "molecules": collate_graphs([sample.graph for sample in samples]),
        "bond_targets": torch.from_numpy(np.concatenate([sample.bond_targets for sample in samples])),
        "descriptors": torch.from_numpy(
            np.stack([sample.descriptors for sample in samples]).astype(np.float32)
        ),
        "bits": torch.from_numpy(np.stack([sample.bits for sample in samples]).astype(np.float32)),
    }
