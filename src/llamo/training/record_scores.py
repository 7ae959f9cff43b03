"""Scores of answers record by record: what a batch's loss is made of."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from llamo.models.modeling import LlamoForConditionalGeneration


class RecordScores(NamedTuple):
    """How well each record's answer is told, token by token, each token after the true ones before it.

    Attributes:
        loss: nats a token. right: share of tokens that the model finds the most probable.
    """

    loss: Float[Tensor, "B"]  # noqa: UP037
    right: Float[Tensor, "B"]  # noqa: UP037


@torch.no_grad()
def record_scores(model: LlamoForConditionalGeneration, batch: dict[str, Any]) -> RecordScores:
    """Score each record of a batch of `llamo.training.collator.Collator`; the model is left in its mode.

    Args:
        batch: input_ids, attention_mask, labels [B, T] and molecules, on the model's device.
    """
    targets = F.pad(batch["labels"][:, 1:], (0, 1), value=-100)
    targets = targets[:, (targets != -100).any(dim=0)]  # [B, T'], the positions that the model returns
    logits = model(**batch).logits.float()  # [B, T', V]
    losses = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=-100, reduction="none")
    is_answer = targets != -100
    number = is_answer.sum(dim=1).clamp(min=1)
    right = ((logits.argmax(dim=-1) == targets) & is_answer).sum(dim=1)
    return RecordScores(losses.sum(dim=1) / number, right / number)
