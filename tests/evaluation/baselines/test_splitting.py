from __future__ import annotations

import csv
import json

import pytest

from llamo.data.leakage import is_validation
from llamo.data.row_work import inspect
from llamo.data.sources.scaffold_split import scaffold, scaffold_split
from llamo.errors import DataError, UsageError
from llamo.evaluation.baselines.splitting import split_table


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def labelled(table, molecules):
    rows = [(one, n % 2) for n, one in enumerate(molecules[:60])]
    return table("all", "smiles y", [*rows, ("C1", 1), ("CCO", "")])


def test_scaffolds_are_split_as_deepchem_does(labelled, tmp_path):
    report = split_table(labelled, tmp_path / "parts", require="y")
    rows = [line.split("\t") for line in labelled.read_text().splitlines()[1:]]
    sound = [row for row in rows if scaffold(row[0]) is not None]
    parts = scaffold_split([scaffold(row[0]) for row in sound])
    for name in ("train", "validation", "test"):
        expected = [row[0] for row, part in zip(sound, parts, strict=True) if part == name and row[1]]
        assert [row["smiles"] for row in read(tmp_path / "parts" / f"{name}.csv")] == expected
        assert report.parts[name] == len(expected)
    assert report.left_out == {"molecule cannot be read": 1, "no value in 'y'": 1}


def test_connectivity_is_split_as_recipes_do(llamo, labelled, tmp_path):
    result = llamo(
        "baseline", "split", "--in", labelled, "--out", tmp_path / "parts", "--by", "connectivity",
        "--permille", 200, "--json",
    )  # fmt: skip
    told = json.loads(result.out)
    held_back = read(tmp_path / "parts" / "validation.csv")
    assert held_back
    assert told["rows"] == {
        "train": len(read(tmp_path / "parts" / "train.csv")),
        "validation": len(held_back),
    }
    assert all(is_validation(inspect(row["smiles"]).keys.parent, 200) for row in held_back)
    record = json.loads((tmp_path / "parts" / "split.json").read_text())
    assert (record["by"], record["permille"], record["rows"]) == ("connectivity", 200, told["rows"])
    assert not (tmp_path / "parts" / "test.csv").exists()


def test_bad_input_is_refused(labelled, table, tmp_path):
    with pytest.raises(UsageError, match="no split by 'luck'"):
        split_table(labelled, tmp_path, by="luck")
    with pytest.raises(DataError, match="no column 'z'"):
        split_table(labelled, tmp_path, require="z")
    with pytest.raises(DataError, match="no molecule that can be read"):
        split_table(table("bad", "smiles", [("C1",)]), tmp_path)
