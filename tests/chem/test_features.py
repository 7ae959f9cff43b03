"""OGB features: literal values, equality with `ogb`, and the quick table reader against the plain one."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from llamo.chem import binary_tables
from llamo.chem.featurize import featurize
from llamo.chem.reading import read_molecule
from llamo.chem.tables import read_through_calls
from llamo.errors import InvalidMoleculeError
from llamo.testing.molecules import TEST_MOLECULES
from llamo.testing.variety import varied_smiles

ALL_SMILES = [*(molecule.smiles for molecule in TEST_MOLECULES.values()), *varied_smiles()]


def test_literal_features_of_crotonaldehyde() -> None:
    graph = featurize("C/C=C/C=O")
    # atomic number - 1, chirality, degree, charge + 5, hydrogens, radicals, hybridisation, aromatic, in ring
    assert graph.atoms.tolist() == [
        [5, 0, 4, 5, 3, 0, 2, 0, 0],
        [5, 0, 3, 5, 1, 0, 1, 0, 0],
        [5, 0, 3, 5, 1, 0, 1, 0, 0],
        [5, 0, 3, 5, 1, 0, 1, 0, 0],
        [7, 0, 1, 5, 0, 0, 1, 0, 0],
    ]
    # type, stereo (2: E), conjugated; each bond twice
    assert graph.bonds.tolist() == [[0, 0, 0]] * 2 + [[1, 2, 1]] * 2 + [[0, 0, 1]] * 2 + [[1, 0, 1]] * 2


def _assert_equals_ogb(smiles: str) -> None:
    smiles2graph = pytest.importorskip("ogb.utils").smiles2graph
    expected = smiles2graph(smiles)
    graph = featurize(smiles)
    assert np.array_equal(graph.atoms, expected["node_feat"]), smiles
    assert np.array_equal(graph.bonds, expected["edge_feat"]), smiles
    assert np.array_equal(graph.edge_index, expected["edge_index"]), smiles


def test_equal_to_ogb_on_a_thousand_molecules_of_many_kinds() -> None:
    assert len(ALL_SMILES) > 1200
    for smiles in ALL_SMILES:
        _assert_equals_ogb(smiles)


def test_the_thousand_molecules_reach_nearly_every_value_ogb_knows() -> None:
    features = pytest.importorskip("ogb.utils.features")
    atoms = np.concatenate([featurize(smiles).atoms for smiles in ALL_SMILES])
    bonds = np.concatenate([featurize(smiles).bonds for smiles in ALL_SMILES])
    reached = [len(np.unique(column)) for column in atoms.T]
    known = features.get_atom_feature_dims()
    assert reached[0] == known[0]  # every element and "misc"
    assert reached[7:] == known[7:] == [2, 2]
    assert reached[1] >= 4  # chirality
    assert reached[3] == known[3]  # every charge and "misc"
    assert reached[6] == known[6]  # every hybridisation
    assert len(np.unique(bonds[:, 0])) == features.get_bond_feature_dims()[0]


@pytest.mark.skipif(not os.environ.get("LLAMO_DATA_DIR"), reason="LLAMO_DATA_DIR is not set")
def test_equal_to_ogb_on_a_thousand_chebi_molecules() -> None:
    path = Path(os.environ["LLAMO_DATA_DIR"]) / "description" / "chebi20_validation.tsv.gz"
    if not path.is_file():
        pytest.skip(f"there is no {path}")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows[:1000]:
        _assert_equals_ogb(row["smiles"])


def test_the_quick_reader_equals_the_plain_one_and_reads_nearly_everything() -> None:
    unread = 0
    for smiles in ALL_SMILES:
        mol = Chem.MolFromSmiles(smiles)
        quick = binary_tables.read_binary(mol)
        if quick is None:
            unread += 1
        else:
            assert quick == read_through_calls(mol), smiles
    # If this fails, RDKit has a new binary format: all still works, at half the speed.
    assert unread < 0.1 * len(ALL_SMILES)


@pytest.mark.parametrize("smiles", ["[CH3:1]C", "*C", "C" * 256])
def test_what_the_quick_reader_does_not_know_it_leaves_to_the_plain_one(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    assert binary_tables.read_binary(mol) is None
    assert binary_tables.read_tables(mol) == read_through_calls(mol)


def test_another_binary_version_is_left_to_the_plain_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    mol = Chem.MolFromSmiles("CCO")
    assert binary_tables.read_binary(mol) is not None
    monkeypatch.setattr(binary_tables, "_HEADER", b"\x00" * 20)
    assert binary_tables.read_binary(mol) is None
    assert binary_tables.read_tables(mol) == read_through_calls(mol)


def test_text_molecule_and_rdkit_molecule_give_one_graph() -> None:
    smiles = TEST_MOLECULES["aspirin"].smiles
    graph = featurize(smiles)
    assert featurize(read_molecule(smiles)).same_graph(graph)
    assert featurize(Chem.MolFromSmiles(smiles)).same_graph(graph)
    assert featurize(f" {smiles}\n").same_graph(graph)
    assert featurize(Chem.MolToMolBlock(Chem.MolFromSmiles(smiles))).num_atoms == graph.num_atoms


def test_featurising_does_not_change_the_molecule() -> None:
    mol = Chem.MolFromSmiles(TEST_MOLECULES["L-alanine"].smiles)
    before = mol.ToBinary()
    featurize(mol)
    assert mol.ToBinary() == before


def test_molecules_rdkit_has_not_finished_are_refused() -> None:
    with pytest.raises(InvalidMoleculeError, match="not sanitised"):
        featurize(Chem.MolFromSmiles("CCO", sanitize=False))
    with pytest.raises(InvalidMoleculeError, match="no atoms"):
        featurize(Chem.Mol())
    with pytest.raises(InvalidMoleculeError, match="ring bond"):
        featurize("C1CC")


def test_atropisomer_bonds_which_ogb_does_not_know_read_as_any_stereo() -> None:
    mol = Chem.MolFromSmiles("Cc1cccc(I)c1-c1c(C)cccc1I")
    bond = mol.GetBondBetweenAtoms(7, 8)
    bond.SetStereoAtoms(5, 9)
    bond.SetStereo(Chem.BondStereo.STEREOATROPCW)
    assert featurize(mol).bonds[2 * bond.GetIdx()].tolist() == [0, 5, 1]


def test_more_bonds_than_a_byte_counts_on_fewer_atoms_are_read_right() -> None:
    ladder = Chem.RWMol()  # a hundred rungs: 200 atoms, 298 bonds
    for rung in range(100):
        first, second = ladder.AddAtom(Chem.Atom(6)), ladder.AddAtom(Chem.Atom(6))
        ladder.AddBond(first, second, Chem.BondType.SINGLE)
        if rung:
            ladder.AddBond(first - 2, first, Chem.BondType.SINGLE)
            ladder.AddBond(second - 2, second, Chem.BondType.SINGLE)
    Chem.SanitizeMol(ladder)
    tables = binary_tables.read_tables(ladder)
    assert tables == read_through_calls(ladder)
    assert len(tables.rings) == 99


@pytest.mark.parametrize("place", range(6))
def test_bond_stereo_has_ogbs_numbers_even_where_smiles_cannot_say_it(place: int) -> None:
    name = pytest.importorskip("ogb.utils.features").allowable_features["possible_bond_stereo_list"][place]
    mol = Chem.MolFromSmiles("CC=CC")
    mol.GetBondWithIdx(1).SetStereoAtoms(0, 3)
    mol.GetBondWithIdx(1).SetStereo(getattr(Chem.BondStereo, name))
    assert featurize(mol).bonds[2:4].tolist() == [[1, place, 0]] * 2
