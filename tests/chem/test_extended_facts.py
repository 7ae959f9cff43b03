from __future__ import annotations

import json
from dataclasses import fields

import pytest
from rdkit import Chem

from llamo.chem.acid_base_groups import ACIDIC, BASIC, acidic_groups, basic_groups, is_strong
from llamo.chem.claim_acidity import acid, base
from llamo.chem.claim_view import view_of
from llamo.chem.extended_facts import ExtendedFacts, extended_facts, pi_bonds
from llamo.chem.facts import exact_facts
from llamo.chem.groups import GROUP_NAMES, GROUPS
from llamo.errors import InvalidMoleculeError
from llamo.testing.molecules import TEST_MOLECULES

VALENCES = {"C": 4, "N": 3, "O": 2, "F": 1, "Cl": 1, "Br": 1, "I": 1, "H": 1, "Si": 4}


def test_aspirin() -> None:
    """TPSA and logP as PubChem and RDKit give them; the InChIKey as PubChem does."""
    facts = extended_facts("CC(=O)Oc1ccccc1C(=O)O")
    assert facts.tpsa == 63.6
    assert facts.logp == 1.31
    assert facts.scaffold == "c1ccccc1"
    assert facts.inchikey == "BSYNRYMUTXBXSQ-UHFFFAOYSA-N"
    assert facts.inchi == "InChI=1S/C9H8O4/c1-6(10)13-8-5-3-2-4-7(8)9(11)12/h2-5H,1H3,(H,11,12)"
    assert (facts.unsaturation, facts.fraction_sp3) == (6, 0.111)
    assert (facts.acidic_groups, facts.basic_groups) == ({"carboxylic acid": 1}, {})
    assert (facts.rule_of_five_violations, facts.passes_rule_of_five) == ((), True)


@pytest.mark.parametrize(
    ("smiles", "pi"),
    [
        ("C", 0), ("C=C", 1), ("C#C", 2), ("c1ccccc1", 3), ("C#N", 2), ("C[N+](=O)[O-]", 1), ("CS(C)=O", 0),
        ("CS(C)(=O)=O", 0), ("CP(C)(C)=O", 0), ("CC(C)=S", 1), ("[O-]Cl(=O)(=O)=O", 0), ("CN=[N+]=[N-]", 2),
        ("[C-]#[O+]", 2), ("c1cc[nH]c1", 2), ("C=C=C", 2), ("CC(=O)[O-].[Na+]", 1),
    ],
)  # fmt: skip
def test_pi_bonds(smiles: str, pi: int) -> None:
    assert pi_bonds(Chem.MolFromSmiles(smiles)) == pi


def is_plain(smiles: str) -> bool:
    """Tell one neutral molecule of common elements, for which the textbook's formula holds."""
    facts = exact_facts(smiles)
    is_common = set(facts.atom_counts) <= set(VALENCES)
    return is_common and not facts.radical_electrons and not facts.charge and facts.fragments == 1


PLAIN = [name for name, one in TEST_MOLECULES.items() if is_plain(one.smiles)]


@pytest.mark.parametrize("name", PLAIN)
def test_unsaturation_is_what_the_formula_says(name: str) -> None:
    """The textbook's count: 1 + sum of n (v - 2) / 2."""
    facts = exact_facts(TEST_MOLECULES[name].smiles)
    by_formula = 1 + sum(number * (VALENCES[one] - 2) for one, number in facts.atom_counts.items()) / 2
    assert extended_facts(TEST_MOLECULES[name].smiles).unsaturation == by_formula


@pytest.mark.parametrize("name", TEST_MOLECULES)
def test_every_molecule_has_facts_that_json_takes(name: str) -> None:
    facts = extended_facts(TEST_MOLECULES[name].smiles)
    plain = facts.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert list(plain) == [field.name for field in fields(ExtendedFacts)]


def test_what_inchi_cannot_express_has_none() -> None:
    facts = extended_facts("*CCO")
    assert (facts.inchi, facts.inchikey) == ("", "")


def test_without_carbon_there_is_no_fraction() -> None:
    assert extended_facts("[Na+].[Cl-]").fraction_sp3 is None
    assert extended_facts("CC").fraction_sp3 == 1.0


def test_rule_of_five_names_what_is_exceeded() -> None:
    fat = "CCCCCCCCCCCCCCCCCC(=O)OCC(COC(=O)CCCCCCCCCCCCCCCCC)OC(=O)CCCCCCCCCCCCCCCCC"
    facts = extended_facts(fat)
    assert [violation.split(" over")[0].split(" ")[0] for violation in facts.rule_of_five_violations] == [
        "molar", "logP",
    ]  # fmt: skip
    assert not facts.passes_rule_of_five
    one = extended_facts("CCCCCCCCCCCCCCCC(=O)O")
    assert one.rule_of_five_violations == (f"logP {one.logp:g} over 5",)
    assert one.passes_rule_of_five


def test_spiro_and_bridgehead_atoms() -> None:
    spiro = extended_facts("C1CCC2(C1)CCCCC2")
    bridged = extended_facts("C1CC2CCC1C2")
    assert (spiro.spiro_atoms, spiro.bridgehead_atoms) == (1, 0)
    assert (bridged.spiro_atoms, bridged.bridgehead_atoms) == (0, 2)


@pytest.mark.parametrize(
    ("smiles", "scaffold"),
    [
        ("CCO", ""), ("CCc1ccccc1", "c1ccccc1"), ("O=C1CCCCC1C", "O=C1CCCCC1"),
        ("CN1CCC(c2ccccc2)CC1", "c1ccc(C2CCNCC2)cc1"), ("C[C@H]1CC[C@@H](O)CC1", "C1CCCCC1"),
    ],
)  # fmt: skip
def test_scaffolds(smiles: str, scaffold: str) -> None:
    assert extended_facts(smiles).scaffold == scaffold


ACID_CASES = {
    "carboxylic acid": ("CC(=O)O", "CC(=O)[O-]"),
    "sulfonic acid": ("CS(=O)(=O)O", "CS(=O)(=O)OC"),
    "sulfinic acid": ("CS(=O)O", "CS(=O)[O-]"),
    "phosphonic acid": ("CP(=O)(O)O", "CP(=O)([O-])[O-]"),
    "phosphonate ester": ("CP(=O)(O)OC", "CP(=O)(OC)OC"),
    "phosphate ester": ("COP(=O)(O)O", "COP(=O)(OC)OC"),
    "phosphoanhydride": ("COP(=O)(O)OP(=O)(O)O", "COP(=O)(OC)OP(=O)(OC)OC"),
    "sulfate ester": ("COS(=O)(=O)O", "COS(=O)(=O)[O-]"),
    "tetrazole ring": ("c1nnn[nH]1", "Cn1cnnn1"),
    "phenol": ("Oc1ccccc1", "COc1ccccc1"),
    "thiol": ("CCS", "CSC"),
    "enol": ("C=CO", "C=COC"),
    "hydroxamic acid": ("CC(=O)NO", "CC(=O)NOC"),
    "hydroperoxide": ("CCOO", "CCOOC"),
    "imide": ("O=C1CCC(=O)N1", "CN1C(=O)CCC1=O"),
    "sulfonamide": ("CS(N)(=O)=O", "CS(=O)(=O)N(C)C"),
    "boronic acid": ("CB(O)O", "COB(C)OC"),
    "ammonium": ("C[NH3+]", "C[N+](C)(C)C"),
}
BASE_CASES = {
    "amine": ("CCN", "Nc1ccccc1"),
    "amidine": ("CC(N)=N", "CC(N)=[NH2+]"),
    "guanidine": ("NC(N)=N", "NC(N)=[NH2+]"),
    "pyridine ring": ("c1ccncc1", "O=c1cccc[nH]1"),
    "imidazole ring": ("c1c[nH]cn1", "c1c[nH]c[nH+]1"),
    "aniline": ("Nc1ccccc1", "CC(=O)Nc1ccccc1"),
    "imine": ("CC(C)=NC", "CC(C)=[NH+]C"),
    "pyrimidine ring": ("c1cncnc1", "O=c1cc[nH]c(=O)[nH]1"),
    "pyrazine ring": ("c1cnccn1", "c1ccccc1"),
    "pyridazine ring": ("c1ccnnc1", "c1ccccc1"),
    "phosphine": ("CP(C)C", "CP(C)(C)=O"),
    "carboxylate": ("CC(=O)[O-]", "CC(=O)O"),
    "phenolate": ("[O-]c1ccccc1", "Oc1ccccc1"),
}


def test_every_acidic_and_basic_group_has_its_cases() -> None:
    assert set(ACID_CASES) == {one.name for one in ACIDIC} <= set(GROUP_NAMES)
    assert set(BASE_CASES) == {one.name for one in BASIC} <= set(GROUP_NAMES)


@pytest.mark.parametrize("name", ACID_CASES)
def test_acidic_groups(name: str) -> None:
    has, has_not = ACID_CASES[name]
    assert extended_facts(has).acidic_groups.get(name) == 1
    assert name not in extended_facts(has_not).acidic_groups


@pytest.mark.parametrize("name", BASE_CASES)
def test_basic_groups(name: str) -> None:
    has, has_not = BASE_CASES[name]
    assert extended_facts(has).basic_groups.get(name) == 1
    assert name not in extended_facts(has_not).basic_groups


@pytest.mark.parametrize("smiles", [group.example for group in GROUPS])
def test_strong_groups_make_what_the_claim_checker_calls_an_acid_or_a_base(smiles: str) -> None:
    mol, groups = Chem.MolFromSmiles(smiles), exact_facts(smiles).groups
    acids, bases = acidic_groups(mol, groups), basic_groups(mol, groups)
    if any(is_strong(name) for name in acids):
        assert acid(view_of(smiles))[-1] == 1
    if any(is_strong(name) for name in bases):
        assert base(view_of(smiles))[-1] == 1


def test_known_facts_are_not_computed_again() -> None:
    facts = exact_facts("OCC")
    assert extended_facts("OCC", facts) == extended_facts("OCC")


def test_nonsense_is_refused() -> None:
    with pytest.raises(InvalidMoleculeError, match="nonsense"):
        extended_facts("nonsense")


def test_the_claim_checker_counts_unsaturation_alike() -> None:
    from llamo.chem.claims import check_claims

    said = "It has {} degrees of unsaturation."
    assert [one.status for one in check_claims(said.format(4), "Cc1ccccc1")] == ["true"]
    assert [one.status for one in check_claims(said.format(0), "CS(C)(=O)=O")] == ["unclear"]
    assert [one.status for one in check_claims(said.format(1), "CS(C)(=O)=O")] == ["false"]


def test_facts_speed_is_measured() -> None:
    from llamo.errors import InputError
    from llamo.evaluation.facts_speed import measure_facts

    speed = measure_facts(["CCO", "c1ccccc1"])
    assert speed.molecules == 2
    assert 0 < speed.exact < speed.all
    with pytest.raises(InputError, match="at least one"):
        measure_facts([])
