"""How near a text comes to its reference: BLEU, ROUGE, METEOR and exact match.

Pure functions over predictions and references, each held to the library it stands for by a test. A sample is
reduced to a row of numbers from whose sums every score of a set of samples follows, BLEU included, so that
resampling for intervals takes no text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from llamo.errors import InputError

if TYPE_CHECKING:
    from nltk.corpus.reader.wordnet import WordNetCorpusReader

Tokenize = Callable[[str], list[str]]

MAX_ORDER = 4  # n-grams of BLEU
ROUGE_TYPES = ("rouge1", "rouge2", "rougeL")
MEAN_SCORES = ("rouge-1", "rouge-2", "rouge-l", "meteor", "exact")
BLEU_COLUMNS = 2 * MAX_ORDER + 2
NUM_COLUMNS = BLEU_COLUMNS + len(MEAN_SCORES) + 1  # the last column is 1: its sum counts the samples


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


def bleu_of_sums(sums: Sequence[float] | Float[np.ndarray, "10"], order: int) -> float:  # noqa: UP037
    """Compute corpus BLEU up to `order`-grams, without smoothing, from summed `bleu_counts`."""
    matches, totals = sums[:order], sums[MAX_ORDER : MAX_ORDER + order]
    predicted_length, reference_length = sums[2 * MAX_ORDER], sums[2 * MAX_ORDER + 1]
    if min(matches) <= 0:
        return 0.0
    precision = sum(math.log(match / total) for match, total in zip(matches, totals, strict=True)) / order
    return math.exp(min(0.0, 1 - reference_length / predicted_length) + precision)


def corpus_bleu(
    predictions: Sequence[Sequence[str]], references: Sequence[Sequence[str]], order: int
) -> float:
    """Compute corpus BLEU of tokenised texts, one reference each, as NLTK's `corpus_bleu` does.

    Raises:
        InputError: For no texts, or as many predictions as there are not references.
    """
    _check_lengths(predictions, references)
    counts = np.array([bleu_counts(*pair) for pair in zip(predictions, references, strict=True)])
    return bleu_of_sums(counts.sum(axis=0), order)


def rouge_f1(predictions: Sequence[str], references: Sequence[str]) -> list[tuple[float, float, float]]:
    """Compute F1 of ROUGE-1, ROUGE-2 and ROUGE-L of each text, by rouge-score without stemming."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(ROUGE_TYPES)
    scores = [scorer.score(target, text) for text, target in zip(predictions, references, strict=True)]
    return [
        (score["rouge1"].fmeasure, score["rouge2"].fmeasure, score["rougeL"].fmeasure) for score in scores
    ]


def meteor(
    predictions: Sequence[Sequence[str]], references: Sequence[Sequence[str]], wordnet: WordNetCorpusReader
) -> list[float]:
    """Compute METEOR of each tokenised text, by NLTK.

    NLTK looks up the *stems* of words in WordNet, where few are found, so that synonyms seldom count; this is
    kept, since published figures have it.
    """
    from nltk.translate.meteor_score import meteor_score

    return [
        float(meteor_score([target], text, wordnet=wordnet))
        for text, target in zip(predictions, references, strict=True)
    ]


def is_exact(prediction: str, reference: str) -> bool:
    """Say whether two texts are the same but for white space around them; an empty prediction never is."""
    return bool(prediction.strip()) and prediction.strip() == reference.strip()


def text_statistics(
    predictions: Sequence[str],
    references: Sequence[str],
    *,
    tokenize: Tokenize,
    wordnet: WordNetCorpusReader,
) -> Float[np.ndarray, "S C"]:
    """Reduce each text to the row of numbers from whose sums `text_scores` makes every score.

    Args:
        predictions: S texts; an empty one scores 0 and stays in every mean.
        references: The true texts, in the same order.
        tokenize: Cuts a text for BLEU and METEOR; ROUGE has its own words.
        wordnet: Where METEOR finds synonyms.

    Raises:
        InputError: For no texts, or unequal numbers of them.
    """
    _check_lengths(predictions, references)
    cut, targets = [tokenize(text) for text in predictions], [tokenize(text) for text in references]
    counts = [bleu_counts(*pair) for pair in zip(cut, targets, strict=True)]
    exact = [[float(is_exact(*pair)), 1.0] for pair in zip(predictions, references, strict=True)]
    columns = [counts, rouge_f1(predictions, references), np.c_[meteor(cut, targets, wordnet)], exact]
    return np.hstack([np.asarray(column, dtype=np.float64) for column in columns])  # [S, C]


def text_scores(sums: Float[np.ndarray, "C"]) -> dict[str, float]:  # noqa: UP037
    """Compute all scores, each from 0 to 1, from the column sums of `text_statistics`."""
    means = sums[BLEU_COLUMNS:-1] / sums[-1]
    bleu = {f"bleu-{order}": bleu_of_sums(sums, order) for order in (2, 4)}
    return bleu | {name: float(mean) for name, mean in zip(MEAN_SCORES, means, strict=True)}


def _check_lengths(predictions: Sequence[object], references: Sequence[object]) -> None:
    if len(predictions) != len(references) or not references:
        raise InputError(
            f"there are {len(predictions)} predictions and {len(references)} references; "
            "expected as many of one as of the other, and at least one"
        )
