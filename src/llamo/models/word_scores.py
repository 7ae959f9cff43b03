"""How near graph tokens are to the words of a text: what stage "words" trains, and what copied texts are chosen by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

MIN_TEXTS = 8  # a word of the vocabulary stands in so many of the counted texts
MAX_SHARE = 0.5  # and in no more than this share of them: "the" says nothing about a molecule
SHARPNESS = 20.0  # of the soft maximum over a molecule's tokens
GAIN = 16.0  # from cosine to logit: small, so that tokens come near the words they stand for


class WordVocabulary(NamedTuple):
    """The words that tell texts apart.

    Shapes: ids int64 [W], token ids of the language model; prior float32 [W], share of texts that hold the word.
    """

    ids: NDArray[np.int64]
    prior: NDArray[np.float32]

    def columns(self, token_ids: Iterable[int]) -> NDArray[np.int64]:
        """Find the columns of the words among some token ids: ids [3, 7, 9], tokens 9, 4, 3 -> [0, 2]."""
        return np.flatnonzero(np.isin(self.ids, np.fromiter(set(token_ids), dtype=np.int64)))


def choose_vocabulary(texts: Iterable[Iterable[int]]) -> WordVocabulary:
    """Choose words neither rare nor everywhere in some tokenized texts, with their shares; there may be none."""
    counts: Counter[int] = Counter()
    total = 0
    for text in texts:
        counts.update(set(text))
        total += 1
    kept = sorted(word for word, count in counts.items() if MIN_TEXTS <= count <= MAX_SHARE * total)
    return WordVocabulary(
        np.array(kept, dtype=np.int64), np.array([counts[word] / total for word in kept], dtype=np.float32)
    )


def word_directions(
    embeddings: Float[Tensor, "V D"],
    center: Float[Tensor, "D"],  # noqa: UP037
    vocabulary: WordVocabulary,
) -> Float[Tensor, "W D"]:
    """Return the embeddings of a vocabulary, centred and of unit length."""
    return F.normalize(embeddings[torch.from_numpy(vocabulary.ids).to(embeddings.device)] - center, dim=-1)


def word_gains(graph_tokens: Float[Tensor, "B G D"], words: Float[Tensor, "W D"]) -> Float[Tensor, "B W"]:
    """Tell how much each molecule's tokens add to the log-odds of each word: a soft maximum of cosines.

    Args:
        graph_tokens: centred. words: as `word_directions` returns them.
    """
    cosines = F.normalize(graph_tokens, dim=-1) @ words.T  # [B, G, W]
    return GAIN * soft_maximum(cosines)  # [B, W]


def soft_maximum(cosines: Float[Tensor, "B G ..."]) -> Float[Tensor, "B ..."]:
    """Take the maximum over tokens, softly, so that not the nearest alone learns; equal values stay as they are."""
    return ((SHARPNESS * cosines).logsumexp(dim=1) - math.log(cosines.shape[1])) / SHARPNESS
