"""What can be counted of a molecule besides groups: rings, atoms, charges, stereo, bonds, parts.

Each property gives one number, or several where the words have several readings; "is it" properties give 1
or 0. A claim is judged under every reading (`claim_checking`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from llamo.chem import claim_acidity as acidity
from llamo.chem import claim_stereo as stereo
from llamo.chem.claim_patterns import Counts, count_matches, has_pattern, pattern
from llamo.chem.claim_view import MoleculeView
from llamo.chem.claim_words import word_set
from llamo.chem.extended_facts import pi_bonds

_HALOGENS = ("F", "Cl", "Br", "I", "At")
_NONMETALS = word_set("H He C N O F Ne P S Cl Ar Se Br Kr I Xe At Rn *")
_METALLOIDS = word_set("B Si Ge As Sb Te")


def _elements(view: MoleculeView, symbols: Iterable[str]) -> int:
    return sum(view.atom_counts.get(symbol, 0) for symbol in symbols)


def _heteroatoms(view: MoleculeView) -> Counts:
    others = [symbol for symbol in view.atom_counts if symbol not in ("C", "H", "*")]
    return _elements(view, others), _elements(view, [symbol for symbol in others if symbol not in _HALOGENS])


def _heavy_atoms(view: MoleculeView) -> Counts:
    return (_elements(view, [symbol for symbol in view.atom_counts if symbol != "H"]),)


def _atoms(view: MoleculeView) -> Counts:
    return sum(view.atom_counts.values()), *_heavy_atoms(view)


def _halogens(view: MoleculeView) -> Counts:
    """Count all, and those that are bound to something (no chloride ions)."""
    return _elements(view, _HALOGENS), count_matches(view.mol, "[F,Cl,Br,I;$(*~[!H0,!#1])]")


def _metals(view: MoleculeView) -> Counts:
    """Count metals without the metalloids, and with them."""
    metals = set(view.atom_counts) - _NONMETALS
    return _elements(view, metals - _METALLOIDS), _elements(view, metals)


def _formal_charges(view: MoleculeView) -> Counts:
    return len(view.lone_charges), sum(atom.GetFormalCharge() != 0 for atom in view.atoms)


def _triple_bonds(view: MoleculeView) -> Counts:
    return (sum(bond.GetBondType() == Chem.BondType.TRIPLE for bond in view.mol.GetBonds()),)


def _aromatic_rings(view: MoleculeView) -> Counts:
    """Count as RDKit does, and without rings that have an exocyclic C=O (pyridone, caffeine)."""
    total = int(rdMolDescriptors.CalcNumAromaticRings(view.mol))
    doubtful = {match[0] for match in view.mol.GetSubstructMatches(pattern("[a]=[O,S,N]"))}
    plain = sum(
        all(view.atoms[index].GetIsAromatic() for index in ring) and not doubtful & set(ring)
        for ring in view.rings
    )
    return total, min(plain, total)


def _aromatic_ring_systems(view: MoleculeView) -> Counts:
    return (*_aromatic_rings(view), min(len(view.ring_systems), _aromatic_rings(view)[0]))


def _ring_systems(view: MoleculeView) -> Counts:
    return len(view.ring_systems), view.num_rings


def _cyclicity(view: MoleculeView) -> Counts:
    """Count rings for words like bicyclic: all rings, or those of the largest fused system."""
    return view.num_rings, max(view.ring_systems, default=0)


def _fused_rings(view: MoleculeView) -> Counts:
    in_systems = sum(size for size in view.ring_systems if size > 1)
    return (in_systems,)


def _charged_atoms(view: MoleculeView, sign: int) -> Counts:
    lone = sum(charge * sign > 0 for charge in view.lone_charges)
    every = sum(atom.GetFormalCharge() * sign > 0 for atom in view.atoms)
    return max(0, view.charge * sign), lone, every


def _ion(view: MoleculeView, sign: int) -> Counts:
    return int(view.charge * sign > 0), int(any(charge * sign > 0 for charge in view.fragment_charges))


def _zwitterion(view: MoleculeView) -> Counts:
    has_both = min(view.lone_charges, default=0) < 0 < max(view.lone_charges, default=0)
    is_inner = has_both and view.charge == 0 and len(view.fragment_charges) == 1
    could_be = has_pattern(view.mol, "[CX3](=O)[OX2H1,OX1-]") and has_pattern(
        view.mol, "[NX3,NX4+;!$(N[#6]=O);$(N[CX4])]"
    )
    return int(is_inner), int(is_inner or bool(could_be) or (has_both and view.charge != 0))


def _salt(view: MoleculeView) -> Counts:
    has_ions = any(charge for charge in view.fragment_charges)
    has_acid = has_pattern(view.mol, "[ClH,BrH,IH,FH;D0]")
    several = len(view.fragment_charges) > 1
    return int(several and (has_ions or bool(has_acid))), int(several)


def _double_bonds(view: MoleculeView) -> Counts:
    """Count C=C, all double bonds outside aromatic rings, and all of one Kekule structure."""
    kekulised = Chem.Mol(view.mol)
    Chem.Kekulize(kekulised, clearAromaticFlags=True)
    every = sum(bond.GetBondType() == Chem.BondType.DOUBLE for bond in kekulised.GetBonds())
    localised = sum(bond.GetBondType() == Chem.BondType.DOUBLE for bond in view.mol.GetBonds())
    olefinic = len(view.mol.GetSubstructMatches(pattern("[C]=[C]")))
    return olefinic, localised, every


def _unsaturated(view: MoleculeView) -> Counts:
    every = _double_bonds(view)[-1]
    carbons = has_pattern(view.mol, "[C]=[C]") or has_pattern(view.mol, "C#C")
    return (
        int(carbons),
        int(bool(carbons) or has_pattern(view.mol, "[c]")),
        int(bool(every) or has_pattern(view.mol, "*#*")),
    )


def _unsaturation(view: MoleculeView) -> Counts:
    """Count rings and pi bonds as the formula does, and with those that S=O and P=O are drawn with."""
    _, _, double = _double_bonds(view)
    return view.num_rings + pi_bonds(view.mol), view.num_rings + double + 2 * _triple_bonds(view)[0]


def _rotatable_bonds(view: MoleculeView) -> Counts:
    options = rdMolDescriptors.NumRotatableBondsOptions
    kinds = (options.Strict, options.NonStrict, options.StrictLinkages)
    return tuple(int(rdMolDescriptors.CalcNumRotatableBonds(view.mol, kind)) for kind in kinds)


def _donors(view: MoleculeView) -> Counts:
    donors = int(rdMolDescriptors.CalcNumHBD(view.mol))
    hydrogens = int(rdMolDescriptors.CalcNumLipinskiHBD(view.mol))
    atoms = count_matches(view.mol, "[N,O;!H0]") + count_matches(view.mol, "[nH]")
    return donors, hydrogens, atoms


def _acceptors(view: MoleculeView) -> Counts:
    acceptors = int(rdMolDescriptors.CalcNumHBA(view.mol))
    pubchem_like = count_matches(
        view.mol, "[#8,$([#7;!$([#7]~[#6]=[O,S]);!$([nH]);!$([nX3]);!$([#7X4])]),F,$([#16X2])]"
    )
    low, high = sorted((acceptors, max(pubchem_like, int(rdMolDescriptors.CalcNumLipinskiHBA(view.mol)))))
    return tuple(range(low, high + 1))


def _hydrocarbon(view: MoleculeView) -> Counts:
    return (int(set(view.atom_counts) <= {"C", "H"} and "C" in view.atom_counts),)


def _organic(view: MoleculeView) -> Counts:
    """Tell carbon compounds, and those in which it is bound to hydrogen or carbon (HNCO is inorganic to some)."""
    has_carbon = "C" in view.atom_counts
    return int(has_carbon and has_pattern(view.mol, "[$([#6]~[#6]),$([#6;!H0])]")), int(has_carbon)


def _alkane(view: MoleculeView) -> Counts:
    is_saturated = _hydrocarbon(view)[0] and all(
        atom.GetTotalDegree() == 4 for atom in view.atoms if atom.GetAtomicNum() == 6
    )
    return int(is_saturated and not view.num_rings), int(is_saturated)


def _isotopes(view: MoleculeView) -> list[str]:
    return [f"{atom.GetIsotope()}{atom.GetSymbol()}" for atom in view.atoms if atom.GetIsotope()]


def _aliphatic(view: MoleculeView) -> Counts:
    total, plain = _aromatic_rings(view)
    return int(total == 0), int(plain == 0), int(total == 0 and view.num_rings == 0)


def _radicals(view: MoleculeView) -> int:
    return sum(atom.GetNumRadicalElectrons() for atom in view.atoms)


PROPERTIES: dict[tuple[str, str], Callable[[MoleculeView], Counts]] = {
    ("ring", "ring"): lambda view: (view.num_rings,),
    ("ring", "ring system"): _ring_systems,
    ("ring", "cyclicity"): _cyclicity,
    ("ring", "aromatic ring"): _aromatic_rings,
    ("ring", "aromatic ring system"): _aromatic_ring_systems,
    ("ring", "fused ring"): _fused_rings,
    ("ring", "spiro atom"): lambda view: (int(rdMolDescriptors.CalcNumSpiroAtoms(view.mol)),),
    ("ring", "bridged ring"): lambda view: (int(rdMolDescriptors.CalcNumBridgeheadAtoms(view.mol)),),
    ("atom_count", "heavy atom"): _heavy_atoms,
    ("atom_count", "atom"): _atoms,
    ("atom_count", "heteroatom"): _heteroatoms,
    ("atom_count", "halogen"): _halogens,
    ("atom_count", "metal"): _metals,
    ("charge", "net charge"): lambda view: (view.charge,),
    ("charge", "positive charge"): lambda view: _charged_atoms(view, 1),
    ("charge", "negative charge"): lambda view: _charged_atoms(view, -1),
    ("charge", "overall charge"): lambda view: (abs(view.charge),),
    ("charge", "charge"): lambda view: (abs(view.charge), len(view.lone_charges)),
    ("charge", "formal charge"): _formal_charges,
    ("charge", "cation"): lambda view: _ion(view, 1),
    ("charge", "anion"): lambda view: _ion(view, -1),
    ("charge", "ion"): lambda view: (int(view.charge != 0), int(any(view.fragment_charges))),
    ("charge", "zwitterion"): _zwitterion,
    ("stereo", "stereocentre"): stereo.stereocentres,
    ("stereo", "specified stereocentre"): stereo.specified_stereocentres,
    ("stereo", "unspecified stereocentre"): stereo.unspecified_stereocentres,
    ("stereo", "chiral"): stereo.chiral,
    ("stereo", "R"): lambda view: stereo.labels(view, "R"),
    ("stereo", "S"): lambda view: stereo.labels(view, "S"),
    ("stereo", "E"): lambda view: stereo.labels(view, "E"),
    ("stereo", "Z"): lambda view: stereo.labels(view, "Z"),
    ("stereo", "cis"): lambda view: stereo.relative(view, "Z"),
    ("stereo", "trans"): lambda view: stereo.relative(view, "E"),
    ("stereo", "stereo double bond"): stereo.stereo_double_bonds,
    ("aromaticity", "aromatic"): lambda view: tuple(int(count > 0) for count in _aromatic_rings(view)),
    ("aromaticity", "aliphatic"): _aliphatic,
    ("acid_base", "acid"): acidity.acid,
    ("acid_base", "base"): acidity.base,
    ("acid_base", "amphoteric"): acidity.amphoteric,
    ("acid_base", "Bronsted acid"): acidity.bronsted_acid,
    ("acid_base", "Bronsted base"): acidity.bronsted_base,
    ("fragments", "fragment"): lambda view: (len(view.fragment_charges),),
    ("fragments", "salt"): _salt,
    ("isotope", "isotope"): lambda view: (len(_isotopes(view)),),
    ("radical", "radical"): lambda view: (int(_radicals(view) > 0),),
    ("radical", "unpaired electron"): lambda view: (_radicals(view),),
    ("bonds", "rotatable bond"): _rotatable_bonds,
    ("bonds", "double bond"): _double_bonds,
    ("bonds", "triple bond"): _triple_bonds,
    ("bonds", "degree of unsaturation"): _unsaturation,
    ("h_bond", "donor"): _donors,
    ("h_bond", "acceptor"): _acceptors,
    ("class", "hydrocarbon"): _hydrocarbon,
    ("class", "alkane"): _alkane,
    ("class", "unsaturated"): _unsaturated,
    ("class", "organic"): _organic,
}


def isotope_count(view: MoleculeView, subject: str) -> Counts:
    """Count the atoms of one isotope, such as "13C"."""
    return (_isotopes(view).count(subject),)
