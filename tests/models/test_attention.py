"""Learned-query attention against torch's own."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from llamo.models.attention import LearnedQueryAttention, padding_of


def reference(attention: LearnedQueryAttention) -> nn.MultiheadAttention:
    dim = attention.queries.shape[1]
    other = nn.MultiheadAttention(dim, attention.num_heads, batch_first=True)
    weights = {name: tensor for name, tensor in attention.state_dict().items() if name != "queries"}
    other.load_state_dict(weights)
    return other.eval()


def test_equals_torch_multihead_attention() -> None:
    torch.manual_seed(0)
    attention = LearnedQueryAttention(24, num_queries=3, num_heads=4)
    nn.init.normal_(attention.in_proj_bias)
    nn.init.normal_(attention.out_proj.bias)
    states, owner = torch.randn(9, 24), torch.tensor([0, 0, 0, 1, 2, 2, 2, 2, 2])
    padding = padding_of(owner, 3)
    dense = padding.pad(states)
    queries = attention.queries.expand(3, -1, -1)
    expected, _ = reference(attention)(queries, dense, dense, key_padding_mask=~padding.mask)
    torch.testing.assert_close(attention(dense, padding.mask), expected)


def test_attention_weights_are_those_of_torch() -> None:
    torch.manual_seed(0)
    attention = LearnedQueryAttention(24, num_queries=3, num_heads=4)
    nn.init.normal_(attention.in_proj_bias)
    padding = padding_of(torch.tensor([0, 0, 0, 1, 2, 2]), 4)  # the last set is empty
    dense = padding.pad(torch.randn(6, 24))
    queries = attention.queries.expand(4, -1, -1)
    _, expected = reference(attention)(
        queries, dense, dense, key_padding_mask=~padding.mask, average_attn_weights=False
    )  # [B, H, Q, S]
    weights = attention.attention(dense, padding.mask)  # [B, S, H*Q]
    torch.testing.assert_close(weights[:3].transpose(1, 2).unflatten(1, (4, 3)), expected[:3])
    assert not weights[3].any()


def test_an_empty_set_gives_zeros_and_finite_gradients() -> None:
    attention = LearnedQueryAttention(8, num_queries=2, num_heads=2)
    nn.init.normal_(attention.out_proj.bias)
    states = torch.randn(3, 8, requires_grad=True)
    padding = padding_of(torch.tensor([0, 2, 2]), 3)
    tokens = attention(padding.pad(states), padding.mask)
    assert torch.equal(tokens[1], torch.zeros(2, 8))
    assert not torch.equal(tokens[0], torch.zeros(2, 8))
    tokens.sum().backward()
    assert torch.isfinite(states.grad).all()
    assert all(torch.isfinite(p.grad).all() for p in attention.parameters())


def test_padding_of_a_literal_example() -> None:
    padding = padding_of(torch.tensor([0, 0, 1]), 2)
    assert padding.positions.tolist() == [0, 1, 2]
    assert padding.mask.tolist() == [[True, True], [True, False]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=6))
def test_padding_keeps_every_member_in_order(sizes: list[int]) -> None:
    owner = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    members = torch.arange(1.0, owner.numel() + 1).unsqueeze(1)
    padding = padding_of(owner, len(sizes))
    dense = padding.pad(members)
    assert torch.equal(dense[padding.mask], members)
    assert padding.mask.sum(1).tolist() == sizes


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(ValueError, match="num_heads=5 does not divide dim=24"):
        LearnedQueryAttention(24, 1, 5)
