"""Projectors: from the encoder's levels and the molecule's motifs to graph tokens of the language model's width.

All have one signature, `projector(levels [L, N, D], molecules) -> [B, G, D_lm]`, and the same G for the same sizes, so
that they can be compared at equal token count (the paper's Table 6).
"""

from __future__ import annotations

from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor, nn

from llamo.data.collate import MolBatch
from llamo.models.attention import LearnedQueryAttention, padding_of
from llamo.models.motif_tokens import MotifKind, MotifTokens

ProjectorKind = Literal[
    "multilevel", "mlp_first", "mlp_last", "mlp_concat", "weighted_average", "skip", "resampler", "none"
]
PROJECTOR_KINDS: tuple[ProjectorKind, ...] = get_args(ProjectorKind)


class LevelAttentions(nn.Module):
    """One independent attention a level (or one shared by all, as in the official checkpoints).

    Shapes: [L, N, D] -> [B, L * Q, D], level 0 first.
    """

    def __init__(
        self, dim: int, num_levels: int, num_queries: int, num_heads: int, *, shared: bool = False
    ) -> None:
        super().__init__()
        self.attentions = nn.ModuleList(
            [LearnedQueryAttention(dim, num_queries, num_heads) for _ in range(num_levels)]
        )
        self.shared = shared
        if shared:  # one set of projections, one set of queries a level
            for attention in list(self.attentions)[1:]:
                for name in ("in_proj_weight", "in_proj_bias", "out_proj"):
                    delattr(attention, name)

    def forward(self, levels: Float[Tensor, "L N D"], molecules: MolBatch) -> Float[Tensor, "B LQ D"]:
        padding = padding_of(molecules.atom_molecule, molecules.num_molecules)
        lender = self.attentions[0] if self.shared else None
        tokens = [
            attention(padding.pad(states), padding.mask, projections=lender)
            for attention, states in zip(self.attentions, levels, strict=True)
        ]
        return torch.cat(tokens, dim=1)  # [B, L*Q, D]


class NodeRuns(nn.Module):
    """The MLP projectors' node summary: atoms, in input order, averaged in a fixed number of consecutive runs.

    A molecule of N atoms gives `num_runs` vectors; run g covers atoms floor(gN/G) .. ceil((g+1)N/G) - 1 (adaptive
    average pooling), so that all projectors speak with the same number of tokens.

    Shapes: [N, D] -> [B, num_runs, D]; a molecule without atoms gives zeros.
    """

    def __init__(self, num_runs: int) -> None:
        super().__init__()
        self.num_runs = num_runs

    def forward(self, states: Float[Tensor, "N D"], molecules: MolBatch) -> Float[Tensor, "B R D"]:
        counts = torch.bincount(molecules.atom_molecule, minlength=molecules.num_molecules).unsqueeze(
            1
        )  # [B, 1]
        run = torch.arange(self.num_runs, device=states.device)
        first = run * counts // self.num_runs  # [B, R]
        last = -(-(run + 1) * counts // self.num_runs)
        sums = torch.cat([states.new_zeros(1, states.shape[1]), states.cumsum(0)])  # [N+1, D]
        start = counts.cumsum(0) - counts
        totals = sums[start + last] - sums[start + first]  # [B, R, D]
        return totals / (last - first).clamp(min=1).unsqueeze(-1)


class SelectLevel(nn.Module):
    """Combine the levels to one state an atom: first, last, concatenation, learned average or jumping knowledge.

    Shapes: [L, N, D] -> [N, D], or [N, L * D] for "mlp_concat".
    """

    def __init__(self, kind: ProjectorKind, num_levels: int) -> None:
        super().__init__()
        self.kind = kind
        self.level_weights = nn.Parameter(torch.zeros(num_levels)) if kind == "weighted_average" else None

    def forward(self, levels: Float[Tensor, "L N D"]) -> Float[Tensor, "N D2"]:
        if self.kind == "mlp_first":
            return levels[0]
        if self.kind == "mlp_concat":
            return levels.transpose(0, 1).flatten(1)  # [N, L*D]
        if self.kind == "skip":  # jumping knowledge, max over levels (arXiv 1806.03536)
            return levels.amax(dim=0)
        if self.level_weights is not None:
            return torch.einsum("l,lnd->nd", self.level_weights.softmax(0), levels)
        return levels[-1]


class Projector(nn.Module):
    """Graph tokens = MLP(LayerNorm(level tokens ++ motif tokens)), paper equations 5 to 7.

    Args:
        node_dim: width D of node states. lm_dim: width of the language model. num_levels: L, encoder layers + 1.
        kind: see `PROJECTOR_KINDS`; "multilevel" is the paper's. queries_per_level: Q; G = L * Q + motif queries.
        num_heads: attention heads. depth: linear layers of the MLP, SiLU between (the paper's is 6).
        motifs: "counts", "pooled" or "none". num_motif_queries: motif tokens a molecule.
        share_level_attention, motif_first: as the official checkpoints need them.
        token_scale: if given, graph tokens are RMS-normalised to this scale (learned gain), so that they start as loud
            as text embeddings.

    Shapes: levels [L, N, D], MolBatch of B molecules -> [B, G, D_lm].
    """

    def __init__(
        self,
        node_dim: int,
        lm_dim: int,
        *,
        num_levels: int = 6,
        kind: ProjectorKind = "multilevel",
        queries_per_level: int = 4,
        num_heads: int = 4,
        depth: int = 6,
        motifs: MotifKind = "counts",
        num_motif_queries: int = 4,
        share_level_attention: bool = False,
        motif_first: bool = False,
        token_scale: float | None = None,
    ) -> None:
        super().__init__()
        if kind not in PROJECTOR_KINDS:
            raise ValueError(f"unknown projector {kind!r}; choose one of {', '.join(PROJECTOR_KINDS)}")
        self.kind = kind
        self.motif_first = motif_first
        has_motifs = motifs != "none" and kind != "none"
        self.num_level_tokens = 0 if kind == "none" else num_levels * queries_per_level
        self.num_graph_tokens = self.num_level_tokens + (num_motif_queries if has_motifs else 0)
        self.lm_dim = lm_dim
        if kind == "none":
            return
        width = node_dim * num_levels if kind == "mlp_concat" else node_dim
        if kind == "multilevel":
            self.levels = LevelAttentions(
                node_dim, num_levels, queries_per_level, num_heads, shared=share_level_attention
            )
        elif kind == "resampler":
            self.attention = LearnedQueryAttention(node_dim, self.num_level_tokens, num_heads)
        else:
            self.select = SelectLevel(kind, num_levels)
            self.runs = NodeRuns(self.num_level_tokens)
        self.concat_weight = nn.Linear(width, node_dim) if kind == "mlp_concat" else None
        self.motifs = MotifTokens(node_dim, num_motif_queries, num_heads, kind=motifs) if has_motifs else None
        self.layer_norm = nn.LayerNorm(node_dim)
        self.mlp = build_mlp(node_dim, lm_dim, depth)
        self.token_norm = nn.RMSNorm(lm_dim, eps=1e-6) if token_scale is not None else None
        if self.token_norm is not None and token_scale is not None:
            nn.init.constant_(self.token_norm.weight, token_scale)

    def forward(
        self,
        levels: Float[Tensor, "L N D"],
        molecules: MolBatch,
        *,
        motif_vectors: Float[Tensor, "M D"] | None = None,
    ) -> Float[Tensor, "B G Dlm"]:
        """Project; `motif_vectors` takes the place of `self.motifs.vectors(levels, molecules)`: attribution."""
        if self.kind == "none":
            return levels.new_zeros(molecules.num_molecules, 0, self.lm_dim)
        tokens = self._level_tokens(levels, molecules)
        if self.motifs is not None:
            parts = [tokens, self.motifs(levels, molecules, vectors=motif_vectors)]
            tokens = torch.cat(parts[::-1] if self.motif_first else parts, dim=1)  # [B, G, D]
        graph_tokens = self.mlp(self.layer_norm(tokens))  # [B, G, D_lm]
        return self.token_norm(graph_tokens) if self.token_norm is not None else graph_tokens

    def _level_tokens(self, levels: Float[Tensor, "L N D"], molecules: MolBatch) -> Float[Tensor, "B LQ D"]:
        if self.kind == "multilevel":
            return self.levels(levels, molecules)
        if self.kind == "resampler":
            padding = padding_of(molecules.atom_molecule, molecules.num_molecules)
            return self.attention(padding.pad(levels[-1]), padding.mask)
        states = self.select(levels)
        if self.concat_weight is not None:
            states = self.concat_weight(states)
        return self.runs(states, molecules)


def build_mlp(in_dim: int, out_dim: int, depth: int) -> nn.Sequential:
    """Stack `depth` linear layers with SiLU between: depth 2 -> Linear(in, out), SiLU, Linear(out, out)."""
    layers: list[nn.Module] = [nn.Linear(in_dim, out_dim)]
    for _ in range(depth - 1):
        layers += [nn.SiLU(), nn.Linear(out_dim, out_dim)]
    return nn.Sequential(*layers)
