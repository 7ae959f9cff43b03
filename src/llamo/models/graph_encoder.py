"""The graph encoder: a GIN with bond features that returns the states of all its levels."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch_geometric.nn import GINEConv, PairNorm

from llamo.data.collate import MolBatch
from llamo.models.node_norms import NormKind, node_norm, row_norm
from llamo.models.shared_environments import encode_for_reading

# Sizes of OGB's feature vocabularies (ogb.utils.features.get_atom_feature_dims / get_bond_feature_dims).
ATOM_FEATURE_SIZES = (119, 5, 12, 12, 10, 6, 6, 2, 2)
BOND_FEATURE_SIZES = (5, 6, 2)


class FeatureEmbedding(nn.Module):
    """Sum of one embedding for each categorical feature, as OGB's AtomEncoder and BondEncoder.

    Shapes: int [N, F] -> float [N, D].
    """

    def __init__(self, sizes: tuple[int, ...], dim: int) -> None:
        super().__init__()
        self.sizes = sizes
        self.embeddings = nn.ModuleList([nn.Embedding(size, dim) for size in sizes])
        for weight in self.embeddings.parameters():
            nn.init.xavier_uniform_(weight)

    def forward(self, features: Int[Tensor, "N F"]) -> Float[Tensor, "N D"]:
        return sum(embedding(features[:, i]) for i, embedding in enumerate(self.embeddings))

    def codes(self, features: Int[Tensor, "N F"]) -> Int[Tensor, "N"]:  # noqa: UP037
        """Write a row of features as one number, its row in `table`: [1, 2] of sizes (5, 6) -> 1 * 6 + 2 = 8."""
        codes = features[:, 0]
        for column, size in enumerate(self.sizes[1:], start=1):
            codes = codes * size + features[:, column]
        return codes

    def table(self) -> Float[Tensor, "K D"]:
        """Compute the embeddings of all combinations of features; only sensible for a few, as bonds have."""
        first, *others = self.embeddings.parameters()
        rows: Tensor = first
        for weight in others:
            rows = (rows[:, None] + weight).flatten(0, 1)
        return rows


class GINLayer(nn.Module):
    r"""One GIN layer with bond features, then a normalisation.

    .. math:: x'_i = \mathrm{BN}\left(\mathrm{MLP}\left((1 + \epsilon) x_i
              + \sum_{j \in N(i)} \mathrm{ReLU}(x_j + e_{ji})\right)\right)

    Hu et al. 2020 (arXiv 1905.12265), as MoleculeSTM trained it: MLP = Linear(D, 2D), BN, ReLU, Linear(2D, D).
    `norm` puts another of `llamo.models.node_norms.NORM_KINDS` in the place of BN.
    """

    def __init__(self, dim: int, *, norm: NormKind = "batch") -> None:
        super().__init__()
        inner = row_norm(norm, 2 * dim)
        mlp = nn.Sequential(nn.Linear(dim, 2 * dim), inner, nn.ReLU(), nn.Linear(2 * dim, dim))
        self.conv = GINEConv(mlp, train_eps=True)
        self.bond_embedding = FeatureEmbedding(BOND_FEATURE_SIZES, dim)
        self.norm = node_norm(norm, dim)

    def forward(self, states: Float[Tensor, "N D"], molecules: MolBatch) -> Float[Tensor, "N D"]:
        passed = self.conv(states, molecules.edge_index, self.bond_embedding(molecules.bonds))
        return (
            self.norm(passed, molecules.atom_molecule)
            if isinstance(self.norm, PairNorm)
            else self.norm(passed)
        )


class GraphEncoder(nn.Module):
    """GIN over atoms and bonds; all levels Z(0) (embedding) .. Z(num_layers) are returned (paper section 3.1).

    Args:
        num_layers: number of GIN layers; the paper's is 5.
        dim: width D of all states; the paper's is 300.
        dropout: probability of dropping a state between layers.
        norm: see `llamo.models.node_norms`; "batch" is the paper's.
        residual: whether each layer's output is added to its input; not so in the paper.

    Shapes: MolBatch of N atoms -> [L, N, D] with L = num_layers + 1. No ReLU after the last layer.
    """

    def __init__(
        self,
        num_layers: int = 5,
        dim: int = 300,
        *,
        dropout: float = 0.0,
        norm: NormKind = "batch",
        residual: bool = False,
    ) -> None:
        super().__init__()
        self.has_plain_layers = norm == "batch" and not residual
        self.norm = norm
        self.residual = residual
        self.dim = dim
        self.num_levels = num_layers + 1
        self.atom_embedding = FeatureEmbedding(ATOM_FEATURE_SIZES, dim)
        self.layers = nn.ModuleList([GINLayer(dim, norm=norm) for _ in range(num_layers)])
        self.dropout = nn.Dropout(dropout)

    def forward(self, molecules: MolBatch) -> Float[Tensor, "L N D"]:
        if self._only_reads(molecules):
            return encode_for_reading(self, molecules)
        states = self.atom_embedding(molecules.atoms)
        levels = [states]
        for i, layer in enumerate(self.layers):
            passed = layer(states, molecules) if states.shape[0] else states
            if i < len(self.layers) - 1:
                passed = torch.relu(passed)
            passed = self.dropout(passed)
            states = states + passed if self.residual else passed
            levels.append(states)
        return torch.stack(levels)  # [L, N, D]

    def _only_reads(self, molecules: MolBatch) -> bool:
        """Tell whether nothing is learned here, and sorting pays: on a GPU it would cost more than it saves."""
        learns = torch.is_grad_enabled() and any(parameter.requires_grad for parameter in self.parameters())
        reads = not (self.training or learns) and bool(self.layers)
        return reads and self.has_plain_layers and molecules.atoms.is_cpu
