"""Motif tokens: what the molecule's rings, functional groups and chains say to the language model."""

from __future__ import annotations

from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor, nn

from llamo.chem.molgraph import NUM_MOTIF_FEATURES
from llamo.data.collate import MolBatch
from llamo.models.attention import LearnedQueryAttention, padding_of

MotifKind = Literal["counts", "pooled", "none"]
MOTIF_KINDS: tuple[MotifKind, ...] = get_args(MotifKind)


class MotifTokens(nn.Module):
    """Learned motif queries attend to a molecule's motifs (paper section 3.2).

    Args:
        dim: width D of node states and tokens. num_queries: Q, motif tokens a molecule. num_heads: heads.
        kind: "counts", the paper's: a motif is its 73 counts; "pooled": the counts plus the mean of the motif's atom
            states at the last level, which tell o- from p-xylene and chloro- from bromobenzene where counts cannot.

    Shapes: levels [L, N, D], MolBatch of M motifs -> [B, Q, D].
    """

    def __init__(self, dim: int, num_queries: int, num_heads: int = 4, *, kind: MotifKind = "counts") -> None:
        super().__init__()
        self.kind = kind
        self.count_weight = nn.Linear(NUM_MOTIF_FEATURES, dim, bias=False)
        self.state_weight = nn.Linear(dim, dim, bias=False) if kind == "pooled" else None
        self.attention = LearnedQueryAttention(dim, num_queries, num_heads)

    def forward(
        self,
        levels: Float[Tensor, "L N D"],
        molecules: MolBatch,
        *,
        vectors: Float[Tensor, "M D"] | None = None,
    ) -> Float[Tensor, "B Q D"]:
        """Attend to the motifs; `vectors` takes the place of what `self.vectors` makes of them."""
        motifs = self.vectors(levels, molecules) if vectors is None else vectors
        padding = padding_of(molecules.motif_molecule, molecules.num_molecules)
        return self.attention(padding.pad(motifs), padding.mask)

    def vectors(self, levels: Float[Tensor, "L N D"], molecules: MolBatch) -> Float[Tensor, "M D"]:
        """Compute what the queries look at: one vector a motif."""
        motifs = self.count_weight(molecules.motifs.to(levels.dtype))  # [M, D]
        if self.state_weight is not None:
            motifs = motifs + self.state_weight(pool_motif_states(levels[-1], molecules))
        return motifs


def pool_motif_states(states: Float[Tensor, "N D"], molecules: MolBatch) -> Float[Tensor, "M D"]:
    """Average atom states over each motif's atoms; a motif without atoms (counts alone) gets zeros."""
    motif, atom = molecules.motif_atoms
    sums = states.new_zeros(molecules.motifs.shape[0], states.shape[-1]).index_add(0, motif, states[atom])
    sizes = torch.bincount(motif, minlength=sums.shape[0]).clamp(min=1)
    return sums / sizes.unsqueeze(-1)
