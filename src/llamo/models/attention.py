"""Attention of learned queries over sets of unequal size."""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn


class Padding(NamedTuple):
    """Where the members of B ragged sets lie in a dense [B, S] layout.

    Shapes: positions int64 [N], index of each member in the flattened [B * S]; mask bool [B, S], True at members.
    """

    positions: Int[Tensor, "N"]  # noqa: UP037
    mask: Bool[Tensor, "B S"]

    def pad(self, members: Float[Tensor, "N D"]) -> Float[Tensor, "B S D"]:
        """Lay the members out densely, zeros elsewhere."""
        batch, size = self.mask.shape
        dense = members.new_zeros(batch * size, members.shape[-1])
        return dense.index_copy_(0, self.positions, members).view(batch, size, members.shape[-1])


def padding_of(owner: Int[Tensor, "N"], num_sets: int) -> Padding:  # noqa: UP037
    """Find each member's place: owners [0, 0, 1] -> positions [0, 1, 2], mask [[T, T], [T, F]]. Owners ascend."""
    counts = torch.bincount(owner, minlength=num_sets)  # [B]
    size = int(counts.max()) if counts.numel() else 0
    starts = counts.cumsum(0) - counts  # [B]
    positions = torch.arange(owner.shape[0], device=owner.device) - starts[owner] + owner * size  # [N]
    mask = torch.arange(size, device=owner.device) < counts.unsqueeze(1)  # [B, S]
    return Padding(positions, mask)


class LearnedQueryAttention(nn.Module):
    r"""Multi-head attention in which Q learned queries look at a set of states (paper section 3.2).

    Equal to `nn.MultiheadAttention` with the queries as input and the states as keys and values (its parameters have
    the same names and shapes), but computed in another order: queries do not depend on the molecule, so
    :math:`(W_q q)^T (W_k h) = (W_k^T W_q q)^T h` folds the key projection into the query, and the value projection
    follows the weighted sum. That saves two D x D products for each state. The key bias shifts all scores of a query
    alike and drops out of the softmax. An empty set gives zeros.

    Args:
        dim: width D. num_queries: Q. num_heads: H, a divisor of D.

    Shapes: states [B, S, D], mask [B, S] -> [B, Q, D].
    """

    def __init__(self, dim: int, num_queries: int, num_heads: int = 4) -> None:
        super().__init__()
        if dim % num_heads:
            raise ValueError(f"num_heads={num_heads} does not divide dim={dim}")
        self.num_heads = num_heads
        self.queries = nn.Parameter(torch.randn(num_queries, dim))
        self.in_proj_weight = nn.Parameter(torch.empty(3 * dim, dim))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * dim))
        self.out_proj = nn.Linear(dim, dim)
        nn.init.xavier_uniform_(self.in_proj_weight)
        nn.init.zeros_(self.out_proj.bias)

    def forward(
        self,
        states: Float[Tensor, "B S D"],
        mask: Bool[Tensor, "B S"],
        *,
        projections: LearnedQueryAttention | None = None,
    ) -> Float[Tensor, "B Q D"]:
        """Attend; `projections` lends another module's weights (attention shared between levels)."""
        weights = projections or self
        batch, size, dim = states.shape
        if size == 0:
            return states.new_zeros(batch, self.queries.shape[0], dim)
        attention = self.attention(states, mask, projections=projections)  # [B, S, H*Q]
        pooled = attention.transpose(1, 2) @ states  # [B, H*Q, D]
        values = weights._project_values(pooled, self.queries.shape[0])  # [B, Q, D]
        return weights.out_proj(values) * mask.any(dim=1)[:, None, None]

    def attention(
        self,
        states: Float[Tensor, "B S D"],
        mask: Bool[Tensor, "B S"],
        *,
        projections: LearnedQueryAttention | None = None,
    ) -> Float[Tensor, "B S HQ"]:
        """Say how much each query of each head looks at each state: sums to 1 over S, or to 0 where a set is empty.

        Queries of one head lie beside each other: column h * Q + q.
        """
        weights = projections or self
        scores = states @ weights._folded_queries(self.queries).T  # [B, S, H*Q]
        scores = scores.masked_fill(~mask.unsqueeze(-1), float("-inf"))
        return torch.nan_to_num(scores.softmax(dim=1))  # an empty set's NaN becomes 0

    def _folded_queries(self, queries: Float[Tensor, "Q D"]) -> Float[Tensor, "HQ D"]:
        dim = queries.shape[-1]
        head_dim = dim // self.num_heads
        projected = queries @ self.in_proj_weight[:dim].T + self.in_proj_bias[:dim]  # [Q, D]
        by_head = projected.view(-1, self.num_heads, head_dim).transpose(0, 1)  # [H, Q, D/H]
        keys = self.in_proj_weight[dim : 2 * dim].view(self.num_heads, head_dim, dim)  # [H, D/H, D]
        return (by_head @ keys).reshape(-1, dim) / head_dim**0.5  # [H*Q, D]

    def _project_values(self, pooled: Float[Tensor, "B HQ D"], num_queries: int) -> Float[Tensor, "B Q D"]:
        batch, _, dim = pooled.shape
        head_dim = dim // self.num_heads
        weight = self.in_proj_weight[2 * dim :].view(self.num_heads, head_dim, dim)  # [H, D/H, D]
        by_head = pooled.view(batch, self.num_heads, num_queries, dim).transpose(0, 1)  # [H, B, Q, D]
        values = by_head.reshape(self.num_heads, -1, dim) @ weight.transpose(1, 2)  # [H, B*Q, D/H]
        joined = values.transpose(0, 1).reshape(batch, num_queries, dim)  # [B, Q, D]
        return joined + self.in_proj_bias[2 * dim :]
