"""One pass of the model over texts that are given, for what it thinks comes next."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from llamo.errors import InputError
from llamo.models.processing import pad_left

if TYPE_CHECKING:
    from llamo.data.collate import MolBatch
    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor


def last_logits(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    rows: Sequence[Sequence[int]],
    molecules: MolBatch | None,
    *,
    keep: int,
) -> tuple[Tensor, Tensor]:
    """Score what follows each of the last positions of some texts, padded on the left as in generation.

    Args:
        model: In evaluation mode.
        processor: Its processor.
        rows: Token ids, with placeholders for the molecules.
        molecules: Those of all rows, in order; None where there are none.
        keep: Positions at the end that are scored.

    Returns:
        Token ids [R, T] and logits [R, keep, V], on the model's device.
    """
    ids, mask = (part.to(model.device) for part in pad_left(rows, processor.pad_token_id))  # [R, T]
    inputs: dict[str, Any] = {  # Any: tensors, a MolBatch, numbers
        "input_ids": ids,
        "attention_mask": mask,
        "logits_to_keep": keep,
        "use_cache": False,
    }
    if molecules is not None:
        inputs["molecules"] = molecules.to(model.device)
    if "position_ids" in inspect.signature(model.language_model.forward).parameters:
        inputs["position_ids"] = (mask.cumsum(dim=-1) - 1).clamp(min=0)  # as `generate` counts them
    with torch.inference_mode():
        return ids, model(**inputs).logits


def check_length(model: LlamoForConditionalGeneration, length: int, new: int) -> None:
    """Make sure that prompt and answer keep to the positions that the language model knows.

    Args:
        model: Which is asked.
        length: Tokens of the prompt.
        new: Tokens of the longest answer.

    Raises:
        InputError: If they do not.
    """
    limit = getattr(model.config.text_config, "max_position_embeddings", None)
    if limit is not None and length + new > limit:
        raise InputError(
            f"a prompt of {length} tokens and an answer of {new} do not fit into the {limit} that the language "
            "model reads; ask less at once (in a chat: /reset), or set --max-new-tokens lower"
        )
