"""Stage "words": encoder and projector learn the words of a molecule's answers, without the language model.

Aligning through the language model costs a pass of all its layers for each sample. Most of what graph tokens have
to carry, however, is which words fit the molecule ("carboxylic", "gluc", "chloro"), and that can be asked of them
directly: a graph token should point to the embedding of a word that stands in the answer. That takes a small part of
a language model's pass, so that the data are seen several times before alignment begins. Answers that are a number or
a label are asked for likewise, see `llamo.training.readouts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import Dataset

from llamo.chem.molgraph import MolGraph
from llamo.data.collate import collate_graphs
from llamo.data.shards import PreparedRecord, Shards
from llamo.errors import ConfigError
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.training.readouts import (
    NO_READOUT,
    Readouts,
    draw_directions,
    read_record,
    readout_loss,
)
from llamo.training.trainer import LlamoTrainer

MIN_ANSWERS = 8  # a word of the vocabulary stands in so many of the counted answers
MAX_SHARE = 0.5  # and in no more than this share of them: "the" says nothing about a molecule
MIN_WORDS = 5  # in an answer worth learning from
SHARPNESS = 20.0  # of the soft maximum over a molecule's tokens
GAIN = 16.0  # from cosine to logit: small, so that tokens come near the words they stand for
READOUT_WEIGHT = 4.0  # of the loss on numbers and labels beside that on words


class WordVocabulary(NamedTuple):
    """The words that are asked for.

    Shapes: ids int64 [W], token ids of the language model; prior float32 [W], share of answers that hold the word.
    """

    ids: NDArray[np.int64]
    prior: NDArray[np.float32]

    def columns(self, token_ids: Iterable[int]) -> NDArray[np.int64]:
        """Find the columns of the words among some token ids: ids [3, 7, 9], tokens 9, 4, 3 -> [0, 2]."""
        return np.flatnonzero(np.isin(self.ids, np.fromiter(set(token_ids), dtype=np.int64)))


class WordSample(NamedTuple):
    """One molecule and the columns of the words in its answer, or the number that is its answer.

    Attributes:
        readout: kind of the number, `NO_READOUT` where words are the answer. value: standardised.
    """

    graph: MolGraph
    words: NDArray[np.int64]
    readout: int
    value: float


def answer_tokens(record: PreparedRecord, processor: LlamoProcessor) -> list[int]:
    """Tokenize all answers of a record."""
    answers = [message["content"] for message in record.messages if message["role"] == "assistant"]
    text = " ".join(answer if isinstance(answer, str) else answer[0]["text"] for answer in answers)
    ids: list[int] = processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def count_words(answers: Iterable[Sequence[int]]) -> WordVocabulary:
    """Choose the vocabulary: words neither rare nor everywhere, with their shares.

    Raises:
        ConfigError: no word qualifies.
    """
    counts: Counter[int] = Counter()
    total = 0
    for answer in answers:
        counts.update(set(answer))
        total += 1
    kept = sorted(word for word, count in counts.items() if MIN_ANSWERS <= count <= MAX_SHARE * total)
    if not kept:
        raise ConfigError(
            f"stage 'words' found no word in at least {MIN_ANSWERS} of {total} answers; give it more data"
        )
    return WordVocabulary(np.array(kept), np.array([counts[word] / total for word in kept], dtype=np.float32))


def word_loss(
    graph_tokens: Float[Tensor, "B G D"],
    words: Float[Tensor, "W D"],
    prior: Float[Tensor, "W"],  # noqa: UP037
    targets: Float[Tensor, "B W"],
) -> Float[Tensor, ""]:
    """Score how well the best token of each molecule points to the words of its answer.

    The logit of a word is its prior log-odds plus a soft maximum over tokens of the cosine with its embedding; the loss
    is binary cross-entropy, divided by the number of words that stand in the answers.

    Args:
        words: embeddings of the vocabulary, centred and of unit length.
    """
    cosines = F.normalize(graph_tokens, dim=-1) @ words.T  # [B, G, W]
    nearest = (SHARPNESS * cosines).logsumexp(dim=1) - float(np.log(graph_tokens.shape[1]))  # [B, W]
    logits = torch.logit(prior) + GAIN / SHARPNESS * nearest
    total = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    return total / targets.sum().clamp(min=1)


class WordDataset(Dataset[WordSample]):
    """Records about one molecule in training order, with the words of their answers.

    Args:
        order: record numbers (see `llamo.training.mixture.draw_order`); records of several molecules or none, and
            answers of fewer than `MIN_WORDS` words of the vocabulary ("Yes, it is."), are passed over.
        readouts: the kinds of numbers and labels that are asked for.
    """

    def __init__(
        self,
        shards: Shards,
        processor: LlamoProcessor,
        vocabulary: WordVocabulary,
        order: NDArray[np.integer],
        readouts: Readouts,
    ) -> None:
        self.shards = shards
        self.answers: dict[
            int, tuple[NDArray[np.int64], int, float]
        ] = {}  # words, or the kind and value of a number
        for number in map(int, np.unique(order)):
            record = shards[number]
            place, value = readouts.standardise(read_record(record))
            if place != NO_READOUT:
                self.answers[number] = (np.zeros(0, dtype=np.int64), place, value)
                continue
            words = vocabulary.columns(answer_tokens(record, processor))
            if len(record.graphs) == 1 and len(words) >= MIN_WORDS:
                self.answers[number] = (words, NO_READOUT, 0.0)
        self.order = [number for number in map(int, order) if number in self.answers]

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> WordSample:
        number = self.order[index]
        return WordSample(self.shards[number].graphs[0], *self.answers[number])


class WordCollator:
    """Stack samples: word_targets float32 [B, W], readouts int64 [B], values float32 [B], molecules (a MolBatch)."""

    def __init__(self, num_words: int) -> None:
        self.num_words = num_words

    def __call__(self, samples: Sequence[WordSample]) -> dict[str, Any]:  # Any: a tensor and a MolBatch
        targets = torch.zeros(len(samples), self.num_words)
        for row, sample in enumerate(samples):
            targets[row, torch.from_numpy(sample.words)] = 1.0
        return {
            "word_targets": targets,
            "molecules": collate_graphs([sample.graph for sample in samples]),
            "readouts": torch.tensor([sample.readout for sample in samples]),
            "values": torch.tensor([sample.value for sample in samples]),
        }


class WordTrainer(LlamoTrainer):
    """Trains encoder and projector of a whole model on words; the language model lends its embeddings."""

    def __init__(self, *args: Any, vocabulary: WordVocabulary, readouts: Readouts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.args.world_size > 1:
            raise ConfigError("stage 'words' runs in one process; start it without accelerate launch")
        embeddings = self.accelerator.unwrap_model(self.model).get_input_embeddings().weight.detach().float()
        self.center = embeddings.mean(dim=0)
        self.words = F.normalize(embeddings[torch.from_numpy(vocabulary.ids)] - self.center, dim=-1)
        self.prior = torch.from_numpy(vocabulary.prior).to(embeddings.device)
        self.directions = draw_directions(len(readouts.places), embeddings.shape[1]).to(embeddings.device)
        self.is_label = readouts.is_label.to(embeddings.device)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:  # Any: a loss, or a loss and outputs, as the base class has it
        """Score words, numbers and labels; the language model is not called."""
        del num_items_in_batch
        target: LlamoForConditionalGeneration = self.accelerator.unwrap_model(model)
        tokens = target.encode_molecules(inputs["molecules"]).float() - self.center
        places = inputs["readouts"]
        worded = places == NO_READOUT
        loss = word_loss(tokens[worded], self.words, self.prior, inputs["word_targets"][worded])
        loss = loss + READOUT_WEIGHT * readout_loss(
            tokens, self.directions, places, inputs["values"], self.is_label
        )
        return (loss, {"loss": loss}) if return_outputs else loss
