"""Tiny base models of the families that paper-scale configurations name: each its own class and form of dialogue.

Chat templates say in few words what the families' own do where it matters to training: Llama 2 puts the system text
into the first question, Qwen 3 writes a block of thoughts before the last answer only, Galactica has no template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

from llamo.testing.tiny import byte_tokenizer

_LLAMA_2 = (
    "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}"
    "{% set system = '<<SYS>>\\n' + messages[0]['content'] + '\\n<</SYS>>\\n\\n' %}"
    "{% else %}{% set rest = messages %}{% set system = '' %}{% endif %}"
    "{% for message in rest %}{% if message['role'] == 'user' %}"
    "{{ '<s>[INST] ' + (system if loop.first else '') + message['content'] + ' [/INST]' }}"
    "{% else %}{{ ' ' + message['content'] + ' </s>' }}{% endif %}{% endfor %}"
)
_LLAMA_3 = (
    "{{ '<|begin_of_text|>' }}{% for message in messages %}"
    "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] + '<|eot_id|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
)
_QWEN_3 = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}"
    "{% if message['role'] == 'assistant' and loop.last %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}"
    "{{ message['content'] + '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


@dataclass(frozen=True)
class Family:
    """What makes a family's models their own kind.

    Attributes:
        model_type: as `AutoConfig.for_model` takes it.
        sizes: tiny ones, under the names of that class.
        special: special tokens, id 0 first.
        roles: which token is `bos_token`, `eos_token`, ...; the real Galactica tokenizer names none.
        end: the token that ends an answer.
        chat_template: Jinja, or None.
    """

    model_type: str
    sizes: Mapping[str, Any]  # Any: numbers and switches of a configuration
    special: tuple[str, ...]
    roles: Mapping[str, str]
    end: str
    chat_template: str | None

    def tokenizer(self) -> PreTrainedTokenizerFast:
        """Build its tokenizer."""
        return byte_tokenizer(self.special, chat_template=self.chat_template, **self.roles)


_COMMON = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 1024,
}
_GATED = {**_COMMON, "intermediate_size": 64}
FAMILIES: dict[str, Family] = {
    "llama-2": Family(
        "llama",
        {**_GATED, "num_key_value_heads": 4},
        ("<unk>", "<s>", "</s>"),
        {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"},
        "</s>",
        _LLAMA_2,
    ),
    "llama-3": Family(
        "llama",
        {**_GATED, "num_key_value_heads": 2, "rope_theta": 500000.0},
        ("<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>"),
        {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"},
        "<|eot_id|>",
        _LLAMA_3,
    ),
    "qwen3": Family(
        "qwen3",
        {**_GATED, "num_key_value_heads": 2, "head_dim": 16},
        ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"),
        {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"},
        "<|im_end|>",
        _QWEN_3,
    ),
    "galactica": Family(
        "opt",
        {
            **_COMMON,
            "ffn_dim": 64,
            "word_embed_proj_dim": 32,
            "activation_function": "gelu",
            "pad_token_id": 1,
        },
        ("<s>", "<pad>", "</s>", "<unk>"),
        {},
        "</s>",
        None,
    ),
}


def save_tiny_family(name: str, folder: Path, *, seed: int = 0) -> Path:
    """Write a tiny random model of a family with its tokenizer to `folder`, in Hugging Face layout.

    Args:
        name: one of `FAMILIES`.
    """
    family = FAMILIES[name]
    config = AutoConfig.for_model(
        family.model_type,
        vocab_size=len(family.special) + 256,
        eos_token_id=family.special.index(family.end),
        bos_token_id=0,
        **family.sizes,
    )
    torch.manual_seed(seed)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    family.tokenizer().save_pretrained(folder)
    return folder
