"""Putting graph tokens into the text: pure functions on tensors.

Glossary: a *slot* is a position in the token sequence that holds the molecule placeholder; each molecule owns G
consecutive slots; slots are filled in reading order, row by row.
"""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from llamo.errors import InputError


def find_slots(input_ids: Int[Tensor, "B T"], molecule_token_id: int) -> Bool[Tensor, "B T"]:
    """Mark the positions that graph tokens will take: ids [[5, 9, 9]], placeholder 9 -> [[F, T, T]]."""
    return input_ids == molecule_token_id


def fill_slots(
    input_ids: Int[Tensor, "B T"], slots: Bool[Tensor, "B T"], replacement: int = 0
) -> Int[Tensor, "B T"]:
    """Replace the placeholder, whose id lies outside the embedding table, by a valid id before the lookup."""
    return input_ids.masked_fill(slots, replacement)


def splice_graph_tokens(
    text: Float[Tensor, "B T D"], graph: Float[Tensor, "K G D"], slots: Bool[Tensor, "B T"]
) -> Float[Tensor, "B T D"]:
    """Write K molecules' graph tokens over the text embeddings at the slots.

    Raises:
        InputError: the slots do not number K * G.
    """
    num_slots = int(slots.sum())
    if num_slots != graph.shape[0] * graph.shape[1]:
        raise InputError(
            f"{num_slots} molecule placeholders in the text, but {graph.shape[0]} molecules of {graph.shape[1]} graph "
            "tokens each; build text and molecules with the same LlamoProcessor"
        )
    return torch.masked_scatter(text, slots.unsqueeze(-1), graph.to(text.dtype))
