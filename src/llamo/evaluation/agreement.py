"""How alike several answers to one question are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from llamo.evaluation.text_metrics import rouge_f1


def share_of_same_pairs(answers: Sequence[object]) -> float:
    """Return the share of pairs that are equal: `["a", "a", "b"] -> 1/3`; 1 for a single answer."""
    pairs = list(itertools.combinations(answers, 2))
    return sum(first == second for first, second in pairs) / len(pairs) if pairs else 1.0


def mean_pairwise_rouge(answers: Sequence[str]) -> float:
    """Average ROUGE-L F1 over all pairs; two equal answers count as 1, even where they are empty."""
    pairs = list(itertools.combinations(answers, 2))
    return sum(rouge_l(pairs)) / len(pairs) if pairs else 1.0


def rouge_l(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Compute ROUGE-L F1 of each pair of texts."""
    unequal = list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))
    scores = rouge_f1([pair[0] for pair in unequal], [pair[1] for pair in unequal])
    found = dict(zip(unequal, (score[2] for score in scores), strict=True))
    return [found.get(pair, 1.0) for pair in pairs]
