from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem, Crippen, Descriptors, rdMolDescriptors

from llamo.errors import DataError, UsageError
from llamo.evaluation.baselines.boosting import boosted_answers, varying
from llamo.evaluation.baselines.molecule_features import feature_names, molecule_features
from llamo.evaluation.baselines.question_table import Wanted
from llamo.evaluation.evaluating import evaluate_file
from llamo.evaluation.predictions import read_predictions

LABEL = Wanted("classification", "y", property_name="bbbp")


@pytest.fixture
def acids(table, molecules) -> tuple[Path, Path]:
    """Molecules labelled by whether they have a carbonyl group; the last quarter is asked about."""
    group = Chem.MolFromSmarts("C=O")
    rows = [(one, int(Chem.MolFromSmiles(one).HasSubstructMatch(group))) for one in molecules]
    cut = len(rows) * 3 // 4
    return table("test", "smiles y", rows[cut:]), table("train", "smiles y", rows[:cut])


def test_features_are_counts_and_descriptors():
    mols = [Chem.MolFromSmiles(smiles) for smiles in ("CCO", "c1ccccc1", "CC(=O)Oc1ccccc1C(=O)O")]
    features = molecule_features(mols)
    named = dict(zip(feature_names(), features.T, strict=True))
    assert named["CrippenClogP"] == pytest.approx([Crippen.MolLogP(mol) for mol in mols], rel=1e-5)
    assert named["tpsa"] == pytest.approx([rdMolDescriptors.CalcTPSA(mol) for mol in mols], rel=1e-5)
    assert named["exactmw"] == pytest.approx([Descriptors.ExactMolWt(mol) for mol in mols], rel=1e-5)
    bits = np.array([list(AllChem.GetMorganFingerprintAsBitVect(mol, 2, nBits=2048)) for mol in mols])
    assert (molecule_features(mols, counts=False)[:, :2048] == bits).all()
    assert ((features[:, :2048] > 0) == bits).all()
    assert features[1, :2048].max() == 6, "six equal carbon atoms"


def test_only_features_that_vary_are_used():
    features = np.array([[1, 0, 5, 0], [1, 0, 6, 2], [1, 1, 7, 2], [1, 0, 8, 2]], dtype=np.float32)
    assert varying(features).tolist() == [False, False, True, True]


def test_it_learns_and_the_same_seed_says_the_same(acids):
    test, train = acids
    first, second = (next(iter(boosted_answers(test, [train], LABEL))) for _ in range(2))
    assert first.answers == second.answers
    other = next(iter(boosted_answers(test, [train], LABEL, seeds=[1])))
    assert other.answers != first.answers
    labels = [row.values["y"] for row in first.questions.rows]
    said = [{"Yes": "1", "No": "0"}[answer.prediction] for answer in first.answers]
    assert len(set(labels)) == 2
    assert np.mean([one == label for one, label in zip(said, labels, strict=True)]) > 0.9


def test_numbers_are_learnt(table, molecules):
    rows = [(one, rdMolDescriptors.CalcExactMolWt(Chem.MolFromSmiles(one))) for one in molecules]
    cut = len(rows) * 3 // 4
    test, train = table("test", "smiles esol", rows[cut:]), table("train", "smiles esol", rows[:cut])
    run = next(iter(boosted_answers(test, [train], Wanted("property", "esol"))))
    said = [float(answer.prediction) for answer in run.answers]
    assert np.corrcoef(said, [row[1] for row in rows[cut:]])[0, 1] > 0.95
    assert "score" not in run.columns


def test_several_seeds_make_several_files(llamo, table, acids, tmp_path):
    _, train = acids
    test = table("some", "smiles y", [("CCC(=O)O", 1), ("CCCCO", 0), ("C1", 0)])
    arguments = ("--in", test, "--train", train, "--task", "classification", "--target-column", "y")
    result = llamo(
        "baseline", "fingerprint", *arguments, "--out", tmp_path / "fp.jsonl", "--seeds", 2, "--bits"
    )
    assert result.code == 0, result.err
    assert not (tmp_path / "fp.jsonl").exists()
    rows = [read_predictions(tmp_path / f"fp.seed{seed}.jsonl", may_be_numbers=True) for seed in (0, 1)]
    assert rows[0].scores[0] != rows[1].scores[0]
    assert (rows[0].num_errors, rows[0].scores[2]) == (1, None)


def test_rows_without_any_molecule_are_error_rows(table, acids):
    _, train = acids
    run = next(iter(boosted_answers(table("bad", "smiles y", [("C1", 0), ("", 1)]), [train], LABEL)))
    assert run.num_errors == 2


def test_what_cannot_be_learnt_from_is_refused(table):
    test = table("test", "smiles y text", [("CCCO", 1, "propanol")])
    train = table("train", "smiles y text", [("CCCCO", 0, "butanol"), ("CC", 0, "ethane")])
    with pytest.raises(DataError, match="all 2 rows to learn from are No"):
        next(iter(boosted_answers(test, [train], LABEL)))
    with pytest.raises(UsageError, match="gradient boosting predicts numbers"):
        next(iter(boosted_answers(test, [train], Wanted("description", "text"))))


@pytest.mark.timeout(1800)
def test_bace_is_within_what_the_field_reports(data: Path, llamo, tmp_path: Path):
    """Random forests on ECFP4 with DeepChem's scaffold split get an AUROC of .80 to .87."""
    llamo("baseline", "split", "--in", data / "moleculenet" / "bace.csv.gz", "--out", tmp_path)
    arguments = ("--in", tmp_path / "test.csv", "--train", tmp_path / "train.csv", "--property", "bace")
    out = tmp_path / "bace.jsonl"
    result = llamo(
        "baseline",
        "fingerprint",
        *arguments,
        "--task",
        "classification",
        "--target-column",
        "Class",
        "--out",
        out,
    )
    assert result.code == 0, result.err
    assert 0.78 < evaluate_file(out, "classification", resamples=1).scores["auroc"].value < 0.90
