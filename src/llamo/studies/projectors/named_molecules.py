"""Molecules made up by rule, with their systematic names: a ring, and one to four substituents that are prefixes.

A name follows from how a molecule is built, so that no naming program and no table is needed: the substituents get the
lowest set of locants, and of equal ones the first-cited substituent the lowest; they are cited in alphabetical order.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

SUBSTITUENTS: Mapping[str, str] = {
    "bromo": "Br", "chloro": "Cl", "ethoxy": "OCC", "ethyl": "CC", "fluoro": "F", "iodo": "I", "methoxy": "OC",
    "methyl": "C", "nitro": "[N+](=O)[O-]",
}  # fmt: skip
MULTIPLE = ("", "", "di", "tri", "tetra")


@dataclass(frozen=True)
class Parent:
    """A ring that substituents go on.

    Attributes:
        atoms: of the ring, in the order of locants.
        group: SMILES of what sits on locant 1; "" for nothing.
        is_symmetric: whether any atom may be number 1; else only the direction is free.
    """

    name: str
    atoms: Sequence[str]
    group: str = ""
    is_symmetric: bool = False

    @property
    def free(self) -> Sequence[int]:
        """Places, from 0, that take a substituent."""
        return range(0 if self.is_symmetric else 1, len(self.atoms))

    def numberings(self) -> Iterator[Sequence[int]]:
        """Yield the locant of each place for every way to number the ring."""
        size = len(self.atoms)
        for start in range(size) if self.is_symmetric else (0,):
            for step in (1, -1):
                yield [(step * (place - start)) % size + 1 for place in range(size)]


PARENTS = (
    Parent("benzene", "cccccc", is_symmetric=True),
    Parent("cyclohexane", "CCCCCC", is_symmetric=True),
    Parent("cyclopentane", "CCCCC", is_symmetric=True),
    Parent("pyridine", "nccccc"),
    Parent("thiophene", "scccc"),
    Parent("furan", "occcc"),
    Parent("phenol", "cccccc", "O"),
    Parent("aniline", "cccccc", "N"),
    Parent("benzonitrile", "cccccc", "C#N"),
    Parent("benzaldehyde", "cccccc", "C=O"),
    Parent("benzoic acid", "cccccc", "C(=O)O"),
)


def named_molecules(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield SMILES and names without end; molecules come again."""
    while True:
        parent = rng.choice(PARENTS)
        number = rng.randint(1, min(4, len(parent.free)))
        places = rng.sample(list(parent.free), number)
        placed = {place: rng.choice(list(SUBSTITUENTS)) for place in places}
        yield smiles_of(parent, placed), name_of(parent, placed)


def smiles_of(parent: Parent, placed: Mapping[int, str]) -> str:
    """Write a ring with its substituents: benzene, chloro on place 1 -> "c1c(Cl)cccc1"."""
    written = []
    for place, atom in enumerate(parent.atoms):
        closes = "1" if place in (0, len(parent.atoms) - 1) else ""
        branch = SUBSTITUENTS[placed[place]] if place in placed else parent.group if place == 0 else ""
        written.append(f"{atom}{closes}" + (f"({branch})" if branch else ""))
    return "".join(written)


def name_of(parent: Parent, placed: Mapping[int, str]) -> str:
    """Name a substituted ring: pyridine, bromo on place 5 -> "2-bromopyridine"."""
    cited = min(
        (_cited(placed, numbering) for numbering in parent.numberings()),
        key=lambda found: (sorted(locant for _, locant in found), [locant for _, locant in found]),
    )
    if len(cited) == 1 and parent.is_symmetric:
        return f"{cited[0][0]}{parent.name}"
    parts = []
    for name in dict.fromkeys(name for name, _ in cited):
        locants = [str(locant) for one, locant in cited if one == name]
        parts.append(f"{','.join(locants)}-{MULTIPLE[len(locants)]}{name}")
    return "-".join(parts) + parent.name


def _cited(placed: Mapping[int, str], numbering: Sequence[int]) -> list[tuple[str, int]]:
    """List substituents with their locants as a name cites them: by alphabet, then by locant."""
    return sorted((name, numbering[place]) for place, name in placed.items())
