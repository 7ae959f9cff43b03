"""Counting SMARTS patterns: compiled once, counted by the atoms or rings that they find."""

from __future__ import annotations

from functools import cache

from rdkit import Chem

Counts = tuple[int, ...]


@cache
def pattern(smarts: str) -> Chem.Mol:
    """Compile a SMARTS once."""
    return Chem.MolFromSmarts(smarts)


def count_matches(mol: Chem.Mol, smarts: str) -> int:
    """Count a pattern's matches: rings once each, other groups by the distinct atoms that its first atom matches."""
    query = pattern(smarts)
    if query.GetNumBonds() >= query.GetNumAtoms():
        return len(mol.GetSubstructMatches(query, maxMatches=10_000))
    return len({match[0] for match in mol.GetSubstructMatches(query, uniquify=False, maxMatches=10_000)})


def has_pattern(mol: Chem.Mol, smarts: str) -> bool:
    """Tell whether a molecule has a pattern."""
    return bool(mol.HasSubstructMatch(pattern(smarts)))
