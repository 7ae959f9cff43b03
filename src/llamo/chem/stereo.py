"""Stereocentres and stereo double bonds with their CIP labels, unspecified ones included.

Labels come from `rdCIPLabeler`, RDKit's implementation of the full CIP rules, and from its older assignment
where that gives up. Which unlabelled sites could be stereogenic comes from `FindPotentialStereo`; it also
names the bridgeheads of cages, which cannot be inverted alone (adamantane has no stereocentre), so these
are left out unless their substituents differ (as in camphor).
"""

from __future__ import annotations

from typing import NamedTuple

from rdkit import Chem, rdBase
from rdkit.Chem import rdCIPLabeler

# Labels of large symmetric cages can take exponential time; drug-like molecules need a few thousand steps.
_MAX_CIP_STEPS = 200_000


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
    centres: dict[int, str] = {}
    double_bonds: list[tuple[int, int, str]] = []
    for site in sites:
        is_specified = site.specified == Chem.StereoSpecified.Specified
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
