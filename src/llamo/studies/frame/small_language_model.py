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
SYSTEM = "You are a chemist ."  # its words and signs stand apart, as the tokenizer splits them
ROLES = ("system", "user", "assistant", *SYSTEM.split())


def word_tokenizer(texts: Iterable[str]) -> Any:  # Any: transformers has no type hints
    """Build a tokenizer whose words are those of some texts; others are unknown. Pad equals end of turn."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    split = pre_tokenizers.Whitespace()
    words = {word for text in texts for word, _ in split.pre_tokenize_str(text)}
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *sorted(words | set(ROLES))])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=SPECIAL[0]))
    tokenizer.pre_tokenizer = split
    return _for_dialogue(tokenizer)


def _for_dialogue(tokenizer: Any) -> Any:  # Any: tokenizers has no type hints
    from transformers import PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=SPECIAL[1],
        eos_token=SPECIAL[2],
        pad_token=SPECIAL[2],
        unk_token=SPECIAL[0],
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def subword_tokenizer(texts: Iterable[str], size: int) -> Any:  # Any: transformers has no type hints
    """Build a tokenizer of frequent pieces of some texts, each digit a token of its own; it writes any text whole.

    Args:
        size: tokens at most; single bytes are among them in any case.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _for_dialogue(tokenizer)


def save_small_language_model(
    folder: Path,
    texts: Iterable[str],
    *,
    width: int = 64,
    layers: int = 2,
    seed: int = 0,
    loudness: float = 1.0,
    subwords: int | None = None,
    is_tied: bool = True,
) -> Path:
    """Write model and tokenizer in Hugging Face layout, a base model to build on; one that is there is taken.

    Args:
        loudness: factor on the matrices between the embeddings. A quieter model is easier to teach with adapters, a
            louder one to steer by graph tokens alone.
        subwords: tokens of a `subword_tokenizer`; None for whole words.
        is_tied: whether the output layer is the table of embeddings. One of its own can be taught.
    """
    if (folder / "config.json").is_file():
        return folder
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = word_tokenizer(texts) if subwords is None else subword_tokenizer(texts, subwords)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=1024,
        tie_word_embeddings=is_tied,
        initializer_range=0.3,  # loud enough that a frozen output layer can be steered to certainty
        bos_token_id=1,
        eos_token_id=2,  # and no pad_token_id: it would zero that row of the tied embeddings
    )
    torch.manual_seed(seed)
    with replacing_folder(folder) as temporary:
        model = LlamaForCausalLM(config)
        with torch.no_grad():
            for name, weight in model.model.layers.named_parameters():
                if "norm" not in name:
                    weight.mul_(loudness)
        model.save_pretrained(temporary)
        tokenizer.save_pretrained(temporary)
    return folder


def base_model_for(shards: Path, name: str = SMALL, *, system: str = SYSTEM) -> str:
    """Name the language model of a study; the small one is made over the words of its shards, and lies beside them.

    Args:
        name: `SMALL`, or that of another language model, which is taken as it is.
        system: the system prompt, whose words the small one has to know, too.
    """
    if name != SMALL:
        return name
    folder = shards.parent / f"words-of-{shards.name}"
    return str(save_small_language_model(folder, [*shard_texts(shards), system]))


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
