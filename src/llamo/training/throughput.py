"""Tokens a second of training: the plain loop, and what each of its two improvements brings.

    plain       batches in the order of drawing, logits of all positions
    buckets     batches of like length (`training.mixture.bucket_by_length`)
    answers     logits where an answer is learned, and nowhere else
    both        as `llamo train` does it

All ways see the same samples, start from the same weights and take real optimizer steps.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from llamo.models.modeling import LlamoForConditionalGeneration, answer_loss
from llamo.models.processing import Encoded
from llamo.training.collator import Collator
from llamo.training.mixture import bucket_by_length

WAYS = ("plain", "buckets", "answers", "both")


@dataclass(frozen=True)
class Throughput:
    """One way of training, measured.

    Attributes:
        tokens: of the samples, without padding. padding: share of the positions that are padding.
        seconds: forward, backward and optimizer, batching included. loss: of the last step.
    """

    way: str
    samples: int
    steps: int
    tokens: int
    answer_tokens: int
    padding: float
    seconds: float
    loss: float

    @property
    def tokens_a_second(self) -> float:
        """Tokens without padding, a second."""
        return self.tokens / self.seconds

    def as_dict(self) -> dict[str, float | str]:
        """Return what was measured as JSON takes it."""
        return {
            **asdict(self),
            "tokens_a_second": self.tokens_a_second,
            "seconds_a_step": self.seconds_a_step,
        }

    @property
    def seconds_a_step(self) -> float:
        """Seconds an optimizer step."""
        return self.seconds / self.steps


def measure_ways(
    model: LlamoForConditionalGeneration,
    samples: Sequence[Encoded],
    *,
    batch_size: int,
    pad_token_id: int,
    bf16: bool = True,
    seed: int = 0,
    ways: Sequence[str] = WAYS,
    on_step: Callable[[], None] = lambda: None,
) -> Iterator[Throughput]:
    """Train on all samples once, each way; the model has its weights back afterwards.

    Args:
        model: in training mode, frozen as a stage has it. samples: encoded, in the order of drawing.
        seed: of the order of bucketed batches. on_step: called after every step.
    """
    collate = Collator(pad_token_id)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    before = copy.deepcopy([tensor.detach() for tensor in (*trained, *model.buffers())])
    for way in ways:
        rng = np.random.default_rng(seed)
        ordered = bucket_by_length(samples, batch_size, rng) if way in ("buckets", "both") else list(samples)
        batches = [ordered[i : i + batch_size] for i in range(0, len(ordered), batch_size)]
        optimizer = torch.optim.AdamW(trained, lr=1e-5)
        step = _stepper(model, optimizer, answers_only=way in ("answers", "both"), bf16=bf16)
        step(collate(batches[0]))  # caches, lazily made buffers, optimizer state
        positions, loss, started = 0, torch.zeros(()), time.perf_counter()
        for batch in batches:
            inputs = collate(batch)
            positions += inputs["input_ids"].numel()
            loss = step(inputs)
            on_step()
        seconds = time.perf_counter() - started
        _give_back(model, trained, before)
        tokens = sum(len(sample.input_ids) for sample in samples)
        learned = sum(label != -100 for sample in samples for label in sample.labels)
        padding = 1 - tokens / positions
        yield Throughput(way, len(samples), len(batches), tokens, learned, padding, seconds, float(loss))


def _stepper(
    model: LlamoForConditionalGeneration, optimizer: torch.optim.Optimizer, *, answers_only: bool, bf16: bool
) -> Callable[[dict[str, Any]], Tensor]:  # Any: tensors and a MolBatch
    """Make the function of one optimizer step; it returns the loss."""
    loss_of = model_loss if answers_only else full_loss

    def step(inputs: dict[str, Any]) -> Tensor:
        optimizer.zero_grad()
        with torch.autocast(model.device.type, torch.bfloat16, enabled=bf16):
            loss = loss_of(model, inputs)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def model_loss(model: LlamoForConditionalGeneration, inputs: dict[str, Any]) -> Tensor:
    """Compute the loss as training does: logits at answers only."""
    loss: Tensor = model(**inputs).loss
    return loss


def full_loss(model: LlamoForConditionalGeneration, inputs: dict[str, Any]) -> Tensor:
    """Compute the same loss the plain way: logits of all positions, most of which it does not look at."""
    labels = inputs["labels"]
    shown = {name: value for name, value in inputs.items() if name != "labels"}
    logits = model(**shown, use_cache=False).logits  # [B, T, V]
    return answer_loss(logits, F.pad(labels[:, 1:], (0, 1), value=-100))


@torch.no_grad()
def _give_back(
    model: LlamoForConditionalGeneration, trained: Sequence[Tensor], before: Sequence[Tensor]
) -> None:
    for tensor, saved in zip((*trained, *model.buffers()), before, strict=True):
        tensor.copy_(saved)
