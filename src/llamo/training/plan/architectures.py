"""Sizes of language models, by name: a plan needs no weights, and no gated download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transformers import AutoConfig, PretrainedConfig

from llamo.errors import BaseModelError
from llamo.models.base_model_sources import find_source

# As their config.json on the hub has them. Any: numbers and switches of a configuration.
KNOWN: Mapping[str, Mapping[str, Any]] = {
    "HuggingFaceTB/SmolLM2-135M-Instruct": {
        "model_type": "llama", "vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536,
        "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3, "tie_word_embeddings": True,
    },
    "meta-llama/Llama-2-7b-chat-hf": {
        "model_type": "llama", "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008,
        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": False,
    },
    "meta-llama/Llama-3.1-8B-Instruct": {
        "model_type": "llama", "vocab_size": 128256, "hidden_size": 4096, "intermediate_size": 14336,
        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "tie_word_embeddings": False,
    },
    "Qwen/Qwen3-8B": {
        "model_type": "qwen3", "vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 12288, "head_dim": 128,
        "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8, "tie_word_embeddings": False,
    },
    "facebook/galactica-1.3b": {
        "model_type": "opt", "vocab_size": 50000, "hidden_size": 2048, "ffn_dim": 8192, "word_embed_proj_dim": 2048,
        "num_hidden_layers": 24, "num_attention_heads": 32, "max_position_embeddings": 2048,
        "activation_function": "gelu", "pad_token_id": 1, "tie_word_embeddings": True,
    },
}  # fmt: skip


def architecture(base_model: str) -> PretrainedConfig:
    """Return the configuration of a base model: a known name, a folder, or a hub id whose config.json can be had.

    Raises:
        BaseModelError: none of the three.
    """
    source = find_source(base_model)
    name = source.hub_id if source is not None else base_model
    if name in KNOWN:
        values = dict(KNOWN[name])
        return AutoConfig.for_model(values.pop("model_type"), **values)
    try:
        return AutoConfig.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise BaseModelError(
            f"the sizes of base model {base_model!r} are not known and its config.json cannot be had "
            f"({str(error).strip().splitlines()[0]}); name a folder that holds one, or one of {', '.join(KNOWN)}"
        ) from error
