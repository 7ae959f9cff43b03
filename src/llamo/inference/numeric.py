"""Answers that are numbers: what the model would write, weighed over all that it may write."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch

from llamo.errors import UsageError
from llamo.inference.conversation import Conversation
from llamo.inference.number_search import (
    MAX_TOKENS,
    Ids,
    NumberDistribution,
    NumberTokens,
    number_tokens,
    search_numbers,
)
from llamo.inference.scoring import check_length
from llamo.models.names import View

if TYPE_CHECKING:
    from transformers import BatchFeature

    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor


def number_distributions(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    conversations: Sequence[Conversation],
    tokens: NumberTokens,
    *,
    view: View | None = None,
) -> list[NumberDistribution]:
    """Say what numbers the model may answer with, and how probable each is.

    The prompt is read once; beginnings of a number, some dozens at a time, are read on from its states.

    Args:
        model: In evaluation mode.
        processor: Its processor.
        conversations: B conversations, each ending in a user turn.
        tokens: What `tokens_of` finds in the processor's vocabulary.
        view: How molecules are shown; None for the processor's own way.

    Returns:
        One a conversation; of one that is answered in words, `covered` is near 0.

    Raises:
        InvalidMoleculeError: If a molecule cannot be read.
        InputError: If a prompt is longer than what the language model reads.
        UsageError: If the language model keeps no states that can be read on in several ways.
    """
    return [_distribution(model, processor, one, view, tokens) for one in conversations]


def tokens_of(processor: LlamoProcessor) -> NumberTokens:
    """Find the tokens of a processor's vocabulary that numbers are made of."""
    tokenizer = processor.tokenizer
    texts = tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
    return number_tokens([text or "" for text in texts], without=tokenizer.all_special_ids)


def _distribution(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    conversation: Conversation,
    view: View | None,
    tokens: NumberTokens,
) -> NumberDistribution:
    """Read one prompt, then look for the numbers that may follow it."""
    batch: BatchFeature = processor.apply_chat_template([conversation], view=view)
    ids = batch["input_ids"].to(model.device)  # [1, T]
    check_length(model, ids.shape[1], MAX_TOKENS)
    molecules = batch["molecules"]
    with torch.inference_mode():
        read = model(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            molecules=None if molecules is None else molecules.to(model.device),
            use_cache=True,
            logits_to_keep=1,
        )

    name = _name_of_cache(model)
    states: Any = read.get(name)  # Any: whichever cache the language model keeps
    if not hasattr(states, "reorder_cache"):
        kind = model.config.text_config.model_type
        raise UsageError(f"a language model of type {kind!r} cannot weigh numbers; use --numbers written")
    before: list[Ids] = [()]

    def next_chances(beginnings: Sequence[Ids]) -> torch.Tensor:
        nonlocal before
        if beginnings[0] == ():
            return _chances(read.logits)
        states.reorder_cache(torch.tensor([before.index(one[:-1]) for one in beginnings], device=ids.device))
        before = list(beginnings)
        last = torch.tensor([one[-1:] for one in beginnings], device=ids.device)  # [N, 1]
        length = ids.shape[1] + len(beginnings[0])
        seen = torch.ones(len(beginnings), length, dtype=ids.dtype, device=ids.device)
        with torch.inference_mode():
            output = model.language_model(
                input_ids=last, attention_mask=seen, use_cache=True, **{name: states}
            )
        return _chances(output.logits)

    return search_numbers(next_chances, tokens)


def _name_of_cache(model: LlamoForConditionalGeneration) -> str:
    """Name the argument and the output that hold a language model's states: transformers renamed them in 5.x."""
    known = inspect.signature(model.language_model.forward).parameters
    return "cache" if "cache" in known else "past_key_values"


def _chances(logits: torch.Tensor) -> torch.Tensor:
    """Turn the logits of the last position, [N, 1, V], into probabilities, float64 [N, V]."""
    return logits[:, -1].double().softmax(dim=-1).cpu()
