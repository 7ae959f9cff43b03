"""Conversations that come twice, word for word or nearly so.

Two conversations are near duplicates when the sets of their word triples, the molecules taken as words,
overlap by a given share (Jaccard). Candidates are found by min-hashing, so the time grows with the number of
conversations, not its square; each candidate is then compared exactly. An overlap of .9 is found with a
probability above .999.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from llamo.data.records import Record

NUM_HASHES = 64
BAND = 4  # hashes that have to agree for two conversations to be compared
MAX_COMPARED = 50  # a band; what thousands share is a template, not a copy
_PRIME = np.uint64((1 << 61) - 1)


class DuplicateIndex:
    """Remembers conversations and names an earlier one that a new one repeats.

    Args:
        threshold: Overlap of word triples from which on two are near duplicates; above 1 only exact ones count.
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._exact: dict[bytes, str] = {}
        self._bands: defaultdict[bytes, list[int]] = defaultdict(list)
        self._triples: list[NDArray[np.uint32]] = []
        self._ids: list[str] = []
        generator = np.random.default_rng(7)
        self._a = generator.integers(1, 1 << 31, NUM_HASHES, dtype=np.uint64)
        self._b = generator.integers(0, 1 << 31, NUM_HASHES, dtype=np.uint64)

    def find_exact(self, record: Record) -> str:
        """Return the id of an earlier conversation with the same words and molecules, or ""; remembers this one."""
        words = _words(record)
        key = hashlib.blake2b("\0".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if key in self._exact:
            return self._exact[key]
        self._exact[key] = record.id
        return ""

    def find_near(self, record: Record) -> tuple[str, float]:
        """Return the id of an earlier conversation that nearly says the same and the overlap, or ("", 0.0)."""
        if self.threshold > 1:
            return "", 0.0
        triples = _triple_hashes(_words(record))
        bands = self._signature(triples)
        candidates = {index for band in bands for index in self._bands[band][:MAX_COMPARED]}
        best = max(
            ((_overlap(triples, self._triples[index]), -index) for index in candidates), default=(0.0, 0)
        )
        if best[0] >= self.threshold:
            return self._ids[-best[1]], best[0]
        for band in bands:
            self._bands[band].append(len(self._ids))
        self._ids.append(record.id)
        self._triples.append(triples)
        return "", 0.0

    def _signature(self, triples: NDArray[np.uint32]) -> list[bytes]:
        hashed = (triples.astype(np.uint64)[:, None] * self._a + self._b) % _PRIME  # [triples, NUM_HASHES]
        lowest = hashed.min(axis=0).reshape(-1, BAND)
        return [bytes([number]) + band.tobytes() for number, band in enumerate(lowest)]


def _words(record: Record) -> list[str]:
    words: list[str] = []
    for message in record.messages:
        words += [*message.molecules, *message.text.lower().split(), "\n"]
    return words


def _triple_hashes(words: list[str]) -> NDArray[np.uint32]:
    triples = [" ".join(triple) for triple in zip(words, words[1:], words[2:], strict=False)] or [
        " ".join(words)
    ]
    hashes = [zlib.crc32(triple.encode("utf-8", "surrogatepass")) for triple in triples]
    return np.unique(np.array(hashes, dtype=np.uint32))


def _overlap(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> float:
    shared = np.intersect1d(first, second, assume_unique=True).size
    return float(shared / (first.size + second.size - shared))
