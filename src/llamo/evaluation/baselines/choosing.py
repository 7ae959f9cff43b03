"""Choosing among the texts of similar molecules: whose words are those that the graph tokens lean towards.

    score = WEIGHT * similarity + sum over the text's words of what the graph adds to their log-odds

The words and what is added are those of stage "words" (`llamo.models.word_scores`); words that are rare or everywhere
in the known texts do not count. The language model itself is not run, and nothing is generated: every answer is a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from llamo.inference.conversation import Conversation, molecules_in

if TYPE_CHECKING:
    from jaxtyping import Float
    from torch import Tensor

    from llamo.inference.engines import TransformersEngine

WEIGHT = 1000.0  # between the best on ChEBI-20 (640) and PubChem324k (1280) validation captions (docs/baselines.md)

Choose = Callable[[Conversation, Sequence[str], Sequence[float]], list[float]]
MakeChoose = Callable[[Iterable[str]], Choose]


class Chooser:
    """Scores the texts of a molecule's neighbours.

    Args:
        engine: the model whose graph tokens are looked at. known_texts: all that may be copied, for the vocabulary.
        weight: of the similarity beside log-odds.
    """

    def __init__(
        self, engine: TransformersEngine, known_texts: Iterable[str], *, weight: float = WEIGHT
    ) -> None:
        from llamo.models.word_scores import choose_vocabulary, word_directions

        self._engine = engine
        self._weight = weight
        self._vocabulary = choose_vocabulary(self._tokens(text) for text in known_texts)
        embeddings = engine.model.get_input_embeddings().weight.detach().float()
        self._center = embeddings.mean(dim=0)
        self._words = word_directions(embeddings, self._center, self._vocabulary)

    def __call__(
        self, conversation: Conversation, texts: Sequence[str], similarities: Sequence[float]
    ) -> list[float]:
        """Score K texts as answers to a conversation about one molecule or several; the higher the better.

        Args:
            texts: K. similarities: of their molecules, 0 to 1.
        """
        gains = self._gains(molecules_in(conversation))
        return [
            self._weight * similarity + float(gains[self._vocabulary.columns(self._tokens(text))].sum())
            for text, similarity in zip(texts, similarities, strict=True)
        ]

    def _gains(self, smiles: Sequence[str]) -> Float[Tensor, "W"]:  # noqa: UP037
        import torch

        from llamo.chem.featurize import featurize
        from llamo.data.collate import collate_graphs
        from llamo.models.word_scores import word_gains

        molecules = collate_graphs([featurize(one) for one in smiles]).to(self._engine.model.device)
        with torch.inference_mode():
            tokens = self._engine.model.encode_molecules(molecules).float() - self._center  # [M, G, D]
            return word_gains(tokens.flatten(0, 1).unsqueeze(0), self._words)[0].cpu()

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._engine.processor.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids
