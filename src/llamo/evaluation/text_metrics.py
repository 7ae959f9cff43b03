"""How near a text comes to its reference: BLEU, ROUGE, METEOR and exact match.

Pure functions over predictions and references, each held to the library it stands for by a test. An empty text
scores 0 and stays in every mean, whatever the protocol.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from llamo.evaluation.bleu import bleu_counts, bleu_of_sums
from llamo.evaluation.metric import Coverage, Metric, check_lengths

if TYPE_CHECKING:
    from nltk.corpus.reader.wordnet import Synset, WordNetCorpusReader

Tokenize = Callable[[str], list[str]]

BLEU_ORDERS = {"bleu-2": 2, "bleu-4": 4}
ROUGE_TYPES = {"rouge-1": "rouge1", "rouge-2": "rouge2", "rouge-l": "rougeL"}
TEXT_METRICS = (*BLEU_ORDERS, *ROUGE_TYPES, "meteor", "exact")


def text_metrics(
    predictions: Sequence[str],
    references: Sequence[str],
    *,
    tokenize: Tokenize,
    wordnet: WordNetCorpusReader | None = None,
    wanted: Collection[str] = TEXT_METRICS,
) -> list[Metric]:
    """Compare texts with their references.

    Args:
        predictions: S texts; "" where there is no answer.
        references: The true texts, in the same order.
        tokenize: Cuts a text for BLEU and METEOR; ROUGE has its own words.
        wordnet: Where METEOR finds synonyms; without it there is no METEOR.
        wanted: Names out of `TEXT_METRICS`; what is not wanted is not computed.

    Raises:
        InputError: For no texts, or unequal numbers of them.
    """
    check_lengths(predictions, references)
    coverage = Coverage(np.array([bool(text.strip()) for text in predictions]))
    pairs = list(zip(predictions, references, strict=True))
    metrics: list[Metric] = []
    if {"meteor", *BLEU_ORDERS} & set(wanted):
        cut = [(tokenize(text), tokenize(target)) for text, target in pairs]
        rows = np.array([bleu_counts(*pair) for pair in cut], dtype=np.float64)  # [S, 10]
        metrics += [
            coverage.of_sums(name, rows, functools.partial(bleu_of_sums, order=order))
            for name, order in BLEU_ORDERS.items()
        ]
        if wordnet is not None and "meteor" in wanted:
            said, true = [pair[0] for pair in cut], [pair[1] for pair in cut]
            metrics.append(coverage.mean("meteor", meteor(said, true, wordnet)))
    if set(ROUGE_TYPES) & set(wanted):
        columns = zip(*rouge_f1(predictions, references), strict=True)
        metrics += [coverage.mean(name, column) for name, column in zip(ROUGE_TYPES, columns, strict=True)]
    metrics.append(coverage.mean("exact", [float(is_exact(*pair)) for pair in pairs]))
    found = {metric.name: metric for metric in metrics}
    return [found[name] for name in TEXT_METRICS if name in wanted and name in found]


def rouge_f1(predictions: Sequence[str], references: Sequence[str]) -> list[tuple[float, float, float]]:
    """Compute F1 of ROUGE-1, ROUGE-2 and ROUGE-L of each text, by rouge-score without stemming."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(tuple(ROUGE_TYPES.values()))
    scores = [scorer.score(target, text) for text, target in zip(predictions, references, strict=True)]
    return [
        (score["rouge1"].fmeasure, score["rouge2"].fmeasure, score["rougeL"].fmeasure) for score in scores
    ]


class _Remembering:
    """Stems words and looks synonyms up as NLTK's classes do, each word once."""

    def __init__(self, wordnet: WordNetCorpusReader) -> None:
        from nltk.stem.porter import PorterStemmer

        self.stem: Callable[[str], str] = functools.cache(PorterStemmer().stem)
        self.synsets: Callable[[str], list[Synset]] = functools.cache(wordnet.synsets)


def meteor(
    predictions: Sequence[Sequence[str]], references: Sequence[Sequence[str]], wordnet: WordNetCorpusReader
) -> list[float]:
    """Compute METEOR of each tokenised text, by NLTK.

    NLTK looks up the *stems* of words in WordNet, where few are found, so that synonyms seldom count; this is
    kept, since published figures have it.
    """
    from nltk.translate.meteor_score import meteor_score

    known = _Remembering(wordnet)
    return [
        float(meteor_score([target], text, stemmer=known, wordnet=known))
        for text, target in zip(predictions, references, strict=True)
    ]


def is_exact(prediction: str, reference: str) -> bool:
    """Say whether two texts are the same but for white space around them; an empty prediction never is."""
    return bool(prediction.strip()) and prediction.strip() == reference.strip()
