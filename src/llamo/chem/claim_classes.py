"""Whether a molecule belongs to a class of compounds: the readings of `claim_class_table`, tried on the molecule."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from llamo.chem.claim_class_table import CLASSES, PIECES
from llamo.chem.claim_patterns import Counts
from llamo.chem.claim_view import MoleculeView

_MACROCYCLE_SIZE = 12
_CONDITION = re.compile(r"(?P<not>!?)(?P<what>.+?)(?:(?P<sign>==|>=|<=)(?P<number>-?\d+))?")


class Condition(NamedTuple):
    """What has to be there for one reading: a number of the molecule, or matches of a pattern."""

    what: str
    sign: str
    number: int
    is_denied: bool


def _carbocycles(view: MoleculeView) -> int:
    return sum(all(view.atoms[index].GetAtomicNum() == 6 for index in ring) for ring in view.rings)


# Numbers of a molecule; where there are several, one that fits is enough.
NUMBERS: dict[str, Callable[[MoleculeView], tuple[int, ...]]] = {
    "charge": lambda view: (view.charge,),
    "carbon": lambda view: (view.atom_counts.get("C", 0),),
    "heavy": lambda view: (len(view.atoms),),
    "fragment": lambda view: (len(view.fragment_charges),),
    "ring": lambda view: (view.num_rings,),
    "system": lambda view: view.ring_systems or (0,),
    "carbocycle": lambda view: (_carbocycles(view),),
    "macrocycle": lambda view: (sum(len(ring) >= _MACROCYCLE_SIZE for ring in view.rings),),
    "spiro": lambda view: (int(rdMolDescriptors.CalcNumSpiroAtoms(view.mol)),),
    "bridgehead": lambda view: (int(rdMolDescriptors.CalcNumBridgeheadAtoms(view.mol)),),
    "isotope": lambda view: (sum(atom.GetIsotope() > 0 for atom in view.atoms),),
    "deuterium": lambda view: (
        sum(atom.GetIsotope() == 2 and atom.GetAtomicNum() == 1 for atom in view.atoms),
    ),
}


@lru_cache(maxsize=1)
def class_names() -> dict[str, str]:
    """Every name of a class, and the first of its row, under which its readings are kept."""
    names: dict[str, str] = {}
    for row in _rows():
        forms = [form.strip() for form in row.partition(" = ")[0].split(" | ")]
        names.update((form, forms[0]) for form in forms)
    return names


@lru_cache(maxsize=1)
def class_readings() -> dict[str, tuple[tuple[Condition, ...], ...]]:
    """The readings of each class, narrow to wide; each is a row of conditions."""
    readings: dict[str, tuple[tuple[Condition, ...], ...]] = {}
    for row in _rows():
        names, _, text = row.partition(" = ")
        parts = [part.strip().split(" & ") for part in text.split(" || ")]
        readings[names.split(" | ")[0].strip()] = tuple(
            tuple(_condition(one.strip()) for one in part) for part in parts
        )
    return readings


def _rows() -> list[str]:
    """Split the table into rows; an indented line goes on with the one above."""
    return [row for row in CLASSES.replace("\n    ", " ").splitlines() if row]


def _condition(text: str) -> Condition:
    match = _CONDITION.fullmatch(text)
    assert match is not None  # any text fits
    what = re.sub(r"\{(\w+)\}", lambda piece: PIECES[piece[1]], match["what"])
    return Condition(what, match["sign"] or ">=", int(match["number"] or 1), bool(match["not"]))


@cache
def is_local(name: str) -> bool:
    """Tell a class that a part of a molecule can be said to be ("contains an aromatic ether")."""
    if name not in class_readings():
        return True  # a composed name: "has a dichlorobenzene"
    return all(
        condition.what not in NUMBERS and condition.sign == ">=" and condition.number == 1
        for condition in class_readings()[name][0]
    )


def class_membership(view: MoleculeView, name: str) -> Counts:
    """Tell under each reading of a class's name whether a molecule belongs to it: 1 or 0, narrow to wide."""
    belongs = 0
    counts = []
    for reading in class_readings()[name]:
        belongs = belongs or int(all(_holds(view, condition) for condition in reading))
        counts.append(belongs)
    return tuple(counts)


def _holds(view: MoleculeView, condition: Condition) -> bool:
    number = NUMBERS.get(condition.what)
    values = number(view) if number is not None else (_count(view, condition.what),)
    return any(_fits(value, condition) for value in values) != condition.is_denied


def _fits(value: int, condition: Condition) -> bool:
    if condition.sign == "==":
        return value == condition.number
    return value >= condition.number if condition.sign == ">=" else value <= condition.number


def _count(view: MoleculeView, smarts: str) -> int:
    """Count the atoms that a pattern's first atom matches; chirality counts where the pattern gives it."""
    query = _compiled(smarts)
    matches = view.mol.GetSubstructMatches(
        query, uniquify=False, useChirality="@" in smarts, maxMatches=2_000
    )
    return len({match[0] for match in matches})


@cache
def _compiled(smarts: str) -> Chem.Mol:
    return Chem.MolFromSmarts(smarts)
