"""How the catalogue's groups are called in a sentence: "an ester group", "two indole units"."""

from __future__ import annotations

import random

from llamo.chem.groups import GROUPS
from llamo.chem.ring_catalogue import RING_GROUPS

_SPELLED = {
    "fluoro compound": "carbon-fluorine bond",
    "chloro compound": "carbon-chlorine bond",
    "bromo compound": "carbon-bromine bond",
    "iodo compound": "carbon-iodine bond",
    "azo compound": "azo group",
    "diazo compound": "diazo group",
    "alpha-amino acid": "alpha-amino acid unit",
}
_WHOLE = ("group", "ring", "skeleton", "bond", "halide", "chloride", "diene", "anhydride")
_FUSED = {group.name for group in RING_GROUPS if not group.name.endswith(("ring", "skeleton"))}
_RINGS = {group.name for group in RING_GROUPS}
KIND_OF = {group.name: group.kind_of for group in GROUPS}


def group_noun(name: str, rng: random.Random) -> str:
    """Return a noun for a group that takes an article and a plural.

    `"ester" -> "ester" or "ester group"`, `"indole" -> "indole unit"`, `"azo compound" -> "azo group"`.
    """
    if name in _SPELLED:
        return _SPELLED[name]
    if name.endswith(_WHOLE):
        return name
    if name in _FUSED:
        return f"{name} {rng.choice(('unit', 'ring system'))}"
    return rng.choice((name, f"{name} group"))


def is_ring(name: str) -> bool:
    """Tell ring systems from functional groups."""
    return name in _RINGS
