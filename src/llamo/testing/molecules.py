"""Molecules picked by hand, each for a reason, and texts that are none, each with what its error must say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class TestMolecule:
    """A molecule worth testing with.

    Attributes:
        smiles: As people write it, not always canonical.
        reason: What it is there to catch.
    """

    __test__: ClassVar[bool] = False  # pytest takes classes that begin with Test for test classes

    smiles: str
    reason: str


@dataclass(frozen=True)
class InvalidInput:
    """A text (or what is no text) that has to be refused.

    Attributes:
        value: What a user might pass.
        says: A word of the error that tells this mistake from others.
    """

    value: object
    says: str


_M = TestMolecule

TEST_MOLECULES: dict[str, TestMolecule] = {
    "methane": _M("C", "one atom, no bond: no ring, group or chain, yet one motif"),
    "helium": _M("[He]", "one atom that is no carbon"),
    "proton": _M("[H+]", "hydrogen alone"),
    "hydrogen": _M("[H][H]", "hydrogens bound to each other only"),
    "deuteromethane": _M("[2H]C([2H])([2H])[2H]", "hydrogen isotopes are atoms of the graph"),
    "ethanol": _M("CCO", "the smallest with a group and a chain"),
    "octane": _M("CCCCCCCC", "chain alone, more carbons than the counts' small places"),
    "undecane": _M("C" * 11, "more than ten carbons: the last place of the count stands for more"),
    "sodium acetate": _M("CC(=O)[O-].[Na+]", "ion pair: two fragments, charges"),
    "ammonium nitrate": _M("[NH4+].[O-][N+](=O)[O-]", "inorganic salt without carbon"),
    "cisplatin": _M("[NH3]->[Pt](<-[NH3])(Cl)Cl", "dative bonds to a metal"),
    "ferrocene": _M("[cH-]1cccc1.[cH-]1cccc1.[Fe+2]", "charged aromatic rings beside a metal ion"),
    "cubane": _M("C12C3C4C1C5C2C3C45", "six four-membered rings, five in the smallest set"),
    "norbornane": _M("C1CC2CCC1C2", "bridged: two rings share three atoms"),
    "adamantane": _M("C1C2CC3CC1CC(C2)C3", "bridged cage of four rings"),
    "spiro[4.5]decane": _M("C1CCC2(C1)CCCCC2", "spiro: two rings share one atom"),
    "naphthalene": _M("c1ccc2ccccc2c1", "fused: two rings share a bond"),
    "paracyclophane": _M("C1Cc2ccc(cc2)CCc2ccc1cc2", "a large ring over two benzene rings"),
    "L-alanine": _M("C[C@H](N)C(=O)O", "one stereocentre, S"),
    "D-alanine": _M("C[C@@H](N)C(=O)O", "its mirror image, R"),
    "(E)-stilbene": _M("c1ccccc1/C=C/c1ccccc1", "stereo double bond, E"),
    "(Z)-stilbene": _M("c1ccccc1/C=C\\c1ccccc1", "stereo double bond, Z"),
    "myo-inositol": _M("O[C@H]1[C@H](O)[C@@H](O)[C@H](O)[C@H](O)[C@@H]1O", "ring stereo, pseudo-asymmetric"),
    "ethyl radical": _M("C[CH2]", "unpaired electron"),
    "TEMPO": _M("CC1(C)CCCC(C)(C)N1[O]", "a stable radical"),
    "glucose-13C": _M("OC[C@H]1O[13CH](O)[C@H](O)[C@@H](O)[C@@H]1O", "isotope, hemiacetal, stereo"),
    "o-xylene": _M("Cc1ccccc1C", "same motif counts as p-xylene"),
    "p-xylene": _M("Cc1ccc(C)cc1", "same motif counts as o-xylene"),
    "pyrimidine": _M("c1cncnc1", "same motif counts as pyrazine"),
    "pyrazine": _M("c1cnccn1", "same motif counts as pyrimidine"),
    "pyridine": _M("c1ccncc1", "a marked atom that only sits in a ring"),
    "N-methylpyrrole": _M("Cn1cccc1", "a marked ring atom that carries something"),
    "aspirin": _M("CC(=O)Oc1ccccc1C(=O)O", "two groups beside one ring"),
    "caffeine": _M("Cn1c(=O)c2c(ncn2C)n(C)c1=O", "fused aromatic rings with carbonyls"),
    "sulfuric acid": _M("OS(=O)(=O)O", "hypervalent sulfur"),
    "sulfur hexafluoride": _M("FS(F)(F)(F)(F)F", "hybridisation beyond SP3"),
    "sodium borodeuteride": _M("[2H][B-]([2H])([2H])[2H].[Na+]", "hydrogen isotopes on a marked atom"),
    "azide": _M("CN=[N+]=[N-]", "cumulated double bonds with charges"),
    "carbon monoxide": _M("[C-]#[O+]", "triple bond, charges on both atoms"),
    "R group": _M("*CCO", "attachment point, an atom of no element"),
    "mapped": _M("[CH3:1][OH:2]", "atom-map numbers, which carry no chemistry"),
    "uranyl": _M("O=[U+2]=O", "a heavy element"),
    "polyglycine": _M("N" + "CC(=O)N" * 66 + "CC(=O)O", "269 heavy atoms: indices beyond one byte"),
}  # fmt: skip

INVALID_INPUTS: dict[str, InvalidInput] = {
    "empty": InvalidInput("", "empty"),
    "white space": InvalidInput("  \n", "empty"),
    "nonsense": InvalidInput("xyz?", "'x'"),
    "a name": InvalidInput("aspirin", "looks like a name"),
    "a name in two words": InvalidInput("benzoic acid", "looks like a name"),
    "a formula": InvalidInput("C6H12O6", "looks like a formula"),
    "a salt's formula": InvalidInput("NaCl", "looks like a formula"),
    "an InChIKey": InvalidInput("LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "InChIKey"),
    "unclosed ring": InvalidInput("C1CCCC", "ring bond 1"),
    "ring to itself": InvalidInput("C11", "joins an atom to itself"),
    "unclosed branch": InvalidInput("CC(C", "'(' at position 3"),
    "closed without opening": InvalidInput("CC)C", "')' at position 3"),
    "unclosed bracket": InvalidInput("C[NH3+", "'[' at position 2"),
    "unknown element": InvalidInput("C[Xx]", "[Xx]"),
    "query atom": InvalidInput("[C,N]C", "[C,N]"),
    "bond to nothing": InvalidInput("CC=", "where an atom is due"),
    "too many bonds": InvalidInput("CN(C)(C)(C)C", "valence"),
    "not aromatic": InvalidInput("c1cccc1", "kekulize"),
    "Greek letter": InvalidInput("CCα", "GREEK SMALL LETTER ALPHA"),
    "full-width letters": InvalidInput("ＣＣＯ", "write 'CCO'"),
    "zero-width space": InvalidInput("CC\u200bO", "ZERO WIDTH SPACE"),
    "a title behind": InvalidInput("CCO 12", "white space"),
    "two molecules": InvalidInput("CCO,CCC", "','"),
    "a reaction": InvalidInput("CCO>>CC=O", "reaction"),
    "a reaction with reagents": InvalidInput("CCO>[Na+]>CC=O", "reaction"),
    "cut-off InChI": InvalidInput("InChI=1S/C2H6O/c1-2-", "InChI"),
    "five thousand atoms": InvalidInput("C" * 5000, "5000 atoms"),
    "a million characters": InvalidInput("C" * 1_000_000, "too large"),
    "None": InvalidInput(None, "empty cell"),
    "NaN": InvalidInput(float("nan"), "empty cell"),
    "a number": InvalidInput(42, "type int"),
}
