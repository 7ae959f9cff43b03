from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem import AllChem

from llamo.chem.reading import connectivity
from llamo.errors import DataError
from llamo.evaluation.copy_baseline import COLUMNS, copy_neighbours
from llamo.evaluation.predictions import read_predictions

TEST = [("1", "CCCO", "propanol"), ("2", "c1ccccc1C", "toluene"), ("3", "C1CC", "broken")]
BANK = [
    ("CCCCO", "butanol"),
    ("OCCC", "propanol, under another SMILES"),
    ("[2H]CCCO", "propanol, labelled"),
    ("c1ccccc1CC", "ethylbenzene"),
    ("CCc1ccccc1", "ethylbenzene again"),
    ("c1cccc", "broken"),
    ("CCCCCl", " "),
]


def write(path: Path, header: str, rows: list[tuple[str, ...]]) -> Path:
    path.write_text("\n".join([header, *("\t".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def test_table(tmp_path: Path) -> Path:
    return write(tmp_path / "test.tsv", "cid\tsmiles\ttext", TEST)


@pytest.fixture
def bank_table(tmp_path: Path) -> Path:
    return write(tmp_path / "bank.tsv", "smiles\ttext", BANK)


def test_the_nearest_text_is_copied_and_the_molecule_itself_never(test_table, bank_table):
    result = copy_neighbours(test_table, [bank_table])
    assert [row["prediction"] for row in result.rows] == ["butanol", "ethylbenzene", ""]
    assert [row["neighbour"] for row in result.rows] == ["CCCCO", "CCc1ccccc1", ""]
    assert [row["reference"] for row in result.rows] == ["propanol", "toluene", "broken"]
    assert "C1CC" in str(result.rows[2]["error"])
    assert result.num_errors == 1
    assert result.left_out == {
        "molecule of the input": 2,
        "molecule cannot be read": 1,
        "no text": 1,
    }


def test_similarity_is_tanimoto_of_morgan_fingerprints(test_table, bank_table):
    prints = [
        AllChem.GetMorganFingerprintAsBitVect(Chem.MolFromSmiles(smiles), 2, nBits=2048)
        for smiles in ("CCCO", "CCCCO")
    ]
    found = copy_neighbours(test_table, [bank_table]).rows[0]["similarity"]
    assert found == pytest.approx(DataStructs.TanimotoSimilarity(*prints), abs=1e-4)


def test_several_banks_are_one(test_table, bank_table, tmp_path):
    nearer = write(
        tmp_path / "nearer.tsv", "smiles\ttext", [("Cc1ccccc1O", "cresol"), ("Cc1ccc(C)cc1", "xylene")]
    )
    rows = copy_neighbours(test_table, [bank_table, nearer]).rows
    assert [row["prediction"] for row in rows[:2]] == ["butanol", "xylene"]


def test_the_output_is_what_evaluate_reads(llamo, test_table, bank_table, tmp_path):
    for suffix in ("jsonl", "csv", "parquet"):
        out = tmp_path / f"copied.{suffix}"
        result = llamo("baseline", "copy", "--in", test_table, "--bank", bank_table, "--out", out)
        assert result.code == 0, result.err
        assert "2 rows of the bank are left out: molecule of the input" in result.err
        rows = read_predictions(out)
        assert rows.texts == ("butanol", "ethylbenzene", "")
        assert (rows.num_valid, rows.num_errors) == (2, 1)
    line = json.loads((tmp_path / "copied.jsonl").read_text("utf-8").splitlines()[0])
    assert tuple(line) == ("cid", "smiles", "text", *COLUMNS)


def test_the_blocklist_is_kept_out_on_request(llamo, test_table, bank_table, tmp_path, monkeypatch):
    packed = gzip.compress(connectivity("CCCCO").encode())
    (tmp_path / "heldout_connectivity.txt.gz").write_bytes(packed)
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    out = tmp_path / "copied.jsonl"
    arguments = ("baseline", "copy", "--in", test_table, "--bank", bank_table, "--out", out)
    assert llamo(*arguments, "--exclude-blocklist").code == 0
    assert "butanol" not in read_predictions(out).texts


def test_bad_tables_are_refused(test_table, tmp_path):
    none_left = write(tmp_path / "same.tsv", "smiles\ttext", [("OCCC", "propanol")])
    with pytest.raises(DataError, match="1 rows: molecule of the input"):
        copy_neighbours(test_table, [none_left])
    without_text = write(tmp_path / "bare.tsv", "smiles\tcaption", [("CO", "methanol")])
    with pytest.raises(DataError, match="no column 'text'"):
        copy_neighbours(test_table, [without_text])
    with pytest.raises(DataError, match="no column 'text'"):
        copy_neighbours(without_text, [test_table])
    taken = write(tmp_path / "taken.tsv", "smiles\ttext\terror", [("CO", "methanol", "")])
    with pytest.raises(DataError, match="rename"):
        copy_neighbours(taken, [test_table])
