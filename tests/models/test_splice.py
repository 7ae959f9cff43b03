"""Splicing, on literal lists."""

import pytest
import torch

from llamo.errors import InputError
from llamo.models.splice import fill_slots, find_slots, splice_graph_tokens

IDS = torch.tensor([[5, 9, 9, 6], [9, 9, 7, 0]])


def test_slots_are_found_and_filled_with_a_valid_id() -> None:
    slots = find_slots(IDS, 9)
    assert slots.tolist() == [[False, True, True, False], [True, True, False, False]]
    assert fill_slots(IDS, slots).tolist() == [[5, 0, 0, 6], [0, 0, 7, 0]]


def test_graph_tokens_land_in_reading_order() -> None:
    text = torch.zeros(2, 4, 1)
    graph = torch.tensor([[[1.0], [2.0]], [[3.0], [4.0]]])
    spliced = splice_graph_tokens(text, graph, find_slots(IDS, 9))
    assert spliced.squeeze(-1).tolist() == [[0, 1, 2, 0], [3, 4, 0, 0]]
    assert text.abs().sum() == 0  # the input is left as it was


def test_a_mismatch_is_refused() -> None:
    with pytest.raises(
        InputError, match="4 molecule placeholders in the text, but 1 molecules of 2 graph tokens"
    ):
        splice_graph_tokens(torch.zeros(2, 4, 1), torch.zeros(1, 2, 1), find_slots(IDS, 9))
