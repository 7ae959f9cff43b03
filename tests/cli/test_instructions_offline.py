"""`llamo instructions generate --offline` and `llamo instructions validate` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

SMILES = ["CC(=O)Oc1ccccc1C(=O)O", "CCO", "c1ccccc1", "C[C@H](N)C(=O)O", "CC(=O)Nc1ccc(O)cc1", "O=C1CCCN1"]


def conversation(number: int, smiles: str, *texts: str) -> str:
    messages: list[dict[str, object]] = [
        {"role": role, "content": text} for role, text in zip(("user", "assistant") * 9, texts, strict=False)
    ]
    parts = [{"type": "molecule", "smiles": smiles}, {"type": "text", "text": texts[0]}]
    messages[0]["content"] = parts
    record = {"id": f"made:{number}", "task": "conversation", "source": "made", "split": "train"}
    return json.dumps({**record, "messages": messages})


def test_the_command_composes_and_reports(llamo, tmp_path: Path):
    (tmp_path / "in.csv").write_text(
        "smiles,name\n" + "\n".join(f"{smiles},x" for smiles in SMILES) + "\nC1CC,y\n"
    )
    arguments = (
        "instructions",
        "generate",
        "--offline",
        "--no-blocklist",
        "--in",
        tmp_path / "in.csv",
        "--out",
    )
    result = llamo(*arguments, tmp_path / "out.jsonl", "-n", "20", "--seed", "4")
    assert result.code == 0, result.err
    assert "1 rows are left out: molecule cannot be read (the first is row 7)" in result.err
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == 20
    result = llamo(*arguments, tmp_path / "b.jsonl", "-n", "5", "--json", "--facts", tmp_path / "facts.jsonl")
    assert json.loads(result.out)["written"] == 5
    assert llamo(*arguments, tmp_path / "c.jsonl", "--on-invalid", "fail").code == 1
    assert llamo(*arguments, tmp_path / "c.jsonl", "--on-invalid", "perhaps").code == 2
    assert not (tmp_path / "c.jsonl").exists()


def test_validate_sorts_and_reports(llamo, tmp_path: Path):
    good = conversation(1, "CCO", "How many rings does it have?", "It has no rings.")
    bad = conversation(2, "CCO", "Is it an acid?", "Yes, it has a carboxylic acid group.")
    (tmp_path / "a.jsonl").write_text(f"{good}\n{bad}\nnot json\n")
    result = llamo("instructions", "validate", tmp_path / "a.jsonl", "--out", tmp_path / "report")
    assert result.code == 0, result.err
    assert "1 of 2 conversations pass, 1 are rejected; 1 lines are no conversations" in result.out
    assert "a.jsonl row 3: not JSON" in result.err
    (kept,) = (tmp_path / "report" / "filtered.jsonl").read_text().splitlines()
    assert json.loads(kept) == {**json.loads(good), "molecules": ["CCO"]}
    strict = llamo(
        "instructions", "validate", tmp_path / "a.jsonl", "--out", tmp_path / "report", "--strict", "--json"
    )
    assert strict.code == 1
    assert json.loads(strict.out)["reasons"] == {"false claim": 1}


def test_validate_refuses_what_it_cannot_use(llamo, tmp_path: Path):
    (tmp_path / "a.jsonl").write_text(conversation(1, "CCO", "Rings?", "It has no rings.") + "\n{}\n")
    command = ("instructions", "validate", tmp_path / "a.jsonl", "--out")
    result = llamo(*command, tmp_path / "report", "--on-invalid", "fail")
    assert result.code == 1
    assert "a.jsonl:2" in result.err
    assert not (tmp_path / "report").exists()
    assert llamo(*command, tmp_path, "--layout", "csv").code == 2
    assert llamo(*command, tmp_path).code == 2, "a folder with other things in it is not replaced"
    assert (tmp_path / "a.jsonl").exists()
    assert llamo(*command, tmp_path / "report", "--min-turns", "5", "--max-turns", "2").code == 2
    assert llamo("instructions", "validate", tmp_path / "none.jsonl", "--out", tmp_path / "r").code == 1
    assert llamo(*command, tmp_path / "report", "--min-turns", "3").code == 1, "nothing passes"


def test_a_table_of_molecules_is_a_blocklist(llamo, tmp_path: Path):
    (tmp_path / "in.csv").write_text("smiles\n" + "\n".join(SMILES) + "\n")
    (tmp_path / "test.tsv").write_text("smiles\ttext\nOCC\tethanol\n")
    arguments = ("--in", tmp_path / "in.csv", "--out", tmp_path / "out.jsonl", "-n", "10")
    result = llamo("instructions", "generate", "--offline", *arguments, "--blocklist", tmp_path / "test.tsv")
    assert result.code == 0, result.err
    assert "1 rows are left out: blocklist: same connectivity (the first is row 2)" in result.err
