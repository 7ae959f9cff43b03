from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from llamo.inference.engines import TransformersEngine
from llamo.studies.robustness.answer_log import AnswerLog
from llamo.studies.robustness.asking import Asker
from llamo.studies.robustness.molecules import Subject
from llamo.studies.robustness.question import Answer, Asked, Question
from llamo.testing.tiny import tiny_model

SMILES = (
    "CC(=O)Oc1ccccc1C(=O)O", "CCOC(=O)C", "c1ccc2ncccc2c1", "CC(C)NCC(O)c1ccccc1", "O=C1CCCCC1", "CCCCCO",
    "Clc1ccccc1C#N", "OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O", "CN1CCC(CC1)C(N)=O", "CSCC[C@H](N)C(=O)O",
)  # fmt: skip


@pytest.fixture
def subjects() -> list[Subject]:
    return [
        Subject(smiles, f"row {number}", f"It is number {number}.") for number, smiles in enumerate(SMILES)
    ]


@pytest.fixture(scope="session")
def tiny_engine() -> TransformersEngine:
    model, processor = tiny_model()
    return TransformersEngine(model, processor, model_name="tiny")


@pytest.fixture
def asker(tiny_engine: TransformersEngine, tmp_path: Path) -> Asker:
    """Asks the tiny model, in single precision, for few words."""
    return Asker(tiny_engine, AnswerLog(tmp_path / "answers.jsonl", {"model": "tiny"}), 16, 6)


@pytest.fixture
def answering() -> Callable[[Callable[[Question], Answer]], Callable[[Sequence[Question]], list[Asked]]]:
    """Turns a rule into what a probe asks: a model whose every answer is known."""
    return lambda rule: lambda questions: [Asked(one, rule(one)) for one in questions]
