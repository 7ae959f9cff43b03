"""USPTO reactions: tables of reactants, reagents and product, or reaction SMILES with and without atom maps.

In a mapped reaction SMILES the reactants are the molecules that share a mapped atom with the product; everything else
on the left or over the arrow is a reagent. Without maps the arrow decides: `reactants>reagents>product`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from llamo.data.sources.columns import read_columns
from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults, shown
from llamo.data.sources.rows import ReactionRow, SourceCard

CARD = SourceCard(
    title="USPTO reactions: 50k, 480k, and the full set of reaction SMILES",
    licence="CC0 1.0",
    citation="Lowe 2017, Chemical reactions from US patents; Schneider et al. 2016 (50k); Jin et al. 2017 (480k)",
)

BAD_REACTION = "reaction SMILES cannot be read"
NO_PRODUCT = "reaction without a product"
UNCHANGED = "product stands among the reactants"
MAP = re.compile(r":(\d+)\]")
GROUPS = re.compile(
    r"\bf:([\d.,]+)"
)  # of a CXSMILES extension: "|f:0.2,5.6|", fragments that are one compound


class Sides(NamedTuple):
    """The three sides of a reaction, fragments joined by '.', without atom maps."""

    reactants: str
    reagents: str
    product: str


def read(
    path: Path,
    *,
    has_reagents: bool,
    columns: Mapping[str, str] | None = None,
    on_left_out: OnLeftOut = refuse_faults,
) -> Iterator[ReactionRow]:
    """Yield the reactions of a table; without `has_reagents` the `reagents` column is not looked for."""
    wanted = ["reactants", "product", *(["reagents"] if has_reagents else [])]
    for number, fields in read_columns(path, wanted, columns=columns, on_left_out=on_left_out):
        yield ReactionRow(
            number=number,
            reactants=fields["reactants"].strip(),
            reagents=fields.get("reagents", "").strip(),
            product=fields["product"].strip(),
        )


def read_reaction_smiles(
    path: Path, *, columns: Mapping[str, str] | None = None, on_left_out: OnLeftOut = refuse_faults
) -> Iterator[ReactionRow]:
    """Yield the reactions of a table with a column of reaction SMILES, mapped or not.

    What has no product, or a product that is a reactant, too, is left out and counted.
    """
    for number, fields in read_columns(path, ["reaction"], columns=columns, on_left_out=on_left_out):
        text = fields["reaction"].strip()
        sides = split_reaction(text)
        reason = BAD_REACTION if sides is None else ""
        if sides is not None and not sides.product:
            reason = NO_PRODUCT
        elif sides is not None and (not sides.reactants or sides.product in sides.reactants.split(".")):
            reason = UNCHANGED
        if sides is None or reason:
            on_left_out(LeftOut(number, reason, shown(text), path.name, is_fault=sides is None))
            continue
        yield ReactionRow(number, sides.reactants, sides.reagents, sides.product)


def split_reaction(text: str) -> Sides | None:
    """Split a reaction SMILES into reactants, reagents and product; None where it is none.

    `"[CH3:1][OH:2].[Na+].[OH-]>CCO>[CH3:1][O-:2]" -> ("[CH3][OH]", "[Na+].[OH-].CCO", "[CH3][O-]")`
    """
    smiles, _, extension = text.partition(" ")
    sides = smiles.split(">")
    if len(sides) != 3 or not sides[0]:
        return None
    left, over, product = sides
    mapped = {int(number) for number in MAP.findall(product)}
    if not mapped:
        return Sides(left, over, product)
    kept: list[str] = []
    others: list[str] = []
    for compound in _compounds(left, over, extension):
        shares_atom = any(int(number) in mapped for number in MAP.findall(compound))
        (kept if shares_atom else others).append(compound)
    return Sides(*(unmapped(side) for side in (".".join(kept), ".".join(others), product)))


def _compounds(left: str, over: str, extension: str) -> list[str]:
    """List the compounds left of and over the arrow; fragments grouped by the extension stay together."""
    fragments = [part for side in (left, over) for part in side.split(".") if part]
    found = GROUPS.search(extension)
    if found is None:
        return fragments
    group_of = {
        int(member): number
        for number, group in enumerate(found[1].strip(",.").split(","))
        for member in group.split(".")
        if member
    }
    joined: dict[tuple[bool, int], list[str]] = {}
    for place, fragment in enumerate(fragments):
        key = (True, group_of[place]) if place in group_of else (False, place)
        joined.setdefault(key, []).append(fragment)
    return [".".join(parts) for parts in joined.values()]


def unmapped(smiles: str) -> str:
    """Take the atom-map numbers off a SMILES: `"[CH3:1][OH:2]" -> "[CH3][OH]"`."""
    return MAP.sub("]", smiles)
