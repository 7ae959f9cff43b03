"""Motifs: literal partitions, the 73 counts against a slow and plain count, and what always holds."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from llamo.chem.featurize import featurize
from llamo.chem.motifs import merge_bridged_rings
from llamo.testing.molecules import TEST_MOLECULES
from llamo.testing.variety import varied_smiles

VARIED = varied_smiles()


def _motifs(smiles: str) -> list[list[int]]:
    graph = featurize(smiles)
    return [graph.motif_atoms[1, graph.motif_atoms[0] == index].tolist() for index in range(graph.num_motifs)]


@pytest.mark.parametrize(
    ("smiles", "motifs"),
    [
        ("C", [[0]]),
        ("[He]", [[0]]),
        ("[H+]", [[0]]),
        ("[H][H]", [[0, 1]]),
        ("[2H]C([2H])([2H])[2H]", [[0, 1, 2, 3, 4]]),
        ("[Na+].[Cl-]", [[0], [1]]),
        ("CCO", [[1, 2], [0, 1]]),  # hydroxyl with its carbon; chain
        ("CCCCCCCC", [[0, 1, 2, 3, 4, 5, 6, 7]]),  # one chain
        ("CC(C)(C)C", [[0, 1, 2, 3, 4]]),
        ("CC(=O)OCC", [[0, 1, 2, 3, 4], [4, 5]]),  # ester with both neighbours; chain
        ("COC(C)OC", [[0, 1, 2, 3, 4, 5]]),  # acetal: its carbon joins the oxygens
        ("COCCOC", [[0, 1, 2], [3, 4, 5], [2, 3]]),  # two ethers and the chain between
        ("C=CC=C", [[0, 1, 2, 3]]),  # conjugated double bonds hang together
        ("CC#N", [[0, 1, 2]]),
        ("Cc1ccccc1", [[1, 2, 3, 4, 5, 6], [0, 1]]),
        ("c1ccncc1", [[0, 1, 2, 3, 4, 5]]),  # N belongs to its ring
        ("Cn1cccc1", [[1, 2, 3, 4, 5], [0, 1]]),  # N that carries something is a group, too
        ("C1CCC2(C1)CCCCC2", [[0, 1, 2, 3, 4], [3, 5, 6, 7, 8, 9]]),  # spiro: two rings, one shared atom
        ("c1ccc2ccccc2c1", [[0, 1, 2, 3, 8, 9], [3, 4, 5, 6, 7, 8]]),  # fused: two rings
        ("C1CC2CCC1C2", [[0, 1, 2, 3, 4, 5, 6]]),  # bridged: one
        ("C1C2CC3CC1CC(C2)C3", [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]),
        ("[NH3]->[Pt](<-[NH3])(Cl)Cl", [[0, 1, 2, 3, 4]]),  # dative bonds join
        ("c1ccccc1-c1ccccc1", [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], [5, 6]]),
        ("O=C1CCCCC1", [[1, 2, 3, 4, 5, 6], [0, 1]]),
        ("[2H]c1ccccc1", [[0, 1, 2, 3, 4, 5, 6]]),  # a hydrogen atom joins its neighbour's motifs
        ("C*", [[0, 1]]),
    ],
)
def test_literal_partitions(smiles: str, motifs: list[list[int]]) -> None:
    assert _motifs(smiles) == motifs


def test_cubane_is_six_rings() -> None:
    motifs = _motifs(TEST_MOLECULES["cubane"].smiles)
    assert [len(motif) for motif in motifs] == [4] * 6


def test_merging_goes_on_until_no_two_share_three_atoms() -> None:
    # The third shares two atoms with each of the first two, and three with both together.
    rings = [{0, 1, 2, 3, 4}, {2, 3, 4, 5, 6}, {0, 1, 5, 7}]
    assert merge_bridged_rings(rings) == [{0, 1, 2, 3, 4, 5, 6, 7}]
    assert merge_bridged_rings(list(reversed(rings))) == [{0, 1, 2, 3, 4, 5, 6, 7}]
    assert merge_bridged_rings([{0, 1, 2}, {9, 8, 7}, {1, 2, 3}]) == [{0, 1, 2}, {9, 8, 7}, {1, 2, 3}]


def _hot(**counts: int) -> list[int]:
    """Write the 73 numbers out of the counts, place by place."""
    order = {
        "C": 11, "O": 6, "N": 6, "P": 6, "S": 6, "halogen": 1, "other": 1,
        "single": 11, "double": 8, "triple": 8, "aromatic": 8, "ring": 1,
    }  # fmt: skip
    row: list[int] = []
    for name, places in order.items():
        count = counts.pop(name, 0)
        row += (
            [int(place == min(count, places - 1)) for place in range(places)]
            if places > 1
            else [int(count > 0)]
        )
    assert not counts
    assert len(row) == 73
    return row


@pytest.mark.parametrize(
    ("smiles", "rows"),
    [
        ("C", [_hot(C=1)]),
        ("[Na+]", [_hot(other=1)]),
        ("Clc1ccccc1", [_hot(C=6, aromatic=6, ring=1), _hot(C=1, halogen=1, single=1)]),
        ("CC#N", [_hot(C=2, N=1, single=1, triple=1)]),
        ("OS(=O)(=O)O", [_hot(O=4, S=1, single=2, double=2)]),
        ("OP(=O)(O)O", [_hot(O=4, P=1, single=3, double=1)]),
        ("[NH3]->[Pt](<-[NH3])(Cl)Cl", [_hot(N=2, other=1, halogen=1, single=4)]),
        ("C1CC1", [_hot(C=3, single=3, ring=1)]),
        ("c1ccncc1", [_hot(C=5, N=1, aromatic=6, ring=1)]),
        ("C" * 30, [_hot(C=30, single=29)]),  # the last place stands for more
        ("[2H][2H]", [_hot(other=1, single=1)]),
        ("[Re]$[Re]", [_hot(other=1)]),  # quadruple bonds are counted nowhere
    ],
)
def test_literal_counts(smiles: str, rows: list[list[int]]) -> None:
    assert featurize(smiles).motifs.tolist() == rows


def _plain_counts(smiles: str) -> list[list[int]]:
    """Count atom by atom and bond by bond through RDKit's calls, as slowly as can be."""
    mol = Chem.MolFromSmiles(smiles)
    rows = []
    for motif in _motifs(smiles):
        counts: dict[str, int] = {}
        for index in motif:
            symbol = mol.GetAtomWithIdx(index).GetSymbol()
            name = (
                symbol
                if symbol in "CONPS"
                else "halogen"
                if symbol in ("F", "Cl", "Br", "I", "At", "Ts")
                else "other"
            )
            counts[name] = counts.get(name, 0) + 1
        for bond in mol.GetBonds():
            if bond.GetBeginAtomIdx() in motif and bond.GetEndAtomIdx() in motif:
                kind = "SINGLE" if str(bond.GetBondType()) == "DATIVE" else str(bond.GetBondType())
                if kind in ("SINGLE", "DOUBLE", "TRIPLE", "AROMATIC"):
                    counts[kind.lower()] = counts.get(kind.lower(), 0) + 1
                counts["ring"] = counts.get("ring", 0) or int(bond.IsInRing())
        rows.append(_hot(**counts))
    return rows


def test_counts_equal_a_plain_count_on_many_molecules() -> None:
    for smiles in [*VARIED[::5], *(molecule.smiles for molecule in TEST_MOLECULES.values())]:
        assert featurize(smiles).motifs.tolist() == _plain_counts(smiles), smiles


def test_every_atom_of_every_molecule_is_in_a_motif_and_each_motif_hangs_together() -> None:
    for smiles in [*VARIED, *(molecule.smiles for molecule in TEST_MOLECULES.values())]:
        mol = Chem.MolFromSmiles(smiles)
        motifs = _motifs(smiles)
        assert set().union(*motifs) == set(range(mol.GetNumAtoms())), smiles
        for motif in motifs:
            assert len(Chem.GetMolFrags(_only(mol, motif))) == 1, (smiles, motif)


def _only(mol: Chem.Mol, atoms: list[int]) -> Chem.Mol:
    editable = Chem.RWMol(mol)
    for index in sorted(set(range(mol.GetNumAtoms())) - set(atoms), reverse=True):
        editable.RemoveAtom(index)
    return editable


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(VARIED), st.integers(0, 2**16))
def test_motifs_do_not_depend_on_the_order_of_atoms(smiles: str, seed: int) -> None:
    mol = Chem.MolFromSmiles(smiles)
    order = list(range(mol.GetNumAtoms()))
    random.Random(seed).shuffle(order)
    shuffled = Chem.RenumberAtoms(mol, order)
    graph, other = featurize(mol), featurize(shuffled)
    atoms = [
        frozenset(graph.motif_atoms[1, graph.motif_atoms[0] == m].tolist()) for m in range(graph.num_motifs)
    ]
    others = [
        frozenset(order[atom] for atom in other.motif_atoms[1, other.motif_atoms[0] == m])
        for m in range(other.num_motifs)
    ]
    assert set(atoms) == set(others)
    assert sorted(graph.motifs.tolist()) == sorted(other.motifs.tolist())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(VARIED), min_size=2, max_size=3))
def test_a_mixture_has_the_motifs_of_its_parts(parts: list[str]) -> None:
    whole = featurize(".".join(parts))
    separate = np.concatenate([featurize(part).motifs for part in parts])
    assert sorted(whole.motifs.tolist()) == sorted(separate.tolist())
