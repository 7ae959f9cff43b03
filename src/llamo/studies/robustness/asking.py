"""Putting questions to the raw model: no facts tool, no retrieval, greedy decoding, every answer kept."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from transformers import BatchFeature

from llamo.chem.featurize import featurize
from llamo.chem.molgraph import MolGraph
from llamo.data.shards import PreparedRecord
from llamo.inference.choices import choice_probabilities
from llamo.inference.conversation import assistant_message
from llamo.inference.engines import TransformersEngine
from llamo.inference.prompts import task_settings
from llamo.inference.settings import GenerationSettings
from llamo.studies.graph_control import answer_losses
from llamo.studies.robustness.answer_log import AnswerLog
from llamo.studies.robustness.question import Answer, Asked, Question
from llamo.training.mixture import SampleView


@dataclass(frozen=True)
class Asker:
    """Asks one model.

    Attributes:
        engine: The model with its processor.
        log: Where answers are kept, and found again.
        batch_size: Questions asked at once.
        max_new_tokens: Longest answer; None for what suits each task.
        on_questions: Told how many questions a probe has that were not answered before.
        on_answers: Told how many more are answered.
    """

    engine: TransformersEngine
    log: AnswerLog
    batch_size: int = 8
    max_new_tokens: int | None = None
    on_questions: Callable[[int], None] = lambda _: None
    on_answers: Callable[[int], None] = lambda _: None

    def ask(self, questions: Sequence[Question]) -> list[Asked]:
        """Answer questions, those that were answered before from the log; in order."""
        new = {question.key: question for question in questions if question.key not in self.log}
        self.on_questions(len(new))
        for batch in _batches(list(new.values()), self.batch_size):
            answers = self._answer(batch)
            self.log.add({question.key: answer for question, answer in zip(batch, answers, strict=True)})
            self.on_answers(len(batch))
        return [Asked(question, self.log[question.key]) for question in questions]

    def _answer(self, batch: Sequence[Question]) -> list[Answer]:
        """Answer questions of one form, in one batch."""
        if batch[0].said:
            return [Answer(log_probability=value) for value in self._log_probabilities(batch)]
        texts = [""] * len(batch) if batch[0].is_silent else self._generate(batch)
        if not batch[0].choices:
            return [Answer(text) for text in texts]
        scores = choice_probabilities(
            self.engine.model,
            self.engine.processor,
            [question.conversation() for question in batch],
            batch[0].choices,
            view=batch[0].view,
            graphs=[[_graph(question)] for question in batch],
        )
        return [Answer(text, score=row[0]) for text, row in zip(texts, scores, strict=True)]

    def _generate(self, batch: Sequence[Question]) -> list[str]:
        processor, model = self.engine.processor, self.engine.model
        inputs: BatchFeature = processor.apply_chat_template(
            [question.conversation() for question in batch],
            view=batch[0].view,
            graphs=[[_graph(question)] for question in batch],
        )
        sent = {name: value.to(model.device) for name, value in inputs.items() if value is not None}
        settings = probe_settings(batch[0].task, self.max_new_tokens).to_generate_arguments()
        with torch.inference_mode():
            ids = model.generate(**sent, **settings, pad_token_id=processor.pad_token_id)  # [B, T]
        return processor.batch_decode(ids)

    def _log_probabilities(self, batch: Sequence[Question]) -> list[float]:
        """Mean log-probability a token of the answers that are given."""
        losses = answer_losses(
            self.engine.model,
            self.engine.processor,
            [_record(question) for question in batch],
            SampleView(batch[0].view, counts_only=False),
            batch_size=len(batch),
        )
        return [-float(loss) for loss in losses]


def probe_settings(task: str, max_new_tokens: int | None = None) -> GenerationSettings:
    """Choose the decoding of a probe: as the task's, but greedy, so that one answer costs a third."""
    settings = replace(task_settings(task), num_beams=1)
    return settings if max_new_tokens is None else replace(settings, max_new_tokens=max_new_tokens)


def _batches(questions: Sequence[Question], size: int) -> Iterator[list[Question]]:
    """Cut questions into batches of one form and like length, the longest first."""

    def form(question: Question) -> tuple[object, ...]:
        return question.task, question.view, question.choices, question.is_silent, bool(question.said)

    def length(question: Question) -> int:
        return len(question.prompt_smiles) + len(question.text) + len(question.said)

    ordered = sorted(questions, key=lambda one: (form(one), -length(one)))
    for _, same in itertools.groupby(ordered, form):
        members = list(same)
        for start in range(0, len(members), size):
            yield members[start : start + size]


def _graph(question: Question) -> MolGraph:
    """Compute the graph that is shown: the donor's, or that of the SMILES as it is written."""
    graph = _featurized(question.donor or question.prompt_smiles)
    return graph.without_atoms() if question.counts_only else graph


@lru_cache(maxsize=4096)
def _featurized(smiles: str) -> MolGraph:
    return featurize(smiles)


def _record(question: Question) -> PreparedRecord:
    """Write a question and its given answer as training does."""
    messages = [*question.conversation(), assistant_message(question.said)]
    return PreparedRecord(question.key, question.task, "", messages, [_graph(question)])
