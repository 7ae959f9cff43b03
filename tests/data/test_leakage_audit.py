"""The audit sees leaks of each kind that are written into shards by hand, across folders, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llamo.chem.reading import connectivity
from llamo.cli.app import main
from llamo.data.leakage import Blocklist
from llamo.data.leakage_audit import BLOCKED, BOTH_SPLITS, OTHER_TAUTOMER, REACTANT, audit
from llamo.data.prepare import prepare
from llamo.data.recipes import load_recipe
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.shard_writing import record_row, record_writer, write_manifest

CONFIGS = Path(__file__).parents[2] / "configs" / "data"


def record(task: str, smiles: list[str], answer: str = "Yes.") -> Record:
    question = [*(MoleculePart(smiles=part) for part in smiles), TextPart(text="?")]
    return Record(id="a", task=task, source="s", split="train", messages=exchange(question, answer))


def shards(folder: Path, train: list[Record], validation: list[Record]) -> Path:
    folder.mkdir()
    written = []
    for split, records in (("train", train), ("validation", validation)):
        writer = record_writer(folder, split)
        for one in records:
            writer.add(record_row(one, []))
        writer.flush()
        written += writer.shards
    write_manifest(folder, {"kind": "records", "complete": True, "shards": written})
    return folder


@pytest.fixture
def leaky(tmp_path: Path) -> list[Path]:
    """Alignment trains on a molecule that instruction tuning validates on, and more."""
    first = shards(
        tmp_path / "1", [record("iupac", ["C[C@H](N)C(=O)O"]), record("iupac", ["CC(=O)CC(C)=O"])], []
    )
    reaction = record("forward_reaction", ["CCCO", "CC(=O)Cl"], "CCCOC(C)=O")
    second = shards(
        tmp_path / "2",
        [reaction, record("description", ["CCCCO"])],
        [
            record("description", ["C[C@@H](N)C(=O)O"]),
            record("description", ["CC(=O)C=C(C)O"]),
            record("retrosynthesis", ["CCCOC(C)=O"], "CCCO.CC(=O)Cl"),
            record("description", ["CCCO"]),
        ],
    )
    return [first, second]


def test_every_kind_of_leak_is_seen(leaky: list[Path]) -> None:
    found = audit(leaky, Blocklist(frozenset({connectivity("CCCCO")})))
    assert found.leaks == {BLOCKED: 1, BOTH_SPLITS: 2, OTHER_TAUTOMER: 1}
    assert found.tolerated == {REACTANT: 1}
    assert found.examples[BLOCKED] == ["CCCCO"]
    assert set(found.examples[BOTH_SPLITS]) == {"C[C@H](N)C(=O)O", "CCCOC(C)=O"}
    assert found.molecules[f"{leaky[1]}: train"] == 4
    assert audit(leaky[:1], Blocklist()).leaks.total() == 0


def test_the_command_tells_by_its_exit_code(
    leaky: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["leakage", *map(str, leaky), "--json"])
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["leaks"][BOTH_SPLITS] == 2
    prepare(load_recipe(CONFIGS / "smoke.yaml"), tmp_path / "smoke", workers=1)
    with pytest.raises(SystemExit) as ended:
        main(["leakage", str(tmp_path / "smoke")])
    assert ended.value.code == 0
    assert f"0 {BOTH_SPLITS}" in capsys.readouterr().out
