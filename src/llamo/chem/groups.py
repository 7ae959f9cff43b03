"""Finding functional groups: which of the catalogue's groups a molecule has, and on which atoms."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from rdkit import Chem

from llamo.chem.group_catalogue import NITROGEN_GROUPS, OTHER_GROUPS, OXYGEN_GROUPS, FunctionalGroup
from llamo.chem.ring_catalogue import RING_GROUPS
from llamo.errors import InputError

GROUPS: tuple[FunctionalGroup, ...] = (*OXYGEN_GROUPS, *NITROGEN_GROUPS, *OTHER_GROUPS, *RING_GROUPS)
GROUP_NAMES: tuple[str, ...] = tuple(group.name for group in GROUPS)

# RDKit stops at 1,000 matches unless told otherwise; a molecule of the largest size read here has fewer
# than this.
_MAX_MATCHES = 100_000
_AROMATIC = 1000  # added to an atomic number to count its aromatic atoms


class _Pattern(NamedTuple):
    name: str
    query: Chem.Mol
    kind_of: str  # the class that a molecule with this group has as well, or empty
    elements: tuple[
        tuple[int, int], ...
    ]  # (atomic number, aromatic ones plus 1000: how many a match takes at least)
    is_one_ring: bool  # the pattern is one plain ring, so a match has to be a ring of the molecule


def find_groups(mol: Chem.Mol) -> dict[str, tuple[tuple[int, ...], ...]]:
    """Find the catalogue's groups in a molecule.

    Args:
        mol: A sanitised molecule.

    Returns:
        For each group that occurs, in the catalogue's order, the atom indices of each occurrence (each set
        of atoms once).

    Example: ethanol -> {"alcohol": ((1, 2),), "primary alcohol": ((1, 2),)}
    """
    atoms = [mol.GetAtomWithIdx(index) for index in range(mol.GetNumAtoms())]
    present = Counter(atom.GetAtomicNum() for atom in atoms)
    present.update(_AROMATIC + atom.GetAtomicNum() for atom in atoms if atom.GetIsAromatic())
    rings = {frozenset(ring) for ring in mol.GetRingInfo().AtomRings()}
    found: dict[str, tuple[tuple[int, ...], ...]] = {}
    for pattern in _patterns():
        if pattern.kind_of and pattern.kind_of not in found:
            continue
        if all(present[element] >= count for element, count in pattern.elements):
            matches = _matches(mol, pattern, rings)
            if matches:
                found[pattern.name] = matches
    return found


def find_group(mol: Chem.Mol, name: str) -> tuple[tuple[int, ...], ...]:
    """Find one group of the catalogue: what `find_groups(mol).get(name, ())` gives, without the others.

    Raises:
        InputError: If the catalogue has no such group.
    """
    pattern = _patterns_by_name().get(name)
    if pattern is None:
        raise InputError(f"no functional group is called {name!r}; GROUP_NAMES lists the catalogue's")
    if pattern.kind_of and not find_group(mol, pattern.kind_of):
        return ()
    return _matches(mol, pattern, {frozenset(ring) for ring in mol.GetRingInfo().AtomRings()})


def _matches(mol: Chem.Mol, pattern: _Pattern, rings: set[frozenset[int]]) -> tuple[tuple[int, ...], ...]:
    matches: tuple[tuple[int, ...], ...] = mol.GetSubstructMatches(pattern.query, maxMatches=_MAX_MATCHES)
    if matches and pattern.is_one_ring:  # the rim of two fused rings is a cycle, but no ring
        matches = tuple(match for match in matches if frozenset(match) in rings)
    return matches


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(_pattern(group) for group in GROUPS)


@lru_cache(maxsize=1)
def _patterns_by_name() -> dict[str, _Pattern]:
    return {pattern.name: pattern for pattern in _patterns()}


def _pattern(group: FunctionalGroup) -> _Pattern:
    """Compile a group; a query atom that may be of several elements has atomic number 0 and asks for none."""
    query = Chem.MolFromSmarts(group.smarts)
    atoms = [atom for atom in query.GetAtoms() if atom.GetAtomicNum()]
    needed = Counter(atom.GetAtomicNum() for atom in atoms)
    needed.update(_AROMATIC + atom.GetAtomicNum() for atom in atoms if atom.GetIsAromatic())
    is_one_ring = query.GetNumAtoms() == query.GetNumBonds() and all(
        atom.GetDegree() == 2 for atom in query.GetAtoms()
    )
    return _Pattern(group.name, query, group.kind_of, tuple(needed.items()), is_one_ring)
