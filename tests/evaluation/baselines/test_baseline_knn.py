from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from sklearn.neighbors import KNeighborsRegressor

from llamo.errors import DataError, UsageError
from llamo.evaluation.baselines.knn import knn_answers, weighted_mean
from llamo.evaluation.baselines.question_table import Wanted
from llamo.evaluation.predictions import read_predictions

ESOL = Wanted("property", "esol")
LABEL = Wanted("classification", "y", property_name="bbbp")


def test_the_mean_is_weighted_by_similarity():
    assert weighted_mean(np.array([1.0, 4.0]), np.array([0.75, 0.25])) == pytest.approx(1.75)
    assert weighted_mean(np.array([1.0, 4.0]), np.array([0.0, 0.0])) == pytest.approx(2.5), (
        "no weights, no division by 0"
    )


def test_it_is_what_scikit_learn_finds(table, molecules):
    smiles = molecules[:80]
    values = np.random.default_rng(0).normal(size=len(smiles))
    rows = list(zip(smiles, values, strict=True))
    run = knn_answers(
        table("test", "smiles esol", rows[:20]), [table("train", "smiles esol", rows[20:])], ESOL, k=5
    )
    generator = GetMorganGenerator(radius=2, fpSize=2048)
    prints = np.array(
        [generator.GetFingerprintAsNumPy(Chem.MolFromSmiles(one)) for one in smiles], dtype=bool
    )
    known = KNeighborsRegressor(
        n_neighbors=5, metric="jaccard", weights=lambda distance: 1 - distance, algorithm="brute"
    ).fit(prints[20:], values[20:])
    said = np.array([float(answer.prediction) for answer in run.answers])
    with np.errstate(invalid="ignore"):
        theirs = known.predict(prints[:20])  # NaN where no neighbour has anything in common
    apart = np.abs(said - theirs)[np.isfinite(theirs)]
    assert len(apart) >= 15
    assert np.mean(apart < 1e-5) > 0.8, "but for ties at the fifth place, which may be broken otherwise"


def test_classes_have_a_score(llamo, table, tmp_path):
    test = table("test", "smiles y", [("CCCO", 1), ("CCCCCCN", 0), ("C1", 0)])
    train = table("train", "smiles y", [("CCCCO", 1), ("CCCCCO", 1), ("CCCCCCCN", 0), ("CCCCCCCCN", 0)])
    out = tmp_path / "knn.csv"
    arguments = (
        "--in",
        test,
        "--train",
        train,
        "--task",
        "classification",
        "--target-column",
        "y",
        "--out",
        out,
    )
    assert llamo("baseline", "knn", *arguments, "--property", "bbbp", "-k", 2).code == 0
    rows = read_predictions(out, may_be_numbers=True)
    assert rows.texts == ("Yes", "No", "")
    assert rows.scores == (1.0, 0.0, None)
    scored = llamo("evaluate", out, "--task", "classification", "--resamples", 10).out
    assert "accuracy    0.6667" in scored, "the row without a molecule counts as wrong"


def test_what_cannot_be_learnt_from_is_refused(table):
    test = table("test", "smiles y esol text", [("CCCO", 1, 0.5, "propanol")])
    train = table(
        "train",
        "smiles y esol text",
        [("CCCCO", 1, 1, "butanol"), ("CC", 1, 2, "ethane"), ("OCCC", 0, 3, "")],
    )
    with pytest.raises(DataError, match=r"k is 3, but there are only 2 molecules.*--k 2"):
        knn_answers(test, [train], ESOL, k=3)
    with pytest.raises(DataError, match=r"all 2 rows to learn from are Yes.*llamo baseline constant"):
        knn_answers(test, [train], LABEL, k=1)
    with pytest.raises(UsageError, match="llamo baseline copy"):
        knn_answers(test, [train], Wanted("description", "text"), k=1)
    with pytest.raises(UsageError, match="at least 1"):
        knn_answers(test, [train], ESOL, k=0)


def test_the_molecule_itself_is_not_learnt_from(table):
    test = table("test", "smiles esol", [("CCCO", 1.0)])
    train = table("train", "smiles esol", [("OCCC", 1.0), ("CCCC", 5.0), ("CCCCC", 5.0)])
    run = knn_answers(test, [train], ESOL, k=2)
    assert run.answers[0].prediction == "5"
    assert run.left_out == {"molecule of the input": 1}
