"""Which sites count as stereogenic: literal molecules, and InChI's own count of them."""

from __future__ import annotations

import re

import pytest
from rdkit import Chem, rdBase

from llamo.chem.reading import read_molecule
from llamo.chem.stereo import label_stereo
from llamo.testing.variety import varied_smiles


@pytest.mark.parametrize(
    "smiles",
    [
        "[SiH4]",
        "[AlH4-]",
        "[PH4+]",
        "C[SiH3]",
        "O=S([O-])O",  # hydrogen sulfite
        "COS(=O)O",
        "CS(=O)O",  # a sulfinic acid and its anion
        "CS(=O)[O-]",
        "CS(=O)(=N)N",  # =NH and NH2 swap as =O and OH do
        "COP(=O)(O)OCC",
        "COP(=O)([O-])O",
        "COP(=O)([O-])OP(=O)([O-])[O-]",  # a diphosphate
        "CP(=O)(O)[O-]",
        "COP(=O)O",
        "C[As](O)(=O)CC",
        "CC(OP(=O)(O)OC)OP(=O)([O-])OC",  # its carbon would rest on two phosphorus atoms
        "CC(OP(=O)(O)O)OP(=O)([O-])[O-]",
        "OC(=O)CC(O)(CC(=O)[O-])C(=O)O",  # hydrogen citrate
        "CC(C(C)=N)C(C)=N",
    ],
)
def test_what_is_symmetric_or_swaps_protons_is_no_stereocentre(smiles: str) -> None:
    assert label_stereo(Chem.MolFromSmiles(smiles)) == ((), ())


@pytest.mark.parametrize(
    ("smiles", "centre"),
    [
        ("F[SiH](Cl)Br", 1),
        ("CS(=O)CC", 1),
        ("COS(=O)OCC", 2),
        ("CS(=O)N", 1),
        ("CS(=N)(=O)CC", 1),
        ("CS(CC)=NC", 1),  # and its S=N has no sides
        ("CCP(C)(=O)c1ccccc1", 2),
        ("CP(CC)CCC", 1),
        ("COP(=O)(OCC)S", 2),
        ("COP([O-])(=S)OCC", 2),  # a phosphorothioate
        ("CNP(=O)(C)OC", 2),
        ("CC([2H])O", 1),
        ("CC(C(=O)OC)C(=O)[O-]", 1),
        ("CC(O)COP(=O)(O)OC", 1),
    ],
)
def test_real_open_centres_stay(smiles: str, centre: int) -> None:
    assert label_stereo(Chem.MolFromSmiles(smiles)) == (((centre, "?"),), ())


@pytest.mark.parametrize(
    ("smiles", "bonds"),
    [
        ("NC(N)=N", ()),
        ("NC(=N)NC", ()),
        ("CC(=N)N", ()),
        ("CC=N", ()),
        ("CC(=N)CC", ()),
        ("[2H]N=CC", ()),
        ("C/C=N\\[H]", ((1, 2, "Z"),)),  # marked
        ("C/C=N/[H]", ((1, 2, "E"),)),
        ("CC=NC", ((1, 2, "?"),)),
        ("CC=NO", ((1, 2, "?"),)),
        ("CN=NC", ((1, 2, "?"),)),
        ("CN=N", ((1, 2, "?"),)),
        ("N=CC=CC", ((2, 3, "?"),)),
        ("CN=[N+]=[N-]", ()),  # linear
        ("CC=C=CC", ()),  # an allene's ends are not in one plane
    ],
)
def test_imine_hydrogen_has_no_side_unless_marked(smiles: str, bonds: tuple[object, ...]) -> None:
    assert label_stereo(Chem.MolFromSmiles(smiles)) == ((), bonds)


def test_a_marked_acid_centre_keeps_its_label() -> None:
    labels = {label_stereo(Chem.MolFromSmiles(f"CO[P{tag}](=O)(O)OCC")).centres[0][1] for tag in ("@", "@@")}
    assert labels == {"R", "S"}


def test_the_molecule_is_left_as_it_was() -> None:
    molecule = read_molecule("NC(=N)NCCCC(N)COP(=O)(O)OC")
    before = molecule.mol.ToBinary()
    assert label_stereo(molecule.mol).centres == ((7, "?"),)
    assert molecule.mol.ToBinary() == before


def _open_inchi_centres(smiles: str) -> int:
    with rdBase.BlockLogs():
        inchi = Chem.MolToInchi(Chem.MolFromSmiles(smiles), options="/SUU")
    return sum(layer.count("?") for layer in re.findall(r"/t([^/]*)", inchi.split("/i")[0]))


def _is_bridged(mol: Chem.Mol) -> bool:
    rings = [set(ring) for ring in mol.GetRingInfo().AtomRings()]
    return any(len(one & other) > 2 for i, one in enumerate(rings) for other in rings[:i]) or len(rings) > 5


def test_open_centres_are_those_of_inchi() -> None:
    # InChI counts an allene's axis and a cage's bridgeheads as well, and treats dummies and isotopes otherwise.
    left_out = re.compile(r"=C=|\*|\[2H\]|\.")
    sample = [text for text in varied_smiles() if not left_out.search(text)]
    compared = 0
    for text in sample:
        mol = Chem.MolFromSmiles(text)
        if not _is_bridged(mol):
            centres = label_stereo(mol).centres
            assert sum(label == "?" for _, label in centres) == _open_inchi_centres(text), text
            compared += 1
    assert compared > 1000
