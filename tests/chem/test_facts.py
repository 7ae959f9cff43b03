"""Exact facts: literal values of known molecules, stereo labels, and time."""

from __future__ import annotations

import json
import re
import time

import pytest
from rdkit.Chem import rdMolDescriptors

from llamo.chem.facts import exact_facts, hill_formula
from llamo.chem.reading import read_molecule
from llamo.errors import InvalidMoleculeError
from llamo.testing.molecules import TEST_MOLECULES
from llamo.testing.variety import varied_smiles


def test_aspirin() -> None:
    facts = exact_facts("OC(=O)c1ccccc1OC(C)=O")
    assert facts.smiles == "CC(=O)Oc1ccccc1C(=O)O"
    assert facts.formula == "C9H8O4"
    assert facts.molar_mass == pytest.approx(180.16, abs=0.01)
    assert facts.monoisotopic_mass == pytest.approx(180.04226, abs=1e-5)
    assert (facts.charge, facts.heavy_atoms, facts.fragments, facts.radical_electrons) == (0, 13, 1, 0)
    assert facts.atom_counts == {"C": 9, "H": 8, "O": 4}
    assert (facts.rings, facts.ring_sizes, facts.aromatic_rings) == (1, (6,), 1)
    assert (facts.rotatable_bonds, facts.h_bond_donors, facts.h_bond_acceptors) == (2, 1, 3)
    assert facts.stereocentres == facts.double_bond_stereo == facts.isotopes == ()
    assert facts.groups == {"carboxylic acid": 1, "ester": 1, "benzene ring": 1}


@pytest.mark.parametrize(
    ("name", "formula", "charge"),
    [
        ("methane", "CH4", 0),
        ("sodium acetate", "C2H3NaO2", 0),
        ("sulfur hexafluoride", "F6S", 0),
        ("deuteromethane", "CH4", 0),
        ("proton", "H+", 1),
        ("uranyl", "O2U+2", 2),
    ],
)
def test_formula_and_charge(name: str, formula: str, charge: int) -> None:
    facts = exact_facts(TEST_MOLECULES[name].smiles)
    assert (facts.formula, facts.charge) == (formula, charge)


@pytest.mark.parametrize(
    ("smiles", "formula"),
    [
        ("[NH4+].[Br-]", "BrH4N"),  # without carbon hydrogen has no place of its own
        ("[AsH3]", "AsH3"),
        ("[SiH4]", "H4Si"),
        ("[AlH4-]", "AlH4-"),
        ("O=S(=O)(O)O", "H2O4S"),
        ("[O-]S(=O)(=O)[O-]", "O4S-2"),
        ("[2H]O[2H]", "H2O"),
        ("C[NH3+].[Br-]", "CH6BrN"),
        ("CC(=O)[O-]", "C2H3O2-"),
        ("BrC(Cl)(F)I", "CBrClFI"),
        ("[Cu+2].[O-]C=O", "CHCuO2+"),
    ],
)
def test_formula_is_in_hill_order(smiles: str, formula: str) -> None:
    assert exact_facts(smiles).formula == formula


def test_formula_is_rdkits_but_for_the_order() -> None:
    for molecule in TEST_MOLECULES.values():
        mol = read_molecule(molecule.smiles).mol
        theirs, ours = (
            sorted(re.findall(r"[A-Z][a-z]?\d*|[+-]\d*", formula))
            for formula in (rdMolDescriptors.CalcMolFormula(mol), hill_formula(mol))
        )
        assert ours == theirs, molecule.smiles


def test_electrons_weigh_in_the_monoisotopic_mass_alone() -> None:
    electron = 0.00054858  # u
    for ion, atom, charge in (("[Na+]", "[Na]", 1), ("[Cl-]", "[Cl]", -1), ("[Fe+2]", "[Fe]", 2)):
        with_charge, neutral = exact_facts(ion), exact_facts(atom)
        difference = neutral.monoisotopic_mass - with_charge.monoisotopic_mass
        assert difference == pytest.approx(charge * electron, abs=1.1e-5)
        assert with_charge.molar_mass == neutral.molar_mass
    assert exact_facts("[Na+]").monoisotopic_mass == 22.98922


def test_atom_counts_are_in_hill_order_and_count_hydrogen() -> None:
    assert list(exact_facts("OC(Br)N").atom_counts.items()) == [
        ("C", 1),
        ("H", 4),
        ("Br", 1),
        ("N", 1),
        ("O", 1),
    ]
    assert exact_facts("[2H]O").atom_counts == {"H": 2, "O": 1}
    assert exact_facts("[H][H]").atom_counts == {"H": 2}


def test_isotopes_weigh_and_are_listed() -> None:
    facts = exact_facts("[2H]C([2H])([2H])[13CH3]")
    assert facts.isotopes == ("13C", "2H", "2H", "2H")
    assert facts.molar_mass - exact_facts("CC").molar_mass == pytest.approx(3 * 1.0062 + 0.9924, abs=1e-3)


def test_radicals_are_counted() -> None:
    assert exact_facts(TEST_MOLECULES["ethyl radical"].smiles).radical_electrons == 1


@pytest.mark.parametrize(
    ("smiles", "centres"),
    [
        ("C[C@H](N)C(=O)O", ((1, "S"),)),  # L-alanine
        ("C[C@@H](N)C(=O)O", ((1, "R"),)),
        ("CC(N)C(=O)O", ((1, "?"),)),
        ("N[C@@H](CS)C(=O)O", ((1, "R"),)),  # L-cysteine is R: sulfur comes first
        ("C[C@H]1CC[C@@H](C)CC1", ((1, "s"), (4, "s"))),  # pseudo-asymmetric
        ("C12C3C4C1C5C2C3C45", ()),  # cages have no centre to invert
        ("C1C2CC3CC1CC(C2)C3", ()),
        ("C1CC2CCC1C2", ()),
        ("C1CCC2CCCCC2C1", ((3, "?"), (8, "?"))),  # decalin is cis or trans
        ("CC1(C)C2CCC1(C)C(=O)C2", ((3, "?"), (6, "?"))),  # camphor
        ("[SiH4]", ()),
        ("COP(=O)(O)OCC", ()),  # a proton hops between the oxygens
        ("NCC(=O)O", ()),
        ("CCO", ()),
    ],
)
def test_stereocentres(smiles: str, centres: tuple[tuple[int, str], ...]) -> None:
    assert exact_facts(smiles).stereocentres == centres


@pytest.mark.parametrize(
    ("smiles", "bonds"),
    [
        ("C/C=C/C", ((1, 2, "E"),)),
        ("C/C=C\\C", ((1, 2, "Z"),)),
        ("CC=CC", ((1, 2, "?"),)),
        ("C/C(F)=C(/C)Cl", ((1, 3, "E"),)),
        ("C=CC", ()),
        ("NC(N)=NCCCC(N)C(=O)O", ()),  # arginine
        ("NC(=N)NCCCC(N)C(=O)O", ()),
        ("C1=CCCCC1", ()),  # small rings have no choice
    ],
)
def test_double_bond_stereo(smiles: str, bonds: tuple[tuple[int, int, str], ...]) -> None:
    assert exact_facts(smiles).double_bond_stereo == bonds


@pytest.mark.parametrize(
    ("smiles", "sizes"),
    [
        ("C12C3C4C1C5C2C3C45", (4,) * 5),  # pentacyclic
        ("C1CC2CCC1C2", (5, 5)),
        ("c1ccc2[nH]ccc2c1", (5, 6)),
        ("CCO", ()),
    ],
)
def test_rings_are_counted_as_names_count_them(smiles: str, sizes: tuple[int, ...]) -> None:
    facts = exact_facts(smiles)
    assert facts.ring_sizes == sizes
    assert facts.rings == len(sizes)


def test_facts_leave_the_molecule_as_it_was() -> None:
    molecule = read_molecule(TEST_MOLECULES["cubane"].smiles)
    before = molecule.mol.ToBinary()
    exact_facts(molecule)
    assert molecule.mol.ToBinary() == before
    assert molecule.mol.GetRingInfo().NumRings() == 6


def test_the_dict_is_json_and_complete() -> None:
    facts = exact_facts(TEST_MOLECULES["L-alanine"].smiles)
    plain = facts.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert set(plain) == set(facts.__dataclass_fields__)
    assert plain["stereocentres"] == [[1, "S"]]


def test_every_test_molecule_has_facts() -> None:
    for molecule in TEST_MOLECULES.values():
        assert exact_facts(molecule.smiles).heavy_atoms >= 0


def test_what_is_no_molecule_has_no_facts() -> None:
    with pytest.raises(InvalidMoleculeError):
        exact_facts("C1CC")


def test_facts_take_milliseconds() -> None:
    smiles = varied_smiles()[:300]
    start = time.process_time()
    for text in smiles:
        exact_facts(text)
    assert time.process_time() - start < 300 * 0.005
