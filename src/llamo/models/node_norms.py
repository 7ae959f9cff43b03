"""Normalisation of node states between the encoder's layers: the paper's, and what is known against over-smoothing."""

from __future__ import annotations

from typing import Literal, get_args

import torch.nn.functional as F
from jaxtyping import Float, Int
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


class PairNorm(nn.Module):
    r"""Keep the distances between the nodes of a graph from shrinking (Zhao and Akoglu 2020, arXiv 1909.12223).

    .. math:: \tilde x_i = x_i - \frac1n \sum_j x_j, \qquad
              x'_i = \sqrt D \; \tilde x_i \Big/ \sqrt{\tfrac1n \sum_j \lVert \tilde x_j \rVert^2}

    Sums run over the n nodes of a graph. A graph of one node gives zeros.

    Shapes: states [N, D], owner [N] with the graph of each node -> [N, D].
    """

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, states: Float[Tensor, "N D"], owner: Int[Tensor, "N"]) -> Float[Tensor, "N D"]:  # noqa: UP037
        graphs = int(owner.max()) + 1 if owner.numel() else 0
        sizes = states.new_zeros(graphs).index_add(0, owner, states.new_ones(owner.shape[0])).clamp(min=1)
        means = states.new_zeros(graphs, self.dim).index_add(0, owner, states) / sizes.unsqueeze(1)
        centred = states - means[owner]
        spread = states.new_zeros(graphs).index_add(0, owner, centred.square().sum(1)) / sizes  # [B]
        return centred * ((self.dim / (spread + self.eps)).sqrt())[owner].unsqueeze(1)


def node_norm(kind: NormKind, dim: int) -> nn.Module:
    """Build the normalisation after a layer; a `PairNorm` takes the states' graphs, too."""
    return PairNorm(dim) if kind == "pair" else row_norm(kind, dim)


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
