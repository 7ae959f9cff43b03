"""How probable the model finds an answer that is given: the log-probability of each of its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from llamo.errors import UsageError
from llamo.inference.conversation import Conversation, assistant_message
from llamo.inference.scoring import last_logits
from llamo.models.names import View

if TYPE_CHECKING:
    from transformers import BatchFeature

    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor

_ROWS = 4  # scored at once: logits of 4 rows, 160 tokens and 49,152 words are 126 MB


def answer_log_probabilities(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    conversations: Sequence[Conversation],
    answers: Sequence[str],
    *,
    view: View | None = None,
) -> list[tuple[float, ...]]:
    """Score given answers by teacher forcing, in natural logarithms.

    Answers are cut into tokens as training cuts them, and the token that ends a turn is part of each: an answer that
    stops in the middle of a sentence is less likely for it. Temperature, beams and guards against loops play no part.

    Args:
        model: In evaluation mode.
        processor: Its processor.
        conversations: B conversations, each ending in a user turn.
        answers: B answers.
        view: How molecules are shown; None for the processor's own way.

    Returns:
        For each answer one number a token, at most 0; one at least, that of the end.

    Raises:
        UsageError: If there are more of one than of the other.
        InvalidMoleculeError: If a molecule cannot be read.
    """
    if len(conversations) != len(answers):
        raise UsageError(
            f"there are {len(conversations)} conversations and {len(answers)} answers; expected one answer each"
        )
    return [
        row
        for start in range(0, len(answers), _ROWS)
        for row in _score(
            model, processor, conversations[start : start + _ROWS], answers[start : start + _ROWS], view
        )
    ]


def _score(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    conversations: Sequence[Conversation],
    answers: Sequence[str],
    view: View | None,
) -> list[tuple[float, ...]]:
    """Score one batch."""
    encoded = [
        processor.encode([*conversation, assistant_message(answer)], [], view=view)
        for conversation, answer in zip(conversations, answers, strict=True)
    ]
    spans = [last_answer(row.labels) for row in encoded]
    rows = [row.input_ids[:end] for row, (_, end) in zip(encoded, spans, strict=True)]
    lengths = [end - start for start, end in spans]
    kept = max(lengths) + 1  # the last token's own logits say what comes after it, and are not needed
    shown: BatchFeature = processor.apply_chat_template(list(conversations), view=view)
    ids, logits = last_logits(model, processor, rows, shown["molecules"], keep=kept)
    with torch.inference_mode():
        logits = logits[:, :-1].float()  # [B, K, V]
        said = ids[:, 1 - kept :].clamp(
            max=logits.shape[-1] - 1
        )  # [B, K]; placeholders before a short answer
        scores = logits.log_softmax(dim=-1).gather(2, said[..., None]).squeeze(2)  # [B, K]
    return [tuple(row[-length:].tolist()) for row, length in zip(scores, lengths, strict=True)]


def last_answer(labels: Sequence[int]) -> tuple[int, int]:
    """Find the tokens of the last answer: `[-100, 5, -100, 7, 8, -100] -> (3, 5)`.

    Raises:
        UsageError: If there is none.
    """
    end = len(labels)
    while end and labels[end - 1] == -100:
        end -= 1
    start = end
    while start and labels[start - 1] != -100:
        start -= 1
    if start == end:
        raise UsageError("the chat template gives the answer no token; check the tokenizer's template")
    return start, end
