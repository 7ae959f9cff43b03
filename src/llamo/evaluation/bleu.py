"""Corpus BLEU by counts that add up, so that resampling takes no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from llamo.evaluation.metric import Values, check_lengths

MAX_ORDER = 4  # n-grams of BLEU


def bleu_counts(prediction: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Count what corpus BLEU sums: n-grams matched, n-grams predicted (n = 1..4), both lengths.

    As NLTK has it, a prediction of fewer than n tokens still counts as one n-gram, unmatched.

    Example:
        `["a", "b"]` against `["a", "c"]` -> `[1, 0, 0, 0,  2, 1, 1, 1,  2, 2]`
    """
    matches, totals = [], []
    for order in range(1, MAX_ORDER + 1):
        predicted = _ngrams(prediction, order)
        matches.append((predicted & _ngrams(reference, order)).total())
        totals.append(max(1, predicted.total()))
    return [*matches, *totals, len(prediction), len(reference)]


def _ngrams(tokens: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    """Count the runs of `order` tokens."""
    return Counter(zip(*(tokens[start:] for start in range(order)), strict=False))


def bleu_of_sums(sums: Float[np.ndarray, "R 10"], order: int) -> Values:
    """Compute corpus BLEU up to `order`-grams, without smoothing, from sums of `bleu_counts`."""
    matches, totals = sums[:, :order], sums[:, MAX_ORDER : MAX_ORDER + order]  # [R, order]
    predicted, reference = sums[:, 2 * MAX_ORDER], sums[:, 2 * MAX_ORDER + 1]
    is_matched = matches.min(axis=1) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.log(matches / totals).mean(axis=1)
        brevity = np.minimum(0.0, 1 - reference / predicted)
        return np.where(is_matched, np.exp(brevity + precision), 0.0)


def corpus_bleu(
    predictions: Sequence[Sequence[str]], references: Sequence[Sequence[str]], order: int
) -> float:
    """Compute corpus BLEU of tokenised texts, one reference each, as NLTK's `corpus_bleu` does.

    Raises:
        InputError: For no texts, or as many predictions as there are not references.
    """
    check_lengths(predictions, references)
    counts = np.array([bleu_counts(*pair) for pair in zip(predictions, references, strict=True)])
    return float(bleu_of_sums(counts.sum(axis=0, keepdims=True), order)[0])
