from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem import AllChem

from llamo.chem.reading import connectivity
from llamo.data.bank_files import build_bank
from llamo.data.leakage import Blocklist
from llamo.errors import DataError, UsageError
from llamo.evaluation.baselines.copy import copy_neighbours
from llamo.evaluation.baselines.output import write_baseline
from llamo.evaluation.baselines.question_table import Wanted
from llamo.evaluation.evaluating import evaluate_file
from llamo.evaluation.predictions import read_predictions
from llamo.inference.readers import inspect_table, read_rows

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
LEFT_OUT = {"molecule of the input": 2, "molecule cannot be read": 1, "no text": 1}
COLUMNS = ("prediction", "reference", "error", "similarity", "neighbour")


@pytest.fixture
def test_table(table):
    return table("test", "cid smiles text", TEST)


@pytest.fixture
def bank_table(table):
    return table("bank", "smiles text", BANK)


def test_the_nearest_text_is_copied_and_the_molecule_itself_never(test_table, bank_table):
    result = copy_neighbours(test_table, [bank_table])
    rows = list(result.rows())
    assert [row["prediction"] for row in rows] == ["butanol", "ethylbenzene", ""]
    assert [row["neighbour"] for row in rows] == ["CCCCO", "CCc1ccccc1", ""]
    assert [row["reference"] for row in rows] == ["propanol", "toluene", "broken"]
    assert "C1CC" in str(rows[2]["error"])
    assert result.num_errors == 1
    assert result.known == 3
    assert result.left_out == LEFT_OUT


def test_similarity_is_tanimoto_of_morgan_fingerprints(test_table, bank_table):
    prints = [
        AllChem.GetMorganFingerprintAsBitVect(Chem.MolFromSmiles(smiles), 2, nBits=2048)
        for smiles in ("CCCO", "CCCCO")
    ]
    found = copy_neighbours(test_table, [bank_table]).answers[0].similarity
    assert found == pytest.approx(DataStructs.TanimotoSimilarity(*prints), abs=1e-4)


def test_several_banks_are_one(test_table, bank_table, table):
    nearer = table("nearer", "smiles text", [("Cc1ccccc1O", "cresol"), ("Cc1ccc(C)cc1", "xylene")])
    answers = copy_neighbours(test_table, [bank_table, nearer]).answers
    assert [answer.prediction for answer in answers[:2]] == ["butanol", "xylene"]


def test_a_built_bank_gives_what_its_tables_give(test_table, bank_table, table, tmp_path):
    build_bank([bank_table], tmp_path / "bank", blocklist=None)
    of_table = copy_neighbours(test_table, [bank_table], k=2)
    of_folder = copy_neighbours(test_table, [tmp_path / "bank"], k=2)
    assert of_folder.answers == of_table.answers
    assert (of_folder.known, of_folder.left_out) == (3, {"molecule of the input": 2})
    blocked = copy_neighbours(
        test_table, [tmp_path / "bank"], blocklist=Blocklist(frozenset([connectivity("CCCCO")]))
    )
    assert blocked.answers[0].prediction == "ethylbenzene"
    nearer = table("nearer", "smiles text", [("Cc1ccc(C)cc1", "xylene")])
    both = copy_neighbours(test_table, [tmp_path / "bank", nearer])
    assert [answer.prediction for answer in both.answers[:2]] == ["butanol", "xylene"]
    assert both.known == 4


def test_more_neighbours_are_candidates(llamo, test_table, bank_table, tmp_path):
    for suffix in ("jsonl", "csv", "parquet"):
        out = tmp_path / f"copied.{suffix}"
        assert (
            llamo("baseline", "copy", "--in", test_table, "--bank", bank_table, "--out", out, "-k", 2).code
            == 0
        )
        found = read_predictions(out).candidates
        assert found == (("butanol", "ethylbenzene"), ("ethylbenzene", "ethylbenzene again"), ())


def test_reactions_are_copied_by_the_side_that_is_asked_about(table):
    test = table("test", "reaction reagents", [("CCCO.CC(=O)O>>CCCOC(C)=O", "Cl")])
    known = [
        ("CCCCO.CC(=O)O>>CCCCOC(C)=O", "OS(=O)(=O)O"),
        ("c1ccccc1>>c1ccccc1Br", "BrBr"),
        ("no reaction", "Cl"),
    ]
    bank = table("bank", "reaction reagents", known)
    result = copy_neighbours(test, [bank], wanted=Wanted("reagent", "reagents", "reaction"))
    assert result.answers[0].prediction == "OS(=O)(=O)O"
    assert result.answers[0].neighbour == "CCCCOC(C)=O"
    assert result.left_out == {"molecule cannot be read": 1}
    forward = copy_neighbours(
        table("forward", "reactants product", [("CCCO.CC(=O)O", "CCCOC(C)=O")]),
        [table("known", "reactants product", [("CCCCO.CC(=O)O>>", "CCCCOC(C)=O")])],
        wanted=Wanted("forward_reaction", "product", "reactants"),
    )
    assert forward.answers[0].prediction == "CCCCOC(C)=O"


def test_the_output_is_what_evaluate_reads(llamo, test_table, bank_table, tmp_path):
    for suffix in ("jsonl", "csv", "parquet"):
        out = tmp_path / f"copied.{suffix}"
        result = llamo("baseline", "copy", "--in", test_table, "--bank", bank_table, "--out", out)
        assert result.code == 0, result.err
        assert "2 rows are not learnt from: molecule of the input" in result.err
        rows = read_predictions(out)
        assert rows.texts == ("butanol", "ethylbenzene", "")
        assert (rows.num_valid, rows.num_errors) == (2, 1)
    line = json.loads((tmp_path / "copied.jsonl").read_text("utf-8").splitlines()[0])
    assert tuple(line) == ("cid", "smiles", "text", *COLUMNS)


def test_a_record_beside_the_output_says_what_it_was_made_of(llamo, test_table, bank_table, tmp_path):
    out = tmp_path / "copied.jsonl"
    arguments = ("baseline", "copy", "--in", test_table, "--bank", bank_table, "--out", out)
    told = json.loads(llamo(*arguments, "--json", "--limit", 2).out)
    assert told == {
        "output": str(out),
        "num_rows": 2,
        "num_errors": 0,
        "learnt_from": 3,
        "left_out": LEFT_OUT,
    }
    record = json.loads((tmp_path / "copied.jsonl.predict.json").read_text("utf-8"))
    assert record["kind"] == "llamo baseline copy, complete"
    assert (record["task"], record["smiles_column"], record["target_column"]) == (
        "description",
        "smiles",
        "text",
    )
    assert (record["num_rows"], record["limit"], record["left_out"]) == (2, 2, LEFT_OUT)
    assert record["sources"][0]["file"] == "bank.tsv"
    assert str(tmp_path) not in json.dumps(record)


def test_the_blocklist_is_kept_out_on_request(llamo, test_table, bank_table, tmp_path, monkeypatch):
    packed = gzip.compress(connectivity("CCCCO").encode())
    (tmp_path / "heldout_connectivity.txt.gz").write_bytes(packed)
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    out = tmp_path / "copied.jsonl"
    arguments = ("baseline", "copy", "--in", test_table, "--bank", bank_table, "--out", out)
    assert llamo(*arguments, "--exclude-blocklist").code == 0
    assert "butanol" not in read_predictions(out).texts


def test_bad_tables_are_refused(test_table, table):
    none_left = table("same", "smiles text", [("OCCC", "propanol")])
    with pytest.raises(DataError, match="1 rows: molecule of the input"):
        copy_neighbours(test_table, [none_left])
    without_text = table("bare", "smiles caption", [("CO", "methanol")])
    with pytest.raises(DataError, match="no column 'text'"):
        copy_neighbours(test_table, [without_text])
    with pytest.raises(DataError, match="no column 'text'"):
        copy_neighbours(without_text, [test_table])


def test_a_built_bank_of_nothing_but_the_input_is_refused(test_table, table, tmp_path):
    build_bank([table("same", "smiles text", [("OCCC", "propanol")])], tmp_path / "bank", blocklist=None)
    with pytest.raises(DataError, match="1 rows: molecule of the input"):
        copy_neighbours(test_table, [tmp_path / "bank"])


def test_bad_options_are_refused(llamo, test_table, bank_table):
    with pytest.raises(DataError, match="k is 4, but the bank has only 3 texts"):
        copy_neighbours(test_table, [bank_table], k=4)
    with pytest.raises(UsageError, match="at least 1"):
        copy_neighbours(test_table, [bank_table], k=0)
    with pytest.raises(UsageError, match="no baseline answers the task 'conversation'"):
        copy_neighbours(test_table, [bank_table], wanted=Wanted("conversation", "text"))
    result = llamo("baseline", "copy", "--in", test_table, "--bank", bank_table, "--out", "x.txt")
    assert (result.code, "expected one of .jsonl" in result.err) == (2, True)
    same = llamo("baseline", "copy", "--in", test_table, "--bank", bank_table, "--out", test_table)
    assert same.code == 2


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_columns_called_like_the_output_s_make_way(test_table, table, tmp_path, suffix):
    asked = table("taken", "smiles text error prediction score", [("CO", "methanol", "mine", "theirs", "7")])
    out = tmp_path / f"out.{suffix}"
    write_baseline(copy_neighbours(asked, [test_table]), out)
    info = inspect_table(out)
    assert info.columns[:5] == ("smiles", "text", "input_error", "input_prediction", "input_score")
    row = next(read_rows(info)).values
    assert (row["input_error"], row["input_prediction"], row["reference"]) == ("mine", "theirs", "methanol")
    assert read_predictions(out).scores is None


def test_a_file_that_is_read_is_not_written_over(llamo, tmp_path):
    path = tmp_path / "all.csv"
    path.write_text("smiles,text\nCCO,ethanol\nCCCO,propanol\n")
    result = llamo("baseline", "copy", "--in", path, "--bank", path, "--out", path)
    assert (result.code, "is a file that is read" in result.err) == (2, True)
    assert path.read_text().startswith("smiles,text")


@pytest.mark.timeout(1800)
def test_the_copy_floor_of_the_field_is_reproduced(data: Path, molt5_data: Path, tmp_path: Path, llamo):
    """BLEU-2 .418, BLEU-4 .326, ROUGE-L .435, METEOR .436, all within .003. Half a minute on a core of its own."""
    folder = data / "description"
    names = ("chebi20_validation", "pubchem324k_validation", "gitmol", "pcdes", "chebi20_train_sample")
    banks = [argument for name in names for argument in ("--bank", folder / f"{name}.tsv.gz")]
    out = tmp_path / "copied.jsonl"
    result = llamo("baseline", "copy", "--in", folder / "chebi20_test.tsv.gz", *banks, "--out", out)
    assert result.code == 0, result.err
    assert "learnt from 9393 answers" in result.err, "9,555 less 162 that say the same of the same molecule"
    scores = evaluate_file(out, "description", "molt5", resamples=1).scores
    floor = {"bleu-2": 0.418, "bleu-4": 0.326, "rouge-l": 0.435, "meteor": 0.436}
    assert {name: scores[name].value for name in floor} == pytest.approx(floor, abs=0.003)
