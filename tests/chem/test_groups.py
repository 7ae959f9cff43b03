"""The group catalogue, group by group, and its shortcuts against the plain search."""

from __future__ import annotations

import pytest
from rdkit import Chem

from llamo.chem.group_catalogue import FunctionalGroup
from llamo.chem.groups import GROUP_NAMES, GROUPS, find_group, find_groups
from llamo.errors import InputError
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


def test_one_group_is_found_as_among_all() -> None:
    for smiles in (*varied_smiles()[::60], *(group.example for group in GROUPS[::5])):
        mol = Chem.MolFromSmiles(smiles)
        found = find_groups(mol)
        assert {name: find_group(mol, name) for name in GROUP_NAMES} == {
            name: found.get(name, ()) for name in GROUP_NAMES
        }, smiles


def test_a_group_that_is_not_in_the_catalogue_is_refused() -> None:
    with pytest.raises(InputError, match="'ethanol group'"):
        find_group(Chem.MolFromSmiles("CCO"), "ethanol group")


def test_matches_are_the_atoms_of_the_group() -> None:
    assert find_groups(Chem.MolFromSmiles("CCO")) == {"alcohol": ((1, 2),), "primary alcohol": ((1, 2),)}


@pytest.mark.parametrize(
    ("smiles", "count"),
    [
        ("Nc1ccccc1", 1),
        ("c1ccccc1Nc1ccccc1", 1),  # one nitrogen, two rings
        ("c1ccccc1N(c1ccccc1)c1ccccc1", 1),
        ("Nc1cccc(N)c1", 2),
        ("c1ccccc1Nc1ccccn1", 1),
        ("Nc1ccccn1", 0),
        ("CC(=O)Nc1ccccc1", 0),
    ],
)
def test_anilines_are_counted_by_their_nitrogens(smiles: str, count: int) -> None:
    assert _groups(smiles).get("aniline", 0) == count


@pytest.mark.parametrize(
    ("smiles", "count"),
    [
        ("COc1ccccc1", 1),
        ("COc1ccccn1", 1),
        ("COC(OC)C", 2),
        ("COCC(=O)OCC", 1),
        ("CO[Si](OC)(OC)OC", 4),
        ("CON(C)C(C)=O", 1),
        ("CCOCC", 0),
        ("COC(C)=O", 0),
        ("COC(=O)OC", 0),
        ("COC(C)=S", 0),
        ("COC(C)=N", 0),
        ("COS(=O)(=O)c1ccccc1", 0),
        ("COP(=O)(OC)OC", 0),
        ("CO[N+](=O)[O-]", 0),
        ("CON=O", 0),
        ("COOC", 0),
        ("CO", 0),
        ("C[O-]", 0),
    ],
)
def test_methoxy_groups_are_no_methyl_esters(smiles: str, count: int) -> None:
    assert _groups(smiles).get("methoxy group", 0) == count


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("C1CC2CCC1CC2", {"cyclohexane ring": 3}),
        ("C1CC2CCC1CN2", {"cyclohexane ring": 1, "piperidine ring": 2}),
        ("C1CC2CNC1CC2", {"cyclohexane ring": 1, "piperidine ring": 2}),
        ("N1CC2CCC1CC2", {"cyclohexane ring": 1, "piperidine ring": 2}),
        ("C1C2CCC(C1)NC2", {"cyclohexane ring": 1, "piperidine ring": 2}),
    ],
)
def test_rings_of_a_cage_do_not_depend_on_the_order_of_atoms(smiles: str, expected: dict[str, int]) -> None:
    found = _groups(smiles)
    assert {name: count for name, count in found.items() if name.endswith(" ring")} == expected


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
