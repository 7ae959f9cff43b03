"""A guard against counting: "1,2,3,4,5,..." says no run of tokens twice, so that `no_repeat_ngram_size` lets it go on.

Names do count ("1,2,3,4-tetrahydro"), so a few consecutive integers are no loop. Among 12,369 IUPAC names of PubChem
and 47,550 descriptions the longest run is 16 ("41,42,...,56", the locants of a cage), and a steroid skeleton has 17.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

MAX_RUN = 18
"""Consecutive integers that a text may hold; no number follows on so many."""

_LOOKED_AT = 8 * MAX_RUN  # tokens: three digits and a few separators a number
_TAIL = re.compile(r"[0-9\s,;-]+\Z")
# Vocabularies write white space as these signs: Ġ Ċ ĉ č (byte-level BPE), ▁ (SentencePiece).
_COUNTING_TOKEN = re.compile(r"[0-9\s,;ĠĊĉč▁-]+")
_NUMBER_TOKEN = re.compile(r"[\s,;ĠĊĉč▁-]*[0-9]")


def counted(text: str) -> int:
    """Return how many consecutive integers a text ends with: "at 7,3,4,5," -> 3; "3,4,5-tri" -> 0."""
    tail = _TAIL.search(text)
    numbers = [int(digits) for digits in re.findall("[0-9]+", tail.group())] if tail else []
    run = min(1, len(numbers))
    while run < len(numbers) and numbers[-run - 1] == numbers[-run] - 1:
        run += 1
    return run


class CountingGuard:
    """Logits processor: after `MAX_RUN` consecutive integers the next token begins no number.

    Args:
        tokenizer: Of the model that generates.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        self._counting: torch.Tensor | None = None  # [V] tokens of digits and separators alone
        self._numbers: torch.Tensor | None = (
            None  # [V] tokens that begin a number, separators before it included
        )

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return the scores [B, V] of what follows the new tokens [B, T], those of numbers at minus infinity."""
        if input_ids.shape[1] < MAX_RUN:
            return scores
        counting, numbers = self._masks(scores)
        suspects = counting[input_ids[:, -MAX_RUN:]].all(dim=1).nonzero().flatten().tolist()
        loops = [
            row
            for row in suspects
            if counted(self._tokenizer.decode(input_ids[row, -_LOOKED_AT:])) >= MAX_RUN
        ]
        if loops:
            scores = scores.clone()
            scores[loops] = scores[loops].masked_fill(numbers, float("-inf"))
        return scores

    def _masks(self, scores: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Sort the vocabulary once; ids without a token, which pad it, are neither."""
        if self._counting is None or self._numbers is None:
            import torch

            tokens = self._tokenizer.convert_ids_to_tokens(range(len(self._tokenizer)))
            tokens = (tokens + [""] * scores.shape[1])[: scores.shape[1]]
            rules = (_COUNTING_TOKEN.fullmatch, _NUMBER_TOKEN.match)
            masks = [[bool(rule(token)) for token in tokens] for rule in rules]
            self._counting, self._numbers = (torch.tensor(mask, device=scores.device) for mask in masks)
        return self._counting, self._numbers
