"""Attention maps of a language model: the usual implementation returns none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from transformers import PreTrainedModel


@contextmanager
def eager_attention(language_model: PreTrainedModel) -> Iterator[None]:
    """Switch to the implementation that returns attention maps (sdpa has none), and back."""
    before = language_model.config._attn_implementation
    language_model.set_attn_implementation("eager")
    try:
        yield
    finally:
        language_model.set_attn_implementation(before)
