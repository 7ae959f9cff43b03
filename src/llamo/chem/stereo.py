"""Stereocentres and stereo double bonds with their CIP labels, unspecified ones included.

Labels come from `rdCIPLabeler`, RDKit's implementation of the full CIP rules, and from its older assignment
where that gives up. Which unlabelled sites could be stereogenic comes from `FindPotentialStereo`, which is
too generous, so an unlabelled site is left out

- with two hydrogens or more (RDKit names the silicon of `[SiH4]` and `C[SiH3]`);
- if it is symmetric once acid protons are shared: O-H, O- and =O on one phosphorus or sulfur are alike, as in
  phosphates, sulfites and sulfinates (with =S and O- a thiophosphate keeps its centre), and so are a
  carboxylic acid and its anion;
- if it is the double bond of C=N-H, which nobody isolates as E or Z, or of an atom that is not flat: sulfur
  in a pyramid, the linear middle of an azide;
- if it is a cage's bridgehead, which cannot be inverted alone (adamantane has no stereocentre), unless its
  substituents differ (as in camphor).

A site that the input marks (`CO[P@](=O)(O)OCC`, `C/C=N/[H]`) keeps its label.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rdkit import Chem, rdBase
from rdkit.Chem import rdCIPLabeler

# Labels of large symmetric cages can take exponential time; drug-like molecules need a few thousand steps.
_MAX_CIP_STEPS = 200_000
_ACID_CENTRES = frozenset((15, 16, 33, 34, 51, 52))  # P, S, As, Se, Sb, Te
_ACID_LIGANDS = frozenset((7, 8, 16, 34))  # N, O, S, Se
_CHALCOGENS = frozenset((16, 34, 52))

_Key = tuple[Chem.StereoType, int]


class Stereo(NamedTuple):
    """Labelled sites of a molecule.

    Attributes:
        centres: (atom index, "R" | "S" | "r" | "s" | "?"), ascending; lower case is pseudo-asymmetric.
        double_bonds: (first atom, second atom, "E" | "Z" | "?"), ascending.
    """

    centres: tuple[tuple[int, str], ...]
    double_bonds: tuple[tuple[int, int, str], ...]


def label_stereo(mol: Chem.Mol) -> Stereo:
    """Label a sanitised molecule's stereocentres and double bonds; "?" where they are not specified."""
    labelled = Chem.Mol(mol)  # labels are written on the molecule
    with rdBase.BlockLogs():
        try:
            rdCIPLabeler.AssignCIPLabels(labelled, maxRecursiveIterations=_MAX_CIP_STEPS)
        except RuntimeError:  # the step limit; RDKit has no exception class of its own for it
            Chem.AssignStereochemistry(labelled, cleanIt=False, force=True)
        sites = Chem.FindPotentialStereo(labelled, cleanIt=False)
        genuine = _genuine_sites(mol, sites)
    centres: dict[int, str] = {}
    double_bonds: list[tuple[int, int, str]] = []
    for site in sites:
        is_specified = site.specified == Chem.StereoSpecified.Specified
        if not is_specified and _key(site) not in genuine:
            continue
        if site.type == Chem.StereoType.Atom_Tetrahedral:
            centres[site.centeredOn] = (
                _label(labelled.GetAtomWithIdx(site.centeredOn)) if is_specified else "?"
            )
        elif site.type == Chem.StereoType.Bond_Double:
            bond = labelled.GetBondWithIdx(site.centeredOn)
            ends = sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))
            double_bonds.append((ends[0], ends[1], _label(bond) if is_specified else "?"))
    for atom in _cage_bridgeheads(mol, [atom for atom, label in centres.items() if label == "?"]):
        del centres[atom]
    return Stereo(tuple(sorted(centres.items())), tuple(sorted(double_bonds)))


def _label(part: Chem.Atom | Chem.Bond) -> str:
    return str(part.GetProp("_CIPCode")) if part.HasProp("_CIPCode") else "?"


def _key(site: Chem.StereoInfo) -> _Key:
    return site.type, site.centeredOn


def _genuine_sites(mol: Chem.Mol, sites: Iterable[Chem.StereoInfo]) -> set[_Key]:
    """Pick the unspecified sites that are stereogenic in what the molecule is, not only in how it is drawn."""
    unspecified = {_key(site) for site in sites if site.specified != Chem.StereoSpecified.Specified}
    genuine = {key for key in unspecified if _may_be_site(mol, *key)}
    shared = _share_protons(mol) if genuine else None
    if shared is not None:  # looked at again as a whole, since one site can rest on another
        genuine &= {_key(site) for site in Chem.FindPotentialStereo(shared, cleanIt=False)}
    return genuine


def _may_be_site(mol: Chem.Mol, kind: Chem.StereoType, index: int) -> bool:
    if kind == Chem.StereoType.Atom_Tetrahedral:
        atom = mol.GetAtomWithIdx(index)
        plain = [near for near in atom.GetNeighbors() if near.GetAtomicNum() == 1 and not near.GetIsotope()]
        return bool(atom.GetTotalNumHs() + len(plain) < 2)
    if kind == Chem.StereoType.Bond_Double:
        bond = mol.GetBondWithIdx(index)
        return all(_is_flat(end) for end in (bond.GetBeginAtom(), bond.GetEndAtom()))
    return True


def _is_flat(end: Chem.Atom) -> bool:
    """Tell whether a double bond's end has sides: it is neither pyramidal sulfur nor linear."""
    if end.GetAtomicNum() in _CHALCOGENS:
        return bool(end.GetDegree() < 3)
    return sum(bond.GetBondType() == Chem.BondType.DOUBLE for bond in end.GetBonds()) < 2


def _share_protons(mol: Chem.Mol) -> Chem.Mol | None:
    """Draw ligands alike that differ by a proton, and C=N-H without a side; None if there are none.

    The copy is for looking at its symmetry alone: "COP(=O)(O)OCC" -> "CO[P+]([O-])([O-])OCC".
    """
    acid_bonds = [bond for atom in mol.GetAtoms() for bond in _acid_bonds(atom)]
    imine_bonds = [bond.GetIdx() for bond in mol.GetBonds() if _is_open_imine(bond)]
    if not acid_bonds and not imine_bonds:
        return None
    shared = Chem.Mol(mol)
    for centre, bond_index in acid_bonds:
        bond = shared.GetBondWithIdx(bond_index)
        atom, ligand = shared.GetAtomWithIdx(centre), bond.GetOtherAtom(shared.GetAtomWithIdx(centre))
        _set_hydrogens(atom, atom.GetTotalNumHs())
        _set_hydrogens(ligand, 0)
        ligand.SetFormalCharge(-1)
        if bond.GetBondType() == Chem.BondType.DOUBLE:
            atom.SetFormalCharge(atom.GetFormalCharge() + 1)
            bond.SetBondType(Chem.BondType.SINGLE)
    for bond_index in imine_bonds:
        bond = shared.GetBondWithIdx(bond_index)
        for end in (bond.GetBeginAtom(), bond.GetEndAtom()):
            _set_hydrogens(end, end.GetTotalNumHs())
        bond.SetBondType(Chem.BondType.TRIPLE)  # a bond without sides that no real neighbour has
    shared.UpdatePropertyCache(strict=False)
    return shared


def _set_hydrogens(atom: Chem.Atom, count: int) -> None:
    atom.SetNoImplicit(True)
    atom.SetNumExplicitHs(count)


def _acid_bonds(atom: Chem.Atom) -> list[tuple[int, int]]:
    """List (atom, bond to a ligand that is or could be protonated), where there are two such ligands or more."""
    is_carbon = atom.GetAtomicNum() == 6
    if not is_carbon and atom.GetAtomicNum() not in _ACID_CENTRES:
        return []
    if atom.GetIsAromatic() or atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED:
        return []
    found: list[tuple[int, int]] = []
    has_double = False
    for bond in atom.GetBonds():
        ligand = bond.GetOtherAtom(atom)
        if ligand.GetAtomicNum() not in _ACID_LIGANDS or (is_carbon and ligand.GetAtomicNum() != 8):
            continue
        is_double = bond.GetBondType() == Chem.BondType.DOUBLE
        if is_double or ligand.GetTotalNumHs(includeNeighbors=True) or ligand.GetFormalCharge() < 0:
            found.append((atom.GetIdx(), bond.GetIdx()))
            has_double |= is_double
    return found if len(found) > 1 and (has_double or not is_carbon) else []


def _is_open_imine(bond: Chem.Bond) -> bool:
    """Tell whether this is C=N-H with no side marked."""
    if bond.GetBondType() != Chem.BondType.DOUBLE or bond.GetStereo() > Chem.BondStereo.STEREOANY:
        return False
    ends = sorted((bond.GetBeginAtom(), bond.GetEndAtom()), key=lambda end: end.GetAtomicNum())
    if [end.GetAtomicNum() for end in ends] != [6, 7]:
        return False
    return bool(ends[1].GetTotalNumHs(includeNeighbors=True))


def _cage_bridgeheads(mol: Chem.Mol, candidates: list[int]) -> list[int]:
    """Pick the atoms that sit in a cage: in three rings or more, or in two that share more than a bond."""
    rings = [set(ring) for ring in mol.GetRingInfo().AtomRings()]
    caged: list[int] = []
    for atom in candidates:
        mine = [ring for ring in rings if atom in ring]
        if len(mine) > 2 or (len(mine) == 2 and len(mine[0] & mine[1]) > 2):
            caged.append(atom)
    if not caged:
        return []
    distinct = {atom for atom, _ in Chem.FindMolChiralCenters(Chem.Mol(mol), includeUnassigned=True)}
    return [atom for atom in caged if atom not in distinct]
