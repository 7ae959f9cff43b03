"""What the checker makes of captions: counts by status, the control with wrong molecules, the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from llamo.evaluation.caption_claims import Caption, check_captions, mismatch

CAPTIONS = [
    Caption(1, "CC(=O)O", "The molecule is a monocarboxylic acid. It has a methyl group."),
    Caption(2, "CCO", "The molecule is a primary alcohol and a dicarboxylic acid."),
    Caption(3, "c1ccccc1", "It smells sweet."),
    Caption(4, "C1CC", "The molecule is a ketone."),
]


def test_counts_by_hand():
    result = check_captions(CAPTIONS)
    figures = result.as_dict()
    assert figures["claims"] == {"supported": 3, "contradicted": 1, "not checkable": 0}
    assert figures["supported"][0] == 0.75
    assert (figures["captions"], figures["without_claims"], figures["unreadable"]) == (3, 1, 1)
    assert [(one.row, one.expected) for one in result.contradicted] == [(2, "no carboxylic acid")]
    assert 0 < figures["milliseconds"]["mean"] <= figures["milliseconds"]["max"]


def test_wrong_molecules_are_noticed():
    swapped = list(mismatch(CAPTIONS[:3]))
    assert [caption.smiles for caption in swapped] == ["CCO", "c1ccccc1", "CC(=O)O"]
    assert check_captions(swapped).as_dict()["claims"]["contradicted"] == 3
    assert list(mismatch([])) == []


def test_without_claims_there_is_no_share():
    assert check_captions(CAPTIONS[2:3]).supported() is None
    assert check_captions([]).as_dict()["milliseconds"] == {}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "captions.tsv"
    path.write_text("mol\ttext\n" + "".join(f"{one.smiles}\t{one.text}\n" for one in CAPTIONS))
    return path


def test_the_command_prints_and_counts(llamo: Callable[..., object], table: Path):
    columns = ("--smiles-column", "mol", "--text-column", "text")
    result = json.loads(llamo("bench", "claims", "--captions", table, *columns, "--json").out)
    assert result["contradicted"][0]["row"] == 2
    shown = llamo("bench", "claims", "--captions", table, *columns).out
    assert "1 claims contradicted" in shown
    assert "row 2 group: 'a dicarboxylic acid', but no carboxylic acid" in shown
    assert "row 2" not in llamo("bench", "claims", "--captions", table, *columns, "--mismatched").out


def test_bad_usage_says_what_to_do(llamo: Callable[..., object], table: Path):
    result = llamo("bench", "claims")
    assert result.code == 2
    assert "pass one of --in" in result.err
    result = llamo(
        "bench", "claims", "--captions", table, "--smiles-column", "mol", "--text-column", "caption"
    )
    assert result.code == 1
    assert "has no column 'caption'" in result.err
