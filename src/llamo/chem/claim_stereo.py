"""What can be claimed of a molecule's stereochemistry, as numbers under each reading of the words.

A site without a label may turn out either way, so counts of labels run from those that are to those that could be.
"""

from __future__ import annotations

from rdkit import Chem

from llamo.chem.claim_patterns import Counts, has_pattern, pattern
from llamo.chem.claim_view import MoleculeView

_AXES = ("[a;D3]:[a;D3](-!@[a;D3]:[a;D3])", "[C;!R]=[C]=[C;!R]")  # crowded biaryls, allenes


def labels(view: MoleculeView, label: str) -> Counts:
    """Count sites of a label, from those that have it to those that could."""
    sites = [site[-1] for site in (view.stereo.centres if label in "RS" else view.stereo.double_bonds)]
    has, older = sites.count(label), view.older_labels.count(label)
    most = max(has + sites.count(label.lower()) + sites.count("?"), older)
    return tuple(range(min(has, older) if older else has, most + 1))


def relative(view: MoleculeView, label: str) -> Counts:
    """Count cis or trans double bonds; the words fit E and Z only where both ends carry one hydrogen."""
    counts = labels(view, label)
    plain = pattern("[CX3;H1]=[CX3;H1]")
    pairs = {tuple(sorted(match)) for match in view.mol.GetSubstructMatches(plain)}
    odd = any((first, second) not in pairs for first, second, _ in view.stereo.double_bonds)
    in_rings = any(len(ring) < 20 for ring in view.rings) and bool(view.stereo.centres)
    return tuple(range(len(view.stereo.double_bonds) + 2)) if odd or in_rings else counts


def stereocentres(view: MoleculeView) -> Counts:
    """Count them all, without pseudo-asymmetric ones, as RDKit's older code does, and the specified ones."""
    centres = view.stereo.centres
    others = Chem.FindMolChiralCenters(
        Chem.Mol(view.mol), includeUnassigned=True, useLegacyImplementation=True
    )
    specified = sum(label != "?" for _, label in centres)
    true_ones = sum(label in "RS?" for _, label in centres)
    return len(centres), true_ones, len(others), specified


def unspecified_stereocentres(view: MoleculeView) -> Counts:
    """Count the stereocentres without a label."""
    return (sum(label == "?" for _, label in view.stereo.centres),)


def specified_stereocentres(view: MoleculeView) -> Counts:
    """Count the labelled stereocentres, with and without pseudo-asymmetric ones."""
    labels = [label for _, label in view.stereo.centres if label != "?"]
    return len(labels), sum(label in "RS" for label in labels)


def chiral(view: MoleculeView) -> Counts:
    """Tell chirality: none without a centre or an axis, certain with exactly one centre, else by reflection."""
    centres = [label for _, label in view.stereo.centres]
    if not centres:
        return (0, 1) if any(has_pattern(view.mol, axis) for axis in _AXES) else (0,)
    if len(centres) == 1 and centres[0] in "RS?":
        return (1,)
    if "?" in centres or not all(label in "RSrs" for label in centres):
        return 0, 1
    mirrored = Chem.Mol(view.mol)
    for atom in mirrored.GetAtoms():
        atom.InvertChirality()
    same = Chem.CanonSmiles(Chem.MolToSmiles(mirrored)) == Chem.CanonSmiles(Chem.MolToSmiles(view.mol))
    return (int(not same),)


def stereo_double_bonds(view: MoleculeView) -> Counts:
    """Count the double bonds that can be E or Z, and those that are labelled."""
    bonds = view.stereo.double_bonds
    return len(bonds), sum(label != "?" for *_, label in bonds)
