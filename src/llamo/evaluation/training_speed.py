"""Samples and a model to measure training on: prepared shards, or records about built-in molecules."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch

from llamo.chem.featurize import featurize
from llamo.data.shards import PreparedRecord, open_shards
from llamo.data.sources import builtin
from llamo.data.sources.rows import MoleculeRow
from llamo.data.tasks import facts, facts_caption
from llamo.errors import DataError
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.names import View
from llamo.models.processing import Encoded, LlamoProcessor
from llamo.training.mixture import SampleView, encode_record
from llamo.training.stages import STAGES, enter_stage

VIEWS: tuple[View, ...] = ("graph", "graph+smiles")
SUBSETS = ("drugs", "natural_products")


def load_trainee(name: str, stage: str) -> tuple[LlamoForConditionalGeneration, LlamoProcessor]:
    """Load a model as a stage trains it, its language model in bf16.

    Args:
        name: a shipped name, a folder or a hub id. stage: "alignment" or "instruction".

    Raises:
        ConfigError: stage "instruction", and the model has no LoRA.
    """
    model = LlamoForConditionalGeneration.from_pretrained(name, dtype=torch.bfloat16)
    enter_stage(model, STAGES[stage])
    return model.train(), LlamoProcessor.from_pretrained(name)


def draw_samples(
    processor: LlamoProcessor, number: int, *, data: Path | None = None, max_length: int = 384, seed: int = 0
) -> list[Encoded]:
    """Draw samples in the order of a run, each half of them shown with SMILES.

    Args:
        data: output of `llamo prepare`; None: captions and questions from exact facts about built-in molecules.

    Raises:
        DataError: there are no records.
    """
    rng = np.random.default_rng(seed)
    records = _built_in(number, seed) if data is None else _prepared(data, number, rng)
    shown = [SampleView(VIEWS[int(which)], counts_only=False) for which in rng.integers(2, size=len(records))]
    return [
        encode_record(record, processor, view, max_length=max_length)
        for record, view in zip(records, shown, strict=True)
    ]


def _prepared(folder: Path, number: int, rng: np.random.Generator) -> list[PreparedRecord]:
    shards = open_shards(folder, "train")
    if not len(shards):
        raise DataError(f"{folder} holds no training records; run llamo prepare first")
    return [shards[int(place)] for place in rng.integers(len(shards), size=number)]


def _built_in(number: int, seed: int) -> list[PreparedRecord]:
    """Take captions and short questions in turn, about molecules drawn with repetition."""
    rng = random.Random(seed)
    rows = [row for subset in SUBSETS for row in builtin.read(subset)]
    found = []
    for place in range(number):
        row = rng.choice(rows)
        other = MoleculeRow(row.number, row.smiles, rng.choice(rows).smiles)
        make = facts_caption.make_record if place % 2 else facts.make_record
        record = make(other, rng, source="built-in")
        turns = [turn.model_dump() for turn in record.messages]
        graphs = [featurize(smiles) for smiles in record.molecules]
        found.append(PreparedRecord(record.id, record.task, record.source, turns, graphs))
    return found
