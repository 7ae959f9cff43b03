"""Who is asked about: no training molecule, no test molecule, none twice; and how like the training data they are."""

from __future__ import annotations

import csv

import pytest

from llamo.data.leakage import Blocklist
from llamo.errors import DataError, InvalidMoleculeError
from llamo.studies.robustness.molecules import SAME, TRAINED_ON, pick_subjects
from llamo.studies.robustness.training_molecules import TrainingMolecules

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["smiles", "text"])
        writer.writerows(rows)
    return path


def test_molecules_that_cannot_be_asked_about_are_counted(tmp_path):
    table = write(
        tmp_path / "in.csv",
        [("OCC", "Ethanol."), ("CCO", "Again."), ("nonsense", ""), ("CCN", "An  amine."), ("c1ccccc1", ""),
         (ASPIRIN, "A drug."), ("C" * 200, "")],
    )  # fmt: skip
    training = TrainingMolecules([write(tmp_path / "train.csv", [(ASPIRIN, "")])])
    blocklist = Blocklist(frozenset({"UHOVQNZJYSORNB"}))  # benzene
    found = pick_subjects(str(table), 10, training=training, blocklist=blocklist)
    assert {one.smiles for one in found.chosen} == {"CCO", "CCN"}
    assert "An amine." in {one.text for one in found.chosen}
    assert found.left_out[TRAINED_ON] == found.left_out[SAME] == found.left_out["too large for a prompt"] == 1
    assert found.left_out["blocklist: same connectivity"] == found.left_out["molecule cannot be read"] == 1
    assert "none is among the 1 training molecules of train.csv" in found.checks[0]


def test_a_seed_draws_the_same_molecules_and_training_ones_are_made_up_for(tmp_path):
    table = write(tmp_path / "in.csv", [("C" * number + "O", "") for number in range(2, 40)])
    drawn = [one.smiles for one in pick_subjects(str(table), 5, seed=1).chosen]
    assert drawn == [one.smiles for one in pick_subjects(str(table), 5, seed=1).chosen]
    assert drawn != [one.smiles for one in pick_subjects(str(table), 5, seed=2).chosen]
    training = TrainingMolecules([write(tmp_path / "train.csv", [(smiles, "") for smiles in drawn[:2]])])
    again = pick_subjects(str(table), 5, seed=1, training=training)
    assert [one.smiles for one in again.chosen][:3] == drawn[2:]
    assert len(again.chosen) == 5
    assert again.left_out[TRAINED_ON] == 2


def test_it_is_said_when_nobody_compared_with_training_data():
    found = pick_subjects("built-in", 6)
    assert "not compared with any training data" in found.checks[0]
    assert "likely trained on" in found.checks[-1]
    assert len(found.chosen) == 6


def test_too_few_molecules_are_refused(tmp_path):
    with pytest.raises(DataError, match="expected at least 2"):
        pick_subjects(str(write(tmp_path / "in.csv", [("CCO", "")])), 10)


def test_a_salt_and_a_stereoisomer_of_a_training_molecule_are_known(tmp_path):
    rows = [("CC(=O)Oc1ccccc1C(=O)O.NCCc1ccccc1", ""), ("C[C@@H](N)C(=O)O", "")]
    training = TrainingMolecules([write(tmp_path / "train.csv", rows)])
    known = training.known_among([ASPIRIN, "C[C@H](N)C(=O)O", "CCO"])
    assert known == {ASPIRIN, "C[C@H](N)C(=O)O"}


def test_similarity_to_the_nearest_training_molecule(tmp_path):
    training = TrainingMolecules(
        [write(tmp_path / "train.csv", [("CCO", ""), ("not one", ""), ("c1ccccc1", "")])]
    )
    assert training.nearest("OCC") == 1
    assert 0 < training.nearest("CCCO") < 1
    with pytest.raises(InvalidMoleculeError):
        training.nearest("nonsense")
    with pytest.raises(DataError, match="--training"):
        TrainingMolecules([]).nearest("CCO")
