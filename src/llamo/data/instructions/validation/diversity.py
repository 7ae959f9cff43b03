"""How varied texts are: distinct n-grams and self-BLEU, on a sample of fixed size so that figures compare.

distinct-n is the share of n-grams that are different (1: none comes twice); it falls with the size of the
sample. self-BLEU is the mean BLEU-4 of each text against all others (0: nothing in common, 1: all the same).
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import asdict, dataclass

SAMPLE = 5000
BLEU_SAMPLE = 200
ORDER = 4
SMOOTHING = 0.1  # n-grams counted where none matches

Gram = tuple[str, ...]


@dataclass(frozen=True)
class Diversity:
    """Figures of one sample of texts.

    Attributes:
        texts: Texts in the sample.
        distinct_texts: Share of texts that are different.
        distinct_1, distinct_2, distinct_3: Share of n-grams that are different.
        vocabulary: Different words.
        self_bleu: Mean BLEU-4 of `bleu_texts` texts against one another.
        bleu_texts: Texts that self-BLEU was taken of.
    """

    texts: int
    distinct_texts: float
    distinct_1: float
    distinct_2: float
    distinct_3: float
    vocabulary: int
    self_bleu: float
    bleu_texts: int

    def as_dict(self) -> dict[str, float | int]:
        """Return the figures for JSON, rounded."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


class Sampler:
    """Keeps a random sample of the texts that pass by, each as likely as any other (reservoir sampling)."""

    def __init__(self, size: int = SAMPLE, seed: int = 0) -> None:
        self.size = size
        self.texts: list[str] = []
        self._seen = 0
        self._rng = random.Random(seed)

    def add(self, text: str) -> None:
        """Consider one more text."""
        self._seen += 1
        if len(self.texts) < self.size:
            self.texts.append(text)
            return
        place = self._rng.randrange(self._seen)
        if place < self.size:
            self.texts[place] = text


def measure_diversity(texts: list[str], *, bleu_sample: int = BLEU_SAMPLE, seed: int = 0) -> Diversity:
    """Measure how varied texts are; words are split at white space, in lower case."""
    split = [text.lower().split() for text in texts]
    distinct = [_distinct(split, n) for n in (1, 2, 3)]
    chosen = random.Random(seed).sample(split, min(bleu_sample, len(split)))
    return Diversity(
        texts=len(texts),
        distinct_texts=len({tuple(words) for words in split}) / max(1, len(split)),
        distinct_1=distinct[0],
        distinct_2=distinct[1],
        distinct_3=distinct[2],
        vocabulary=len({word for words in split for word in words}),
        self_bleu=self_bleu(chosen),
        bleu_texts=len(chosen),
    )


def _distinct(split: list[list[str]], n: int) -> float:
    counts: Counter[Gram] = Counter()
    for words in split:
        counts.update(_grams(words, n))
    return len(counts) / max(1, counts.total())


def self_bleu(split: list[list[str]]) -> float:
    """Return the mean BLEU-4 of each text against all others; 0 for fewer than two.

    As NLTK's `sentence_bleu` with `SmoothingFunction().method1`, but each n-gram's largest count in the other texts is
    looked up, not searched for: the time is linear in the number of texts.
    """
    texts = [words for words in split if words]
    if len(texts) < 2:
        return 0.0
    lengths = Counter(map(len, texts))
    best = [_two_largest(texts, n) for n in range(1, ORDER + 1)]
    return sum(_bleu(words, lengths, best) for words in texts) / len(texts)


def _two_largest(texts: list[list[str]], n: int) -> dict[Gram, tuple[int, int]]:
    """For each n-gram the largest and second largest count in one text."""
    largest: dict[Gram, tuple[int, int]] = {}
    for words in texts:
        for gram, count in _grams(words, n).items():
            first, second = largest.get(gram, (0, 0))
            largest[gram] = (count, first) if count > first else (first, max(second, count))
    return largest


def _bleu(words: list[str], lengths: Counter[int], best: list[dict[Gram, tuple[int, int]]]) -> float:
    logs = 0.0
    for n, largest in enumerate(best, start=1):
        counts = _grams(words, n)
        total, matched = max(1, counts.total()), 0
        for gram, count in counts.items():
            first, second = largest[gram]
            matched += min(count, second if first == count else first)  # its own count is no other text's
        if n == 1 and not matched:
            return 0.0
        logs += math.log((matched or SMOOTHING) / total) / ORDER
    own = len(words)
    others = [length for length, count in lengths.items() if count > (length == own)]
    nearest = min(others, key=lambda length: (abs(length - own), length))
    return min(1.0, math.exp(1 - nearest / own)) * math.exp(logs)


def _grams(words: list[str], n: int) -> Counter[Gram]:
    return Counter(tuple(words[start : start + n]) for start in range(len(words) - n + 1))
