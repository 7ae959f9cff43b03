"""The group catalogue, group by group, and its shortcuts against the plain search."""

from __future__ import annotations

import pytest
from rdkit import Chem

from llamo.chem.group_catalogue import FunctionalGroup
from llamo.chem.groups import GROUP_NAMES, GROUPS, find_groups
from llamo.testing.molecules import TEST_MOLECULES
from llamo.testing.variety import varied_smiles

BY_NAME = {group.name: group for group in GROUPS}


def _groups(smiles: str) -> dict[str, int]:
    return {name: len(matches) for name, matches in find_groups(Chem.MolFromSmiles(smiles)).items()}


def test_the_catalogue_is_large_and_without_repeats() -> None:
    assert len(GROUPS) >= 150
    assert len(set(GROUP_NAMES)) == len(GROUPS)
    assert len({group.smarts for group in GROUPS}) == len(GROUPS)


@pytest.mark.parametrize("group", GROUPS, ids=GROUP_NAMES)
def test_each_group_is_in_its_example_once_and_not_in_its_counterexample(group: FunctionalGroup) -> None:
    assert _groups(group.example).get(group.name) == _EXAMPLE_COUNTS.get(group.name, 1)
    assert group.name not in _groups(group.counterexample)
    if group.kind_of:
        assert group.kind_of in _groups(group.example)
        assert GROUP_NAMES.index(group.kind_of) < GROUP_NAMES.index(group.name)  # the search relies on it


# Examples too small to hold the group only once.
_EXAMPLE_COUNTS: dict[str, int] = {}


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CCO", {"alcohol": 1, "primary alcohol": 1}),
        ("CC(=O)Oc1ccccc1C(=O)O", {"carboxylic acid": 1, "ester": 1, "benzene ring": 1}),
        ("Cn1c(=O)c2c(ncn2C)n(C)c1=O", {"purine skeleton": 1, "pyrimidine ring": 1, "imidazole ring": 1}),
        ("OCC1OC(O)C(O)C(O)C1O",
         {"alcohol": 5, "primary alcohol": 1, "secondary alcohol": 3, "hemiacetal": 1,
          "tetrahydropyran ring": 1}),
        ("NCC(=O)NCC(=O)O", {"carboxylic acid": 1, "amide": 1, "secondary amide": 1, "peptide bond": 1,
                             "amine": 1, "primary amine": 1}),
        ("OC(=O)C(=O)O", {"carboxylic acid": 2}),
        ("O=C1NC(=O)c2ccccc21", {"imide": 1, "benzene ring": 1}),
        ("CS(=O)(=O)Nc1ccc(F)cc1",
         {"sulfonamide": 1, "benzene ring": 1, "fluoro compound": 1, "aryl halide": 1}),
        ("C", {}),
        ("O", {}),
    ],
)  # fmt: skip
def test_groups_of_well_known_molecules(smiles: str, expected: dict[str, int]) -> None:
    assert _groups(smiles) == expected


def test_matches_are_the_atoms_of_the_group() -> None:
    assert find_groups(Chem.MolFromSmiles("CCO")) == {"alcohol": ((1, 2),), "primary alcohol": ((1, 2),)}


def test_the_rim_of_a_cage_is_no_ring_of_it() -> None:
    assert _groups(TEST_MOLECULES["cubane"].smiles) == {"cyclobutane ring": 6}


def test_shortcuts_change_nothing() -> None:
    patterns = {group.name: Chem.MolFromSmarts(group.smarts) for group in GROUPS}
    for smiles in varied_smiles()[::4]:
        mol = Chem.MolFromSmiles(smiles)
        found = find_groups(mol)
        rings = {frozenset(ring) for ring in mol.GetRingInfo().AtomRings()}
        for name, pattern in patterns.items():
            matches = mol.GetSubstructMatches(pattern, maxMatches=10_000)
            if all(atom.GetDegree() == 2 for atom in pattern.GetAtoms()):
                matches = tuple(match for match in matches if frozenset(match) in rings)
            assert found.get(name, ()) == matches, (smiles, name)


def test_special_cases_lie_on_their_class() -> None:
    for smiles in (*varied_smiles()[::4], *(group.example for group in GROUPS)):
        found = find_groups(Chem.MolFromSmiles(smiles))
        for name, matches in found.items():
            for match in matches if BY_NAME[name].kind_of else ():
                assert any(set(match) & set(other) for other in found[BY_NAME[name].kind_of]), (smiles, name)


def test_more_than_a_thousand_occurrences_are_all_counted() -> None:
    assert _groups("C(O)" * 1200)["alcohol"] == 1200
