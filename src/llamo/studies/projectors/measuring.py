"""Scores of a trained cell: losses of held-back answers, with and without the language model, and numbers said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import torch

from llamo.data.shards import PreparedRecord, open_shards, text_of
from llamo.data.tasks import description, iupac, property
from llamo.data.tasks.answers import parse_number
from llamo.evaluation.bleu import corpus_bleu
from llamo.inference.engines import TransformersEngine
from llamo.inference.settings import GenerationSettings
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.studies.frame.results import Row
from llamo.studies.frame.study import Bench
from llamo.studies.graph_control import answer_losses
from llamo.studies.projectors.settings import ProjectorsSettings
from llamo.studies.projectors.training import VIEW, word_values
from llamo.training.config import RunConfig
from llamo.training.mixture import SampleView
from llamo.training.run import word_trainer
from llamo.training.words import READOUT_WEIGHT

BATCH = 64  # samples scored or asked at once
WRITTEN = (description.NAME, iupac.NAME)
TEXT = GenerationSettings(max_new_tokens=120)
NUMBER = GenerationSettings(max_new_tokens=10)  # tokens of a number, each digit is one


def loss_rows(model: LlamoForConditionalGeneration, processor: LlamoProcessor, shards: Path) -> list[Row]:
    """Score the held-back answers: rows of table "losses", nats a token, by number of the record."""
    records = list(open_shards(shards, "validation"))
    losses = answer_losses(model, processor, records, SampleView(VIEW, counts_only=False), batch_size=BATCH)
    return [
        {"table": "losses", "task": record.task, "sample": number, "loss": float(loss)}
        for number, (record, loss) in enumerate(zip(records, losses, strict=True))
    ]


def number_rows(model: LlamoForConditionalGeneration, processor: LlamoProcessor, shards: Path) -> list[Row]:
    """Let the model say the numbers of held-back molecules, greedily: rows of table "numbers"."""
    asked = [
        (number, record)
        for number, record in enumerate(open_shards(shards, "validation"))
        if record.task == property.NAME
    ]
    said = _said(model, processor, [record for _, record in asked], NUMBER)
    return [
        {
            "table": "numbers",
            "kind": record.id.rsplit(":", 1)[-1],
            "sample": number,
            "said": parse_number(text),
            "truth": parse_number(text_of(record.messages[-1]["content"])),
        }
        for (number, record), text in zip(asked, said, strict=True)
    ]


def text_rows(model: LlamoForConditionalGeneration, processor: LlamoProcessor, shards: Path) -> list[Row]:
    """Let the model write held-back descriptions and names, greedily: rows of table "texts", corpus BLEU-4 by task.

    Words, numbers and single signs are the tokens; the protocols of published figures have others.
    """
    found = list(open_shards(shards, "validation"))
    rows: list[Row] = []
    for task in WRITTEN:
        records = [record for record in found if record.task == task]
        said = [words_of(text) for text in _said(model, processor, records, TEXT)]
        truth = [words_of(text_of(record.messages[-1]["content"])) for record in records]
        rows.append({"table": "texts", "task": task, "bleu-4": corpus_bleu(said, truth, order=4)})
    return rows


def _said(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    records: Sequence[PreparedRecord],
    settings: GenerationSettings,
) -> list[str]:
    """Let the model give the last answer of each record, from its graph alone."""
    engine = TransformersEngine(model, processor, view=VIEW)
    said: list[str] = []
    for start in range(0, len(records), BATCH):
        said += engine.generate([record.messages[:-1] for record in records[start : start + BATCH]], settings)
    return said


def words_of(text: str) -> list[str]:
    """Cut a text into words, numbers and single signs: "2-chlorophenol" -> "2", "-", "chlorophenol"."""
    return re.findall(r"[^\W\d_]+|\d+|\S", text)


def word_rows(bench: Bench[ProjectorsSettings], shards: Path, folder: Path) -> list[Row]:
    """Score the held-back answers as stage `words` does, one by one: rows of table "words".

    A loss is nats a word that stands in the answer, or of a number as `llamo.training.readouts.readout_loss` has it.
    """
    values = word_values(bench, shards, {"checkpoint": folder})
    values["optim"] = {"steps": 1, "batch_size": 2}  # no step is made: the trainer lends its loss
    values |= {"device": "cpu", "bf16": False, "eval_steps": 1}
    config = RunConfig.model_validate(values | {"output": bench.run_folder("judge", bench.cell.ablation)})
    trainer = word_trainer(config)
    held_back = trainer.eval_dataset
    records = open_shards(shards, "validation")
    trainer.model.eval()
    rows: list[Row] = []
    with torch.no_grad():
        for place, number in enumerate(held_back.order):
            batch = trainer.data_collator([held_back[place]])
            loss = float(trainer.compute_loss(trainer.model, batch))
            task = records[number].task
            weight = READOUT_WEIGHT if task == property.NAME else 1.0
            rows.append({"table": "words", "task": task, "sample": number, "loss": loss / weight})
    return rows
