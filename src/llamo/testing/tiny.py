"""A tiny LLaMo with real parts, built on the spot: for tests, dry runs and examples. Knows nothing, runs anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from llamo.models.config import LlamoConfig
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
TINY_SIZES: dict[str, Any] = {
    "graph_layers": 2,
    "graph_dim": 16,
    "queries_per_level": 2,
    "projector_depth": 2,
}


def byte_tokenizer(
    special: Sequence[str], *, chat_template: str | None = None, **roles: str
) -> PreTrainedTokenizerFast:
    """Build a byte-level tokenizer: the special tokens first, then 256 bytes.

    Args:
        special: special tokens, id 0 first. chat_template: Jinja; None: none, as some base models have it.
        roles: which of them is `bos_token`, `eos_token`, ...
    """
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate([*special, *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(special))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **roles)
    fast.chat_template = chat_template
    return fast


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """Build a byte-level tokenizer: 256 bytes, three ChatML tokens; pad equals end of turn, as in SmolLM2."""
    return byte_tokenizer(
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        chat_template=CHAT_TEMPLATE,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        pad_token="<|im_end|>",
        unk_token="<|endoftext|>",
    )


def tiny_text_config() -> LlamaConfig:
    """Return a two-layer Llama configuration for `tiny_tokenizer`."""
    return LlamaConfig(
        vocab_size=259,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        initializer_range=0.3,  # loud enough that a frozen output layer can be steered to certainty
        bos_token_id=1,
        eos_token_id=2,  # and no pad_token_id: it would zero that row of the tied embeddings, so never be predicted
    )


def tiny_model(*, seed: int = 0, **sizes: Any) -> tuple[LlamoForConditionalGeneration, LlamoProcessor]:
    """Build a model with random weights and its processor; self-contained (`base_model` is None).

    Args:
        sizes: options of `LlamoConfig` over `TINY_SIZES`.
    """
    torch.manual_seed(seed)
    config = LlamoConfig(tiny_text_config(), **{"token_scale": 0.3, **TINY_SIZES, **sizes})
    processor = LlamoProcessor(
        tiny_tokenizer(), num_graph_tokens=config.num_graph_tokens, system_prompt=config.system_prompt
    )
    config.molecule_token_id = processor.molecule_token_id
    return LlamoForConditionalGeneration(config).eval(), processor


def save_tiny_base_model(folder: Path, *, seed: int = 0) -> Path:
    """Write a tiny causal LM with its tokenizer to `folder`, in Hugging Face layout: a base model for tests."""
    torch.manual_seed(seed)
    LlamaForCausalLM(tiny_text_config()).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder
