from __future__ import annotations

import json
from pathlib import Path

QUESTIONS = Path(__file__).parent.parent / "assistant"


def test_bench_router_lists_every_error(llamo) -> None:
    done = llamo("bench", "router", "--routes", QUESTIONS / "router_questions.jsonl", "--json")
    found = json.loads(done.out)
    assert done.code == 0
    assert found["questions"] == 300
    assert len(found["errors"]) == 300 - found["right"] == sum(number for *_, number in found["confusions"])
    low, high = found["accuracy"][1:]
    assert low < found["right"] / 300 < high


def test_bench_router_in_words(llamo, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "kind": "rings", "smiles": "CCO", "question": "How many rings?", "answer": 0, "tolerance": None,
         "route": "hand"},
        {"id": "b", "kind": "rings", "smiles": "CCO", "question": "Ringe?", "answer": 0, "tolerance": None},
    ]  # fmt: skip
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    done = llamo("bench", "router", "--answers", path)
    assert done.code == 0
    assert "1 of 2 right, 0.500" in done.out
    assert "answers found by hand: 1 of 1" in done.out
    assert "1 x rings taken for model" in done.out
    assert "'Ringe?': id 'b'" in done.out


def test_bench_router_needs_a_file(llamo, tmp_path: Path) -> None:
    assert llamo("bench", "router").code == 2
    assert llamo("bench", "router", "--routes", tmp_path / "missing.jsonl").code == 1


def test_bench_facts(llamo, tmp_path: Path) -> None:
    table = tmp_path / "molecules.csv"
    table.write_text("smiles\nCCO\nc1ccccc1\n")
    found = json.loads(llamo("bench", "facts", "--in", table, "--json").out)
    assert found["molecules"] == 2
    assert 0 < found["exact"] < found["all"]
    assert "all facts" in llamo("bench", "facts", "--in", table).out
