"""A small language model with random weights over the words of a task: real parts, seconds to train on a CPU.

It knows no language. Where a study asks what graph tokens carry, that is enough: encoder and projector learn to make it
say one of the task's answers. What needs English takes a real base model.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from llamo.files import replacing_folder

SMALL = "small"  # as a base model's name in the settings of a study
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|> ' + message['role'] + ' ' + message['content'] + ' <|im_end|> ' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|> assistant ' }}{% endif %}"
)
SPECIAL = ("<|unknown|>", "<|im_start|>", "<|im_end|>")
ROLES = ("system", "user", "assistant", "You", "are", "a", "chemist", ".")


def word_tokenizer(texts: Iterable[str]) -> Any:  # Any: transformers has no type hints
    """Build a tokenizer whose words are those of some texts; others are unknown. Pad equals end of turn."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    split = pre_tokenizers.Whitespace()
    words = {word for text in texts for word, _ in split.pre_tokenize_str(text)}
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *sorted(words | set(ROLES))])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=SPECIAL[0]))
    tokenizer.pre_tokenizer = split
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=SPECIAL[1],
        eos_token=SPECIAL[2],
        pad_token=SPECIAL[2],
        unk_token=SPECIAL[0],
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def save_small_language_model(
    folder: Path, texts: Iterable[str], *, width: int = 64, layers: int = 2, seed: int = 0
) -> Path:
    """Write model and tokenizer in Hugging Face layout, a base model to build on; one that is there is taken."""
    if (folder / "config.json").is_file():
        return folder
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = word_tokenizer(texts)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        initializer_range=0.3,  # loud enough that a frozen output layer can be steered to certainty
        bos_token_id=1,
        eos_token_id=2,  # and no pad_token_id: it would zero that row of the tied embeddings
    )
    torch.manual_seed(seed)
    with replacing_folder(folder) as temporary:
        LlamaForCausalLM(config).save_pretrained(temporary)
        tokenizer.save_pretrained(temporary)
    return folder


def record_texts(messages: Iterable[Iterable[dict[str, Any]]]) -> list[str]:  # Any: chat messages
    """List all texts of some conversations."""
    found = []
    for conversation in messages:
        for message in conversation:
            content = message["content"]
            found += [content] if isinstance(content, str) else [part.get("text", "") for part in content]
    return found


def shard_texts(folder: Path) -> list[str]:
    """List all texts of prepared shards, training and validation."""
    from llamo.data.shards import open_shards

    return [
        text
        for split in ("train", "validation")
        for text in record_texts(json.loads(line) for line in open_shards(folder, split).column("messages"))
    ]
