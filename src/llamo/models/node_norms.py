"""Normalisation of node states between the encoder's layers: the paper's, and what is known against over-smoothing."""

from __future__ import annotations

from typing import Literal, get_args

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

NormKind = Literal["batch", "layer", "pair", "none"]
NORM_KINDS: tuple[NormKind, ...] = get_args(NormKind)


class BatchNorm(nn.BatchNorm1d):
    """Batch normalisation that takes a single row in training: it has no spread, so running statistics serve."""

    def forward(self, input: Float[Tensor, "N D"]) -> Float[Tensor, "N D"]:
        if self.training and input.shape[0] == 1:
            return F.batch_norm(
                input,
                self.running_mean,
                self.running_var,
                self.weight,
                self.bias,
                training=False,
                eps=self.eps,
            )
        return super().forward(input)


def node_norm(kind: NormKind, dim: int) -> nn.Module:
    """Build the normalisation after a layer; PyG's `PairNorm` takes the states' graphs, too.

    "pair" keeps the distances between the nodes of a graph from shrinking (Zhao and Akoglu 2020, arXiv 1909.12223):
    they are centred, and scaled to a mean squared length of D.
    """
    if kind == "pair":
        from torch_geometric.nn import PairNorm

        return PairNorm(scale=dim**0.5)
    return row_norm(kind, dim)


def row_norm(kind: NormKind, dim: int) -> nn.Module:
    """Build the normalisation inside a layer's MLP, which sees rows and no graphs: none for "pair" and "none".

    Raises:
        ValueError: the kind is unknown.
    """
    if kind not in NORM_KINDS:
        raise ValueError(f"unknown norm {kind!r}; choose one of {', '.join(NORM_KINDS)}")
    if kind == "batch":
        return BatchNorm(dim)
    return nn.LayerNorm(dim) if kind == "layer" else nn.Identity()
