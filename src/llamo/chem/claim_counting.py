"""The numbers a claim is compared with: how often its subject occurs, one number a reading of the words."""

from __future__ import annotations

from itertools import accumulate

from llamo.chem.claim_classes import class_membership, class_readings
from llamo.chem.claim_composed_names import composed_membership
from llamo.chem.claim_group_readings import COUNT_READINGS, GROUP_READINGS, WIDER
from llamo.chem.claim_patterns import Counts, count_matches
from llamo.chem.claim_properties import PROPERTIES, isotope_count
from llamo.chem.claim_ring_readings import FAMILY, RING_NAMES, family_counts, ring_counts
from llamo.chem.claim_types import Claim
from llamo.chem.claim_view import MoleculeView
from llamo.chem.groups import GROUP_NAMES, find_group

_MACROCYCLE_SIZES = (12, 9)  # what counts as one: twelve atoms by most textbooks, medium rings for some
_RING_ELEMENTS = {"nitrogen": 7, "oxygen": 8, "sulfur": 16}
_CATALOGUE = frozenset(GROUP_NAMES)


def subject_counts(view: MoleculeView, claim: Claim) -> Counts | None:
    """Count a claim's subject in a molecule; the first number is the plainest reading.

    Returns:
        One number a reading, or None if the subject is nothing that is counted here.
    """
    known = PROPERTIES.get((claim.kind, claim.subject))
    if known is not None:
        return known(view)
    if claim.subject.endswith(FAMILY):
        counts = family_counts(view.mol, claim.subject.removesuffix(FAMILY))
    elif claim.kind == "ring" and claim.subject in RING_NAMES:
        counts = ring_counts(view.mol, claim.subject)
    elif claim.kind == "ring":
        return _described_rings(view, claim.subject)
    elif claim.subject.startswith("element besides "):
        named = claim.subject.removeprefix("element besides ").split(", ")
        return (len(set(view.atom_counts) - {*named, "H"}),)
    elif claim.kind == "atom_count":
        return (view.atom_counts.get(claim.subject, 0),)
    elif claim.kind == "class":
        is_composed = claim.subject not in class_readings()
        return (composed_membership if is_composed else class_membership)(view, claim.subject)
    elif claim.kind == "isotope":
        return isotope_count(view, claim.subject)
    elif claim.kind == "group":
        counts = _group_counts(view, claim.subject)
    else:
        return None
    if claim.comparison == ">=" and claim.value == 1:
        return counts
    extra = COUNT_READINGS.get(claim.subject, ())
    return (*counts, *(count_matches(view.mol, smarts) for smarts in extra))


def _group_counts(view: MoleculeView, subject: str) -> Counts:
    if subject in _CATALOGUE:
        exact = len(find_group(view.mol, subject))
        return exact, *(max(exact, count_matches(view.mol, smarts)) for smarts in WIDER.get(subject, ()))
    counts = [count_matches(view.mol, smarts) for smarts in GROUP_READINGS[subject]]
    return tuple(accumulate(counts, max))  # readings go from narrow to wide


def _described_rings(view: MoleculeView, subject: str) -> Counts | None:
    """Count rings of a described sort: "6-membered aromatic ring", "macrocycle", "nitrogen heterocyclic ring"."""
    if subject == "macrocycle":
        return tuple(sum(len(ring) >= size for ring in view.rings) for size in _MACROCYCLE_SIZES)
    *features, noun = subject.split()
    if noun != "ring":
        return None
    chosen = [ring for ring in view.rings if all(_has_feature(view, ring, feature) for feature in features)]
    counts = [min(len(chosen), view.num_rings)]
    doubtful = [ring for ring in chosen if _is_doubtful(view, ring)]
    if "aromatic" in features and doubtful:
        counts.append(len(chosen) - len(doubtful))
    if "non-aromatic" in features or "saturated" in features:
        others = [feature for feature in features if feature not in ("non-aromatic", "saturated")]
        alike = [ring for ring in view.rings if all(_has_feature(view, ring, one) for one in others)]
        counts.append(sum(_is_doubtful(view, ring) or not _is_aromatic(view, ring) for ring in alike))
    if "heterocyclic" in features and len(chosen) > len(view.ring_systems):
        counts.append(len(view.ring_systems))  # a fused system taken for one heterocycle
    return tuple(counts)


def _has_feature(view: MoleculeView, ring: tuple[int, ...], feature: str) -> bool:
    atoms = [view.atoms[index] for index in ring]
    if feature.endswith("-membered"):
        return len(ring) == int(feature.removesuffix("-membered"))
    if feature in _RING_ELEMENTS:
        return any(atom.GetAtomicNum() == _RING_ELEMENTS[feature] for atom in atoms)
    if feature == "aromatic":
        return _is_aromatic(view, ring)
    if feature == "non-aromatic":
        return not _is_aromatic(view, ring)
    if feature == "saturated":
        return all(not atom.GetIsAromatic() and atom.GetHybridization().name == "SP3" for atom in atoms)
    if feature == "heterocyclic":
        return any(atom.GetAtomicNum() != 6 for atom in atoms)
    if feature == "carbocyclic":
        return all(atom.GetAtomicNum() == 6 for atom in atoms)
    return feature != "fused" or any(view.mol.GetRingInfo().NumAtomRings(index) > 1 for index in ring)


def _is_aromatic(view: MoleculeView, ring: tuple[int, ...]) -> bool:
    return all(view.atoms[index].GetIsAromatic() for index in ring)


def _is_doubtful(view: MoleculeView, ring: tuple[int, ...]) -> bool:
    """Tell an aromatic ring with an exocyclic double bond, which not all call aromatic."""
    if not _is_aromatic(view, ring):
        return False
    return any(
        bond.GetBondTypeAsDouble() == 2.0 and bond.GetOtherAtomIdx(index) not in ring
        for index in ring
        for bond in view.atoms[index].GetBonds()
    )
