"""Classes of compounds that a structure decides, and what is left alone about relatives of the molecule."""

from __future__ import annotations

import pytest
from claim_molecules import MOLECULES

from llamo.chem.claim_class_table import PIECES
from llamo.chem.claim_classes import NUMBERS, class_membership, class_names, class_readings
from llamo.chem.claim_composed_names import composed_membership, composed_name
from llamo.chem.claim_patterns import pattern
from llamo.chem.claim_view import view_of
from llamo.chem.claims import check_claims, extract_claims
from llamo.testing.molecules import TEST_MOLECULES

# fmt: off
# a name, a molecule of the class, a similar one that is not; "?" before a molecule: open to reading
CLASSES = (
    ("aromatic ether", "COc1ccccc1", "CCOCC"),
    ("aromatic ketone", "CC(=O)c1ccccc1", "CC(C)=O"),
    ("cyclic ketone", "O=C1CCCCC1", "CC(C)=O"),
    ("methyl ester", "COC(=O)CC", "CCOC(=O)CC"),
    ("benzoate ester", "CCOC(=O)c1ccccc1", "CCOC(C)=O"),
    ("tertiary alpha-hydroxy ketone", "CC(=O)C(C)(C)O", "CC(=O)CCO"),
    ("enal", "O=CC=CC", "CCCC=O"),
    ("polyphenol", "Oc1cc(O)cc(O)c1", "Oc1ccccc1"),
    ("hydroxy monocarboxylic acid", "C[C@H](O)C(=O)O", "CC(=O)O"),
    ("monocarboxylic acid anion", "CC(=O)[O-]", "CC(=O)O"),
    ("dicarboxylic acid dianion", "[O-]C(=O)CC([O-])=O", "CC(=O)O"),
    ("long-chain fatty acid", "CCCCCCCCCCCCCCCC(=O)O", "CCC(=O)O"),
    ("polyunsaturated fatty acid", "CC/C=C/C/C=C/C/C=C/CCCCCCCC(=O)O", "CCCCCCCC(=O)O"),
    ("triglyceride", "CC(=O)OCC(OC(C)=O)COC(C)=O", "OCC(O)CO"),
    ("secondary carboxamide", "CNC(C)=O", "CC(=O)O"),
    ("anilide", "CC(=O)Nc1ccccc1", "CC(=O)NCC"),
    ("dipeptide", "NCC(=O)NCC(=O)O", "NCC(=O)O"),
    ("tripeptide", "NCC(=O)NCC(=O)NCC(=O)O", "NCC(=O)O"),
    ("organic ion", "C[N+](C)(C)C", "CN(C)C"),
    ("hydrate", "CCO.O", "CCO"),
    ("aryl sulfide", "CSc1ccccc1", "CSC"),
    ("organic heterotricyclic compound", "c1ccc2c(c1)[nH]c1ccccc12", "c1ccccc1"),
    ("carbobicyclic compound", "C1CCC2CCCCC2C1", "C1CCCCC1"),
    ("gamma-lactone", "O=C1CCCO1", "CCOC(C)=O"),
    ("penicillin", "CC1(C)S[C@@H]2[C@H](NC(C)=O)C(=O)N2[C@H]1C(=O)O", "O=C1CCCN1"),
    ("disaccharide", "OC[C@H]1O[C@@H](O[C@@H]2[C@@H](CO)OC(O)[C@H](O)[C@H]2O)[C@H](O)[C@@H](O)[C@H]1O", "OCC(O)CO"),
    ("beta-D-glucoside", "CO[C@@H]1O[C@H](CO)[C@@H](O)[C@H](O)[C@H]1O", "CCOCC"),
    ("nucleoside", "Nc1ncnc2c1ncn2[C@@H]1O[C@H](CO)[C@@H](O)[C@H]1O", "Nc1ncnc2[nH]cnc12"),
    ("sterol", "C[C@]12CC[C@H]3[C@@H](CC=C4C[C@@H](O)CC[C@]34C)[C@@H]1CCC2", "OC1CCCCC1"),
    ("deuterated compound", "[2H]C(Cl)(Cl)Cl", "ClC(Cl)Cl"),
    ("dichlorobenzene", "Clc1ccc(Cl)cc1", "Clc1ccccc1"),
    ("trihydroxyflavone", "O=c1cc(-c2ccc(O)cc2)oc2cc(O)cc(O)c12", "O=c1cc(-c2ccccc2)oc2ccccc12"),
    ("chloropyridine", "Clc1ccccn1", "Cc1ccccn1"),
    ("nitrophenol", "Oc1ccc(cc1)[N+](=O)[O-]", "Oc1ccccc1"),
)
# text, molecule, verdicts
CAPTIONS = (
    ("The molecule is a member of the class of phenols and an aromatic ether.", "vanillin", "TT"),
    ("It is a member of pyridines, a member of phenols and a monochlorobenzene.", "nicotine", "TFF"),
    ("It is a tertiary amine, a member of pyrrolidines and an organic heterobicyclic compound.", "nicotine", "TTU"),
    ("It is a carbotetracyclic compound, a cyclic ketone, an enone and a 3-oxo steroid.", "testosterone", "TTTT"),
    ("It is a dipeptide and a methyl ester.", "glutamic acid", "FF"),
    ("It is not a peptide.", "glucose", "T"),
    ("It contains an aromatic ether.", "anisole", "T"),
    ("It contains an aromatic ether.", "ethanol", "F"),
    ("It is classified as an organochlorine compound and as a dichlorobenzene.", "dichlorobenzene", "TT"),
    ("It belongs to the monosaccharides.", "glucose", "T"),
    ("It is a member of piperidines.", "pyridine", "F"),
    ("It is a member of pyrroles.", "nicotine", "U"),  # pyrrolidine: hydrogenated ones may be counted among them
    ("It contains a pyrrole ring.", "nicotine", "F"),
    ("It contains a piperidine ring.", "pyridine", "F"),
)
# Relatives of the molecule, forms of use, names: nothing of it is said of the molecule.
SILENT = (
    "It is 4-nitrophenol.",
    "It is biotin sulfoxide.",
    "It is stored as a hydrate.",
    "It is sold as its sodium salt.",
    "Its salts are used as bleaches.",
    "It arises by migration of a proton from the sulfonate group to the amino group.",
    "It is a nucleoside analogue.",
    "It is a peptide coupling reagent.",
    "It is a component of many steroids.",
    "It has an affinity for peptides and steroids.",
    "Its discovery opened the class of sulfonamides.",
    "It is a building block for peptides.",
    "It is an intermediate in fatty acid metabolism.",
    "It is excreted as a glucuronide.",
    "It is a monosaccharide derivative.",
    "It is a pyrimidine 2'-deoxyribonucleoside.",
    "It has an impurity with a nitro group.",
    "It is a base for ointments.",
)
# fmt: on


@pytest.mark.parametrize(("name", "member", "other"), CLASSES, ids=[row[0] for row in CLASSES])
def test_a_class_holds_its_member_and_not_its_neighbour(name: str, member: str, other: str) -> None:
    (claim,) = extract_claims(f"The molecule is a {name}.")
    assert claim.kind == "class"
    said = [check_claims(f"The molecule is a {name}.", smiles)[0].status for smiles in (member, other)]
    assert said == ["true", "false"]
    assert check_claims(f"It is not a {name}.", member)[0].status == "false"


@pytest.mark.parametrize(("text", "name", "verdicts"), CAPTIONS)
def test_captions_of_classes(text: str, name: str, verdicts: str) -> None:
    found = check_claims(text, MOLECULES[name])
    assert "".join(verdict.status[0].upper() for verdict in found) == verdicts, found


@pytest.mark.parametrize("text", SILENT)
def test_what_is_said_of_a_relative_is_no_claim(text: str) -> None:
    assert extract_claims(text) == []


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("It is the ether of the phenolic hydroxy group of 2-naphthol.", ["ether"]),
        ("It is 1,3-propanedithiol with both sulfhydryls bearing methyl groups.", ["methyl group"]),
        ("It has a propyl group at position 2 which in turn is substituted by fluorine.", ["F"]),
        ("It consists of urea with the oxygen atom substituted by sulfur.", ["S"]),
    ],
)
def test_what_has_been_changed_is_not_claimed_but_what_it_became(text: str, subjects: list[str]) -> None:
    assert [claim.subject for claim in extract_claims(text)] == subjects


def test_a_class_of_derivatives_is_no_class_of_acids() -> None:
    claims = extract_claims(
        "It is a diester and a member of dicarboxylic acids and O-substituted derivatives."
    )
    assert [claim.subject for claim in claims] == ["ester"]


def test_a_class_is_not_counted() -> None:
    assert extract_claims("It has two aromatic ethers.") == []


def test_every_reading_is_sound() -> None:
    for name, readings in class_readings().items():
        assert 1 <= len(readings) <= 3, name
        for condition in (one for reading in readings for one in reading):
            assert condition.what in NUMBERS or pattern(condition.what) is not None, (name, condition)
    assert set(class_names().values()) == set(class_readings())
    assert all(pattern(smarts) is not None for smarts in PIECES.values())


def test_readings_widen_and_odd_molecules_are_judged() -> None:
    for molecule in TEST_MOLECULES.values():
        view = view_of(molecule.smiles)
        for name in class_readings():
            counts = class_membership(view, name)
            assert list(counts) == sorted(counts)
            assert set(counts) <= {0, 1}


def test_composed_names_are_taken_apart() -> None:
    assert composed_name("trihydroxyflavone") == (3, "hydroxy", "flavone skeleton")
    assert composed_name("chloropyridine") == (0, "chloro", "pyridine ring")
    assert composed_name("dichloromethane") is None
    assert composed_name("hydroxyl") is None
    with pytest.raises(KeyError):
        composed_membership(view_of("CCO"), "ethanol")
