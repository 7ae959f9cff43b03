"""Answers out of a fixed set: how probable the model finds each, by the logits where they part."""

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

    from llamo.chem.molgraph import MolGraph
    from llamo.data.collate import MolBatch
    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor

Ids = tuple[int, ...]


def choice_probabilities(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    conversations: Sequence[Conversation],
    choices: Sequence[str],
    *,
    view: View | None = None,
    graphs: Sequence[Sequence[MolGraph]] | None = None,
) -> list[tuple[float, ...]]:
    """Say how probable each choice is as the answer to each conversation, among the choices alone.

    Choices are cut into tokens as training cuts answers. Of each counts what tells it from all others: of "Yes" and
    "No" the first token, so that one forward pass answers a batch.

    Args:
        model: In evaluation mode.
        processor: Its processor.
        conversations: B conversations, each ending in a user turn.
        choices: Two different answers or more.
        view: How molecules are shown; None for the processor's own way.
        graphs: Each conversation's molecules in place of those that its SMILES stand for.

    Returns:
        For each conversation one probability a choice, summing to 1.

    Raises:
        UsageError: If there are fewer than two choices, or two are the same to the tokenizer.
        InvalidMoleculeError: If a molecule cannot be read.
    """
    if len(choices) < 2:
        raise UsageError(f"the choices are {list(choices)}; expected two different answers or more")
    endings = [_endings(processor, conversation, choices, view) for conversation in conversations]
    wanted = [  # (conversation, ids so far): after each the next token of some choice is scored
        (row, start + tail[:depth])
        for row, (start, tails) in enumerate(endings)
        for tail in tails
        for depth in range(len(tail))
    ]
    prefixes = list(dict.fromkeys(wanted))
    shown = None if graphs is None else [graphs[row] for row, _ in prefixes]
    batch: BatchFeature = processor.apply_chat_template(
        [conversations[row] for row, _ in prefixes], view=view, graphs=shown
    )
    after = dict(zip(prefixes, _next_tokens(model, processor, prefixes, batch["molecules"]), strict=True))
    return [
        _normalised([
            sum(float(after[row, start + tail[:depth]][tail[depth]]) for depth in range(len(tail)))
            for tail in tails
        ])
        for row, (start, tails) in enumerate(endings)
    ]  # fmt: skip


def _endings(
    processor: LlamoProcessor, conversation: Conversation, choices: Sequence[str], view: View | None
) -> tuple[Ids, list[Ids]]:
    """Return the ids that all choices share, and of each those that tell it from the others."""
    encoded = [
        processor.encode([*conversation, assistant_message(choice)], [], view=view).input_ids
        for choice in choices
    ]
    shared = _shared_length(encoded)
    tails = [tuple(ids[shared:]) for ids in encoded]
    return tuple(encoded[0][:shared]), [_telling(tail, tails, choices) for tail in tails]


def _shared_length(rows: Sequence[Sequence[int]]) -> int:
    """Count the leading ids that all rows have: `[[1, 2, 3], [1, 2, 4]] -> 2`."""
    return next(
        (place for place, column in enumerate(zip(*rows, strict=False)) if len(set(column)) > 1),
        min(map(len, rows)),
    )


def _telling(tail: Ids, tails: Sequence[Ids], choices: Sequence[str]) -> Ids:
    """Cut a choice after the id by which no other begins like it: `(1, 2, 9)` beside `(1, 3, 9)` -> `(1, 2)`."""
    for length in range(1, len(tail) + 1):
        if sum(other[:length] == tail[:length] for other in tails) == 1:
            return tail[:length]
    raise UsageError(f"the choices {list(choices)} are not told apart by their tokens; name them differently")


def _next_tokens(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    prefixes: Sequence[tuple[int, Ids]],
    molecules: MolBatch | None,
) -> torch.Tensor:
    """Compute log-probabilities of the token after each prefix, float64 [R, V]; `molecules` is a MolBatch or None."""
    _, logits = last_logits(model, processor, [ids for _, ids in prefixes], molecules, keep=1)
    return torch.log_softmax(logits[:, -1].double(), dim=-1)


def _normalised(log_probabilities: Sequence[float]) -> tuple[float, ...]:
    """Turn log-probabilities of choices into probabilities among them.

    They are rounded, so that logits that are the same, as those of bfloat16 often are, give the same score.
    """
    chances = torch.softmax(torch.tensor(log_probabilities, dtype=torch.float64), dim=0)
    return tuple(round(chance, 9) for chance in chances.tolist())
