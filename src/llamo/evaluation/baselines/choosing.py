"""Choosing among the texts of similar molecules: how well each fits the graph, by the model's own likelihood.

    score = WEIGHT * similarity + mean over tokens of (log p(token | molecule) - log p(token | no molecule))

The second term is what the molecule adds to the probability of a text (its pointwise mutual information, a token):
the plain likelihood would prefer texts that are likely for any molecule. Nothing is generated, every answer is a
copy; the nearest text is the answer wherever the model sees no reason for another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from llamo.inference.conversation import Conversation

WEIGHT = 2.0  # the best of 0, 1 and 2 in a trial on 17 validation descriptions (docs/baselines.md); not tuned further


class Scores(Protocol):
    """What is asked of an engine (`llamo.inference.engines.TransformersEngine`)."""

    def log_probabilities(
        self, conversations: Sequence[Conversation], answers: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Score one given answer to each conversation, in nats a token."""


Choose = Callable[[Conversation, Sequence[str], Sequence[float]], list[float]]


class Chooser:
    """Scores the texts of a molecule's neighbours.

    Args:
        engine: the model that reads the molecule.
        weight: of the similarity beside nats a token.
    """

    def __init__(self, engine: Scores, *, weight: float = WEIGHT) -> None:
        self._engine = engine
        self._weight = weight
        self._unseen: dict[str, float] = {}

    def __call__(
        self, conversation: Conversation, texts: Sequence[str], similarities: Sequence[float]
    ) -> list[float]:
        """Score K texts as answers to a conversation about one molecule; the higher the better.

        Args:
            conversation: ends in a user turn. texts: K. similarities: of their molecules, 0 to 1.
        """
        seen = self._means(conversation, texts)
        new = [text for text in dict.fromkeys(texts) if text not in self._unseen]
        self._unseen |= dict(zip(new, self._means(without_molecules(conversation), new), strict=True))
        return [
            self._weight * similarity + mean - self._unseen[text]
            for text, similarity, mean in zip(texts, similarities, seen, strict=True)
        ]

    def _means(self, conversation: Conversation, texts: Sequence[str]) -> list[float]:
        if not texts:
            return []
        scores = self._engine.log_probabilities([conversation] * len(texts), list(texts))
        return [sum(row) / len(row) for row in scores]


def without_molecules(conversation: Conversation) -> Conversation:
    """Take the molecules out, leave the words: `[molecule, "Describe it."] -> ["Describe it."]`."""
    return [{**message, "content": _words(message["content"])} for message in conversation]


def _words(content: object) -> object:
    """Leave the text parts of a message's content."""
    if not isinstance(content, list):
        return content
    return [part for part in content if part["type"] != "molecule"]
