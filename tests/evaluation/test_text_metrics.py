from __future__ import annotations

import random
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.translate.bleu_score import corpus_bleu as nltk_corpus_bleu
from nltk.translate.meteor_score import meteor_score
from rouge_score.rouge_scorer import RougeScorer

from llamo.errors import InputError
from llamo.evaluation.bleu import bleu_counts, corpus_bleu
from llamo.evaluation.bootstrap import bootstrap_metrics
from llamo.evaluation.metric import Metric
from llamo.evaluation.text_metrics import is_exact, meteor, rouge_f1, text_metrics

SAID = "the cat sat on the mat"
TRUE = "the cat sat on a mat"
WORDS = st.lists(st.sampled_from("abcd"), max_size=8)
PAIRS = st.lists(st.tuples(WORDS, WORDS.filter(bool)), min_size=1, max_size=5)


class NoSynonyms:
    """A WordNet without words, so that METEOR can be worked out by hand."""

    def synsets(self, word: str) -> list[object]:
        return []


def metrics_of(said: list[str], true: list[str]) -> list[Metric]:
    return text_metrics(said, true, tokenize=str.split, wordnet=NoSynonyms())


def scores_of(said: list[str], true: list[str]) -> dict[str, float]:
    return {metric.name: metric.value for metric in metrics_of(said, true)}


def test_bleu_counts_by_hand():
    """Matched: the, cat, sat, on, mat; the-cat, cat-sat, sat-on; two trigrams; one 4-gram."""
    assert bleu_counts(SAID.split(), TRUE.split()) == [5, 3, 2, 1, 6, 5, 4, 3, 6, 6]
    assert bleu_counts(["a", "b"], ["a", "c"]) == [1, 0, 0, 0, 2, 1, 1, 1, 2, 2]
    assert bleu_counts([], ["a"]) == [0, 0, 0, 0, 1, 1, 1, 1, 0, 1]


def test_bleu_by_hand():
    assert corpus_bleu([SAID.split()], [TRUE.split()], 2) == pytest.approx((5 / 6 * 3 / 5) ** (1 / 2))
    assert corpus_bleu([SAID.split()], [TRUE.split()], 4) == pytest.approx((1 / 12) ** (1 / 4))
    # Two of four words, all of them right: only the brevity penalty exp(1 - 4/2) is left.
    assert corpus_bleu([["a", "b"]], [["a", "b", "c", "d"]], 2) == pytest.approx(np.exp(-1))


def test_rouge_by_hand():
    """Five of six words, three of five pairs; the longest common subsequence leaves out one word."""
    assert rouge_f1([SAID], [TRUE]) == [pytest.approx((5 / 6, 3 / 5, 5 / 6))]


def test_meteor_by_hand():
    """P = R = 3/4 in one chunk: F = 3/4, penalty .5 (1/3)^3."""
    said, true = ["a", "b", "c", "d"], ["a", "b", "c", "e"]
    assert meteor([said], [true], NoSynonyms()) == [pytest.approx(0.75 * (1 - 0.5 / 27))]


def test_exact_match_ignores_white_space_around_and_nothing_else():
    assert is_exact(" An acid.\n", "An acid.")
    assert not is_exact("an acid.", "An acid.")
    assert not is_exact("", "")


def test_identical_texts():
    scores = scores_of([TRUE, SAID], [TRUE, SAID])
    assert scores["meteor"] == pytest.approx(1 - 0.5 / 6**3)  # NLTK's penalty never is quite zero
    del scores["meteor"]
    assert scores == dict.fromkeys(scores, pytest.approx(1.0))


def test_an_empty_prediction_scores_zero_and_stays_in_the_mean():
    both = scores_of([TRUE, ""], [TRUE, SAID])
    one = scores_of([TRUE], [TRUE])
    for name in ("rouge-1", "rouge-2", "rouge-l", "meteor", "exact"):
        assert both[name] == pytest.approx(one[name] / 2)
    assert both["bleu-2"] < one["bleu-2"]
    assert set(scores_of([""], [TRUE]).values()) == {0.0}


@given(PAIRS)
def test_bleu_equals_nltk(pairs: list[tuple[list[str], list[str]]]):
    said, true = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no n-gram of some order matched
        golden = [
            nltk_corpus_bleu([[text] for text in true], said, weights=(1 / order,) * order)
            for order in (2, 4)
        ]
    assert [corpus_bleu(said, true, order) for order in (2, 4)] == pytest.approx(golden, abs=1e-12)


def test_rouge_equals_rouge_score_called_directly():
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=False)
    golden = scorer.score(TRUE, SAID + " again")
    assert rouge_f1([SAID + " again"], [TRUE]) == [
        (golden["rouge1"].fmeasure, golden["rouge2"].fmeasure, golden["rougeL"].fmeasure)
    ]


def test_unequal_lengths_are_refused():
    for said, true in ([["a"], []], [[], []], [["a"], ["a", "b"]]):
        with pytest.raises(InputError, match="as many"):
            metrics_of(said, true)


def some_texts(number: int) -> tuple[list[str], list[str]]:
    rng = random.Random(7)
    texts = [" ".join(rng.choices("abcdefg", k=rng.randint(0, 12))) for _ in range(2 * number)]
    return texts[:number], [text or "a" for text in texts[number:]]


def test_bootstrap_of_bleu_equals_bleu_of_resampled_texts():
    """The statistics stand for the texts: drawing rows and drawing texts give the same corpus BLEU."""
    said, true = some_texts(20)
    picks = np.random.default_rng(3).integers(20, size=20)
    weights = np.bincount(picks, minlength=20)[None, :].astype(float)
    golden = nltk_corpus_bleu(
        [[true[i].split()] for i in picks], [said[i].split() for i in picks], (0.5, 0.5)
    )
    assert metrics_of(said, true)[0].values(weights)[0] == pytest.approx(golden)


def test_the_seed_decides_the_interval():
    metrics = metrics_of(*some_texts(30))[:1]
    first, again, other = (bootstrap_metrics(metrics, seed=seed)[0] for seed in (0, 0, 1))
    assert first == again
    assert first.value == other.value
    assert first.low != other.low
    assert first.low < first.value < first.high


def test_meteor_equals_nltk_with_its_wordnet(molt5_data):
    """A synonym counts where its stem is a word of WordNet's: "car" finds "automobil", not "automobile"."""
    from llamo.evaluation.wordnet import WORDNET_FILE, open_wordnet

    wordnet = open_wordnet(molt5_data / WORDNET_FILE)
    said, true = ["a", "fast", "car", "and", "a", "dog"], ["a", "quick", "auto", "and", "a", "cat"]
    assert meteor([said], [true], wordnet) == [meteor_score([true], said, wordnet=wordnet)]
    assert meteor([said], [true], wordnet)[0] > meteor([said], [true], NoSynonyms())[0]


def test_only_what_is_wanted_is_computed():
    def refuse(text: str) -> list[str]:
        raise AssertionError(text)

    found = text_metrics(["a"], ["a"], tokenize=refuse, wanted=("exact",))
    assert [(metric.name, metric.value) for metric in found] == [("exact", 1.0)]


def test_counts_stand_beside_every_score():
    assert {(metric.n_total, metric.n_valid) for metric in metrics_of(["a b", " "], ["a b", "c"])} == {(2, 1)}
