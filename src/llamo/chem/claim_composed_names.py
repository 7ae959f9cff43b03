"""Class names put together from a number, a substituent and a parent: "trihydroxyflavone", "dichlorobenzene".

    "trihydroxyflavone"  ->  a flavone skeleton that carries exactly three OH
    "chloropyridine"     ->  a pyridine ring that carries at least one Cl

A second, wider reading asks only that the molecule has the parent, hydrogenated or not, and so many of the substituent
somewhere: whether a trihydroxyflavone may have a fourth OH on a sugar, chemists answer either way.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rdkit import Chem

from llamo.chem.claim_patterns import Counts, pattern
from llamo.chem.claim_ring_readings import RING_NAMES, family_counts, ring_query
from llamo.chem.claim_view import MoleculeView

_NUMBERS = {
    "mono": 1, "di": 2, "tri": 3, "tetra": 4, "penta": 5, "hexa": 6, "hepta": 7, "octa": 8, "nona": 9, "deca": 10,
}  # fmt: skip
# The first atom is the one that is bound to the parent.
_SUBSTITUENTS = {
    "hydroxy": "[OX2H1,OX1-]", "methoxy": "[OX2][CH3]", "chloro": "Cl", "bromo": "Br", "fluoro": "F", "iodo": "I",
    "amino": "[NX3;!$(N[#6]=[OX1]);!$(N~[OX1])]", "nitro": "[#7](~[OX1])~[OX1]", "methyl": "[CH3]",
    "cyano": "C#[NX1]", "oxo": "[OX1]",
}  # fmt: skip
_WIDER = {"hydroxy": "[OX2H1,OX1-,$([OX1]=[#6;R])]"}  # hydroxypyridines may be drawn as pyridones
_PARENTS = {
    "phenol": "[OX2H1]c1ccccc1", "aniline": "[NX3]c1ccccc1", "toluene": "[CH3]c1ccccc1",
    "flavonol": "O=c1c([OX2H1])c(-c2ccccc2)oc2ccccc12", "acetophenone": "[CH3][CX3](=O)c1ccccc1",
    "benzaldehyde": "O=[CH]c1ccccc1", "benzophenone": "O=C(c1ccccc1)c1ccccc1",
}  # fmt: skip
_NAME = re.compile(
    rf"(?P<number>{'|'.join(_NUMBERS)}|)(?P<what>{'|'.join(_SUBSTITUENTS)})(?P<parent>[a-z]{{5,}})"
)


class ComposedName(NamedTuple):
    """A name taken apart; `number` is 0 where the name gives none, `parent` a ring system or one of `_PARENTS`."""

    number: int
    substituent: str
    parent: str


@lru_cache(maxsize=20_000)
def composed_name(word: str) -> ComposedName | None:
    """Take a name in its plain spelling apart; None if it is none of this sort."""
    match = _NAME.fullmatch(word)
    if match is None:
        return None
    parent = match["parent"]
    if parent not in _PARENTS:
        forms = (parent, f"{parent} ring", f"{parent} skeleton")
        parent = next((form for form in forms if form in RING_NAMES), "")
    return ComposedName(_NUMBERS.get(match["number"], 0), match["what"], parent) if parent else None


def composed_membership(view: MoleculeView, word: str) -> Counts:
    """Tell under the narrow and the wide reading whether a molecule is what a composed name says: 1 or 0 each.

    Raises:
        KeyError: If the word is no composed name.
    """
    name = composed_name(word)
    if name is None:
        raise KeyError(word)
    smarts = _SUBSTITUENTS[name.substituent]
    starts = _first_atoms(view.mol, smarts)
    query = pattern(_PARENTS[name.parent]) if name.parent in _PARENTS else ring_query(name.parent)
    carried = [_carried(view.mol, match, starts) for match in view.mol.GetSubstructMatches(query)]
    narrow = any(count == name.number if name.number else count > 0 for count in carried)
    ring = name.parent if name.parent in RING_NAMES else "benzene ring"
    has_parent = bool(carried) or max(family_counts(view.mol, ring)) > 0
    anywhere = _first_atoms(view.mol, _WIDER.get(name.substituent, smarts))
    return int(narrow), int(narrow or (has_parent and len(anywhere) >= max(1, name.number)))


def _first_atoms(mol: Chem.Mol, smarts: str) -> set[int]:
    return {match[0] for match in mol.GetSubstructMatches(pattern(smarts), uniquify=False)}


def _carried(mol: Chem.Mol, parent: tuple[int, ...], starts: set[int]) -> int:
    """Count the substituents on a parent's atoms that are not part of it."""
    around = {
        neighbour.GetIdx()
        for index in parent
        for neighbour in mol.GetAtomWithIdx(index).GetNeighbors()
        if neighbour.GetIdx() not in parent
    }
    return len(around & starts)
