"""Stage "words": encoder and projector learn the words of a molecule's answers, without the language model.

Aligning through the language model costs a pass of all its layers for each sample. Most of what graph tokens have
to carry, however, is which words fit the molecule ("carboxylic", "gluc", "chloro"), and that can be asked of them
directly: a graph token should point to the embedding of a word that stands in the answer. That takes a small part of
a language model's pass, so that the data are seen several times before alignment begins. Answers that are a number or
a label are asked for likewise, see `llamo.training.readouts`, and so are answers to Yes/No questions, see
`llamo.training.asked_words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from llamo.data.shards import PreparedRecord, Shards, text_of
from llamo.errors import ConfigError
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.models.word_scores import MIN_TEXTS, WordVocabulary, choose_vocabulary, word_directions, word_gains
from llamo.training.asked_words import TASK as QUESTION_TASK
from llamo.training.asked_words import AskedWords, collect_questions, join_questions, question_loss
from llamo.training.readouts import (
    NO_READOUT,
    Readouts,
    draw_directions,
    fit_readouts,
    read_record,
    readout_loss,
)
from llamo.training.readouts import TASKS as READOUT_TASKS
from llamo.training.token_figures import Readings, TokenReader, read_tokens, token_figures
from llamo.training.trainer import LlamoTrainer

NUMBERS_TASK = "energies"  # several numbers: nothing that one word or readout could say
MIN_WORDS = 5  # in an answer worth learning from
READOUT_WEIGHT = 4.0  # of the loss on numbers and labels beside that on words
QUESTION_WEIGHT = 4.0  # of the loss on Yes/No questions


class Asked(NamedTuple):
    """All that stage "words" asks for.

    Attributes:
        vocabulary: words of answers. readouts: kinds of numbers and labels. questions: Yes/No questions.
    """

    vocabulary: WordVocabulary
    readouts: Readouts
    questions: AskedWords


NO_QUESTIONS = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


class WordAnswer(NamedTuple):
    """What one record asks of its molecule's tokens: words, or a number, or Yes/No questions.

    Attributes:
        words: columns of the words in the answer. readout: kind of the number or label, `NO_READOUT` for none. value:
            standardised. questions: rows of the questions with 1 for yes, 0 for no.
    """

    words: NDArray[np.int64] = NO_QUESTIONS[0]
    readout: int = NO_READOUT
    value: float = 0.0
    questions: tuple[NDArray[np.int64], NDArray[np.float32]] = NO_QUESTIONS


class WordSample(NamedTuple):
    """One molecule and what is asked of its tokens."""

    graph: MolGraph
    answer: WordAnswer


def answer_tokens(record: PreparedRecord, processor: LlamoProcessor) -> list[int]:
    """Tokenize all answers of a record."""
    text = " ".join(
        text_of(message["content"]) for message in record.messages if message["role"] == "assistant"
    )
    ids: list[int] = processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def collect_asked(shards: Shards, members: NDArray[np.integer], processor: LlamoProcessor) -> Asked:
    """Find out what some training records ask for.

    Raises:
        ConfigError: as `count_words`.
    """
    tasks = np.array(shards.column("task"))[members]
    is_reading, is_question = np.isin(tasks, READOUT_TASKS), tasks == QUESTION_TASK

    def records(chosen: NDArray[np.bool_]) -> Iterator[PreparedRecord]:
        return (shards[int(number)] for number in members[chosen])

    described = ~is_reading & ~is_question & (tasks != NUMBERS_TASK)
    return Asked(
        count_words(answer_tokens(record, processor) for record in records(described)),
        fit_readouts(read_record(record) for record in records(is_reading)),
        collect_questions(records(is_question), processor),
    )


def count_words(answers: Iterable[Sequence[int]]) -> WordVocabulary:
    """Choose the vocabulary: words neither rare nor everywhere, with their shares; none without answers.

    Raises:
        ConfigError: there are answers, but no word qualifies.
    """
    tokenized = list(answers)
    vocabulary = choose_vocabulary(tokenized)
    if tokenized and not len(vocabulary.ids):
        raise ConfigError(
            f"stage 'words' found no word in at least {MIN_TEXTS} of {len(tokenized)} answers; give it more data"
        )
    return vocabulary


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
    logits = torch.logit(prior) + word_gains(graph_tokens, words)  # [B, W]
    total = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    return total / targets.sum().clamp(min=1)


class WordDataset(Dataset[WordSample]):
    """Records about one molecule in training order, with what is asked of their tokens.

    Args:
        order: record numbers (see `llamo.training.mixture.draw_order`); records of several molecules or none, and
            answers of fewer than `MIN_WORDS` words of the vocabulary ("Yes, it is."), are passed over.
        asked: see `collect_asked`.
    """

    def __init__(
        self, shards: Shards, processor: LlamoProcessor, asked: Asked, order: NDArray[np.integer]
    ) -> None:
        self.shards = shards
        self.answers: dict[int, WordAnswer] = {}
        for number in map(int, np.unique(order)):
            answer = read_answer(shards[number], processor, asked)
            if answer is not None:
                self.answers[number] = answer
        self.order = [number for number in map(int, order) if number in self.answers]

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> WordSample:
        number = self.order[index]
        return WordSample(self.shards[number].graphs[0], self.answers[number])


def read_answer(record: PreparedRecord, processor: LlamoProcessor, asked: Asked) -> WordAnswer | None:
    """Find what a record asks of its molecule's tokens; None for records of several molecules and short answers."""
    if len(record.graphs) != 1 or record.task == NUMBERS_TASK:
        return None
    if record.task == QUESTION_TASK:
        questions = asked.questions.of(record)
        return WordAnswer(questions=questions) if len(questions[0]) else None
    place, value = asked.readouts.standardise(read_record(record))
    if place != NO_READOUT:
        return WordAnswer(readout=place, value=value)
    words = asked.vocabulary.columns(answer_tokens(record, processor))
    return WordAnswer(words) if len(words) >= MIN_WORDS else None


class WordCollator:
    """Stack samples: word_targets float32 [B, W], molecules (a MolBatch), readouts int64 [B], values float32 [B].

    Questions come as `llamo.training.asked_words.join_questions` has them.
    """

    def __init__(self, num_words: int) -> None:
        self.num_words = num_words

    def __call__(self, samples: Sequence[WordSample]) -> dict[str, Any]:  # Any: a tensor and a MolBatch
        targets = torch.zeros(len(samples), self.num_words)
        answers = [sample.answer for sample in samples]
        for row, answer in enumerate(answers):
            targets[row, torch.from_numpy(answer.words)] = 1.0
        return {
            "word_targets": targets,
            "molecules": collate_graphs([sample.graph for sample in samples]),
            "readouts": torch.tensor([answer.readout for answer in answers]),
            "values": torch.tensor([answer.value for answer in answers]),
            **join_questions([answer.questions for answer in answers]),
        }


class WordTrainer(LlamoTrainer):
    """Trains encoder and projector of a whole model on words; the language model lends its embeddings."""

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.args.world_size > 1:
            raise ConfigError("stage 'words' runs in one process; start it without accelerate launch")
        embeddings = self.accelerator.unwrap_model(self.model).get_input_embeddings().weight.detach().float()
        device = embeddings.device
        self.center = embeddings.mean(dim=0)
        self.words = word_directions(embeddings, self.center, asked.vocabulary)
        self.prior = torch.from_numpy(asked.vocabulary.prior).to(device)
        self.reader = TokenReader(
            asked.readouts.to(device),
            draw_directions(asked.readouts.num_directions, embeddings.shape[1]).to(device),
            asked.questions.directions((embeddings - self.center).cpu()).to(device),
        )
        self.readings: list[Readings] = []

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:  # Any: a loss, or a loss and outputs, as the base class has it
        """Score words, numbers, labels and questions; the language model is not called."""
        del num_items_in_batch
        target: LlamoForConditionalGeneration = self.accelerator.unwrap_model(model)
        tokens = target.encode_molecules(inputs["molecules"]).float() - self.center
        worded = inputs["word_targets"].any(dim=1)
        loss = word_loss(tokens[worded], self.words, self.prior, inputs["word_targets"][worded])
        loss = loss + READOUT_WEIGHT * readout_loss(
            tokens, self.reader.directions, inputs["readouts"], inputs["values"], self.reader.readouts
        )
        loss = loss + QUESTION_WEIGHT * question_loss(
            tokens,
            self.reader.questions,
            inputs["question_molecules"],
            inputs["questions"],
            inputs["question_answers"],
        )
        if not model.training:
            self.readings.append(read_tokens(tokens.detach(), inputs, self.reader))
        return (loss, {"loss": loss}) if return_outputs else loss

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:  # Any: as the base class has them
        """Evaluate, and log what can be read off the graph tokens."""
        self.readings.clear()
        figures = super().evaluate(*args, **kwargs)
        said = token_figures(self.readings, self.reader.readouts)
        self.log(said)
        return {**figures, **said}
