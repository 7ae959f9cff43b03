"""Yes/No questions in stage "words": a graph token leans towards the words of what a molecule is asked for and has.

"Does it have a carboxylic acid?" - "Yes." asks for a token near the embeddings of "carboxylic acid". Words that stand
in most questions weigh nothing, so that no list of groups and no wording has to be known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from llamo.data.shards import PreparedRecord, text_of
from llamo.models.processing import LlamoProcessor
from llamo.models.word_scores import soft_maximum

TASK = "interview"
GAIN = 24.0  # from cosine to logit
THRESHOLD = 0.15  # cosine of the nearest token that says neither yes nor no
MIN_WEIGHT = 0.3  # of what the rarest word weighs; words in more questions are passed over


class AskedWords(NamedTuple):
    """All Yes/No questions of some records.

    Attributes:
        numbers: the row of each question's text in `directions`.
        token_ids, weights: by row, the words of the question that say what is asked for.
    """

    numbers: dict[str, int]
    token_ids: list[NDArray[np.int64]]
    weights: list[NDArray[np.float32]]

    def directions(self, embeddings: Float[Tensor, "V D"]) -> Float[Tensor, "U D"]:
        """Average the centred embeddings of each question's words: unit vectors, one a question."""
        rows = [
            torch.from_numpy(weights) @ embeddings[torch.from_numpy(ids)]
            for ids, weights in zip(self.token_ids, self.weights, strict=True)
        ]
        return F.normalize(torch.stack(rows), dim=-1) if rows else embeddings[:0]

    def of(self, record: PreparedRecord) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """List the questions of a record that are known here, with 1 for yes and 0 for no."""
        known = [(self.numbers[text], yes) for text, yes in read_questions(record) if text in self.numbers]
        return np.array([number for number, _ in known], dtype=np.int64), np.array(
            [yes for _, yes in known], dtype=np.float32
        )


def read_questions(record: PreparedRecord) -> list[tuple[str, bool]]:
    """List the Yes/No questions of an interview about one molecule, in lower case."""
    if record.task != TASK or len(record.graphs) != 1:
        return []
    texts = [text_of(message["content"]).lower() for message in record.messages]
    roles = [message["role"] for message in record.messages]
    return [
        (question, answer.startswith("yes"))
        for question, answer, role in zip(texts, texts[1:], roles, strict=False)
        if role == "user" and answer.startswith(("yes", "no.", "no,"))
    ]


def collect_questions(records: Iterable[PreparedRecord], processor: LlamoProcessor) -> AskedWords:
    """Collect the Yes/No questions of training records and weigh their words by rarity among all questions asked."""
    asked = Counter(text for record in records for text, _ in read_questions(record))
    ids = {
        text: sorted(set(processor.tokenizer(text, add_special_tokens=False)["input_ids"])) for text in asked
    }
    counts: Counter[int] = Counter()
    for text, times in asked.items():
        counts.update(dict.fromkeys(ids[text], times))
    total = sum(asked.values())
    numbers: dict[str, int] = {}
    kept_ids, kept_weights = [], []
    for text in sorted(asked):
        rarity = np.array([np.log(total / counts[word]) for word in ids[text]], dtype=np.float32)
        kept = rarity >= MIN_WEIGHT * np.log(total)
        if kept.any():
            numbers[text] = len(numbers)
            kept_ids.append(np.array(ids[text], dtype=np.int64)[kept])
            kept_weights.append(rarity[kept])
    return AskedWords(numbers, kept_ids, kept_weights)


def question_loss(
    graph_tokens: Float[Tensor, "B G D"],
    directions: Float[Tensor, "U D"],
    molecules: Int[Tensor, "Q"],  # noqa: UP037
    questions: Int[Tensor, "Q"],  # noqa: UP037
    yes: Float[Tensor, "Q"],  # noqa: UP037
) -> Float[Tensor, ""]:
    """Score whether the best token of each molecule points to what was asked for, where the answer is yes.

    Binary cross-entropy, averaged over questions; zero without any.

    Args:
        graph_tokens: centred. molecules: of each question. questions: rows of `directions`. yes: 1 for yes, 0 for no.
    """
    if not len(questions):
        return graph_tokens.sum() * 0.0
    return F.binary_cross_entropy_with_logits(
        question_logits(graph_tokens, directions, molecules, questions), yes
    )


def question_logits(
    graph_tokens: Float[Tensor, "B G D"],
    directions: Float[Tensor, "U D"],
    molecules: Int[Tensor, "Q"],  # noqa: UP037
    questions: Int[Tensor, "Q"],  # noqa: UP037
) -> Float[Tensor, "Q"]:  # noqa: UP037
    """Return the log-odds of yes; see `question_loss`."""
    tokens = F.normalize(graph_tokens, dim=-1)[molecules]  # [Q, G, D]
    cosines = torch.einsum("qgd,qd->qg", tokens, directions[questions])
    return GAIN * (soft_maximum(cosines) - THRESHOLD)


def join_questions(samples: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]]) -> dict[str, Tensor]:
    """Stack the questions of a batch: question_molecules, questions int64 [Q], question_answers float32 [Q]."""
    return {
        "question_molecules": torch.from_numpy(
            np.repeat(np.arange(len(samples)), [len(questions) for questions, _ in samples])
        ),
        "questions": torch.from_numpy(np.concatenate([questions for questions, _ in samples])),
        "question_answers": torch.from_numpy(np.concatenate([answers for _, answers in samples])),
    }
