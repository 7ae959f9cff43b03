"""Leaning on what is shown: tokens that go on with the text of a neighbour become likelier.

A small model reads the right clause in a neighbour's text and then loses the thread of a long name. Its own
probabilities decide where an answer leaves the text; a bias keeps it on the text meanwhile. This is a pointer to the
source (See et al. 2017, arXiv 1704.04368) without weights of its own: where to point follows from what was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from operator import or_  # of counts: the higher ones
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import torch

FULL_MATCH = 8  # tokens; a longer run of common tokens makes no likelier that the text goes on
COPY_TOKENS = 384  # of an answer at most: texts that are followed are longer than answers of the model's own
COPY_NGRAM = 12  # no run of so many tokens is said twice, unless a text says it twice; shorter ones may be


class Continuation(NamedTuple):
    """What a text says next.

    Attributes:
        token: That comes next.
        length: Of the longest run that the text and what was written have before it.
        is_whole: Whether that run is all of what was written and the text's beginning: nothing has been left out yet.
    """

    token: int
    length: int
    is_whole: bool = False

    @property
    def weight(self) -> float:
        """Share of the bias that the next token gets: all of it after `FULL_MATCH` tokens, or from the text's start."""
        return 1.0 if self.is_whole else min(1.0, self.length / FULL_MATCH)


def continuation(text: Sequence[int], written: Sequence[int]) -> Continuation | None:
    """Tell how a text goes on after what was written; None where they end in no common token, as at the start.

    Of several places the one with the longest common run counts, the first of equal ones.

    Example: of the text (5, 6, 7, 5, 8) after (9, 7, 5) the token 8, after two common tokens.
    """
    best: Continuation | None = None
    for place in range(1, len(text)):
        length = 0
        longest = min(place, len(written))
        while length < longest and text[place - 1 - length] == written[-1 - length]:
            length += 1
        if length and (best is None or length > best.length):
            best = Continuation(text[place], length, length == place == len(written))
    return best


class RepetitionGuard:
    """Logits processor: no run of `size` tokens is said twice, or else as often as a shown text says it.

    A long name that stands in a text twice is broken off at its second place by a guard that does not know the text.

    Args:
        texts: As of `CopyBias`.
        size: In tokens, 1 or more.
    """

    def __init__(self, texts: Sequence[Sequence[Sequence[int]]], size: int) -> None:
        from transformers import NoRepeatNGramLogitsProcessor

        self._size = size
        self._plain = NoRepeatNGramLogitsProcessor(size)
        none: Counter[tuple[int, ...]] = Counter()
        self._shown = [reduce(or_, (_runs(text, size) for text in shown), none) for shown in texts]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return the scores [B, V] of what follows the new tokens [B, T]; what is not to follow has minus infinity."""
        guarded = self._plain(input_ids, scores)
        rows = input_ids.tolist()
        for row, token in (guarded.isneginf() & ~scores.isneginf()).nonzero().tolist():
            written = rows[row]
            run = (*written[len(written) - self._size + 1 :], token)
            shown = self._shown[row * len(self._shown) // len(rows)]
            if _runs(written, self._size)[run] < shown[run]:
                guarded[row, token] = scores[row, token]
        return guarded


class CopyBias:
    """Logits processor: the token with which a shown text goes on is `bias` nats likelier against all others.

    The mass of a row stays what it was, so that beams with a match and beams without one compare. Of the texts of a
    conversation the one with the longest run in common counts, the first of equal ones. After a short run the bias is
    smaller, unless the answer has followed the text from its start: it grows in proportion up to `FULL_MATCH` tokens,
    so that a common phrase does not make the answer jump to a later place. The first token is the model's own, so that
    an answer of another kind, such as "Yes", is left alone. Rows of a batch belong to conversations in order, an equal
    number to each (beams or samples).

    Args:
        texts: Token ids of the shown texts of each conversation, the first shown first, ends of answer included; none
            for a conversation without.
        bias: In nats.
    """

    def __init__(self, texts: Sequence[Sequence[Sequence[int]]], bias: float) -> None:
        self._texts = texts
        self._bias = bias

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return the scores [B, V] of what follows the new tokens [B, T]."""
        scores = scores.float().clone()
        rows = input_ids.tolist()
        for row, written in enumerate(rows):
            found = [continuation(text, written) for text in self._texts[row * len(self._texts) // len(rows)]]
            best = max(
                (one for one in found if one), key=lambda one: (one.length, one.is_whole), default=None
            )
            if best is not None:
                mass = scores[row].logsumexp(-1)
                scores[row, best.token] += self._bias * best.weight
                scores[row] += mass - scores[row].logsumexp(-1)
        return scores


def _runs(tokens: Sequence[int], size: int) -> Counter[tuple[int, ...]]:
    """Count the runs of `size` tokens."""
    return Counter(tuple(tokens[place : place + size]) for place in range(len(tokens) - size + 1))
