"""Scoring the claim checker on labelled sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from llamo.errors import DataError
from llamo.evaluation.claims_benchmark import score_claims

ROWS = [
    ("a", "It has a carboxylic acid group.", "groups", True),
    ("b", "It has two rings.", "rings", False),
    ("c", "It smells of vinegar.", "neutral", None),
    ("d", "It smells of apples.", "rings", False),
    ("e", "It has one ring.", "rings", True),
]


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    path = tmp_path / "sentences.jsonl"
    names = ("id", "text", "kind", "label")
    rows = [{**dict(zip(names, row, strict=True)), "smiles": "CC(=O)O", "question": ""} for row in ROWS]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


def test_precision_and_recall_by_hand(benchmark: Path):
    """Flagged: b rightly, e wrongly labelled as true; d holds an error that no checker can see."""
    score = score_claims(benchmark)
    assert score.precision is not None
    assert score.recall is not None
    assert (score.precision.value, score.recall.value) == (0.5, 0.5)
    assert score.wrong == {"flagged": ["e"], "missed": ["d"]}
    assert score.outcomes["neutral", "silent"] == 1
    assert score.outcomes["true", "confirmed"] == 1
    assert score.kinds["rings"].total() == 3


def test_nothing_flagged_gives_no_precision(tmp_path: Path):
    (tmp_path / "none.jsonl").write_text("")
    score = score_claims(tmp_path / "none.jsonl")
    assert score.precision is None
    assert score.recall is None


def test_broken_rows_are_named(benchmark: Path, tmp_path: Path):
    benchmark.write_text(benchmark.read_text() + '{"id": "x"}\n')
    with pytest.raises(DataError, match="line 6 is no sentence"):
        score_claims(benchmark)
    with pytest.raises(DataError, match="cannot be read"):
        score_claims(tmp_path / "missing.jsonl")


def test_the_command_prints_and_counts(llamo: Callable[..., object], benchmark: Path):
    result = llamo("bench", "claims", "--in", benchmark, "--json")
    assert json.loads(result.out)["sentences"] == 5
    assert "recall     0.500" in llamo("bench", "claims", "--in", benchmark).out
