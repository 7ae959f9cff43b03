"""What the reaction tasks share: how the sides of a reaction stand in a prompt, and how a cell is read."""

from __future__ import annotations

from typing import NamedTuple

from llamo.data.records import MoleculePart
from llamo.data.tasks.smiles_answers import ARROW
from llamo.data.tasks.task import Parts
from llamo.errors import InvalidMoleculeError

MAX_PARTS = 4  # more molecules than this are joined into one, so that graph tokens do not crowd out the text
REAGENTS_MARK = "Reagents:"  # stands before the reagents of a prompt
ANSWER_METRICS = ("exact", "validity", "levenshtein", "maccs", "rdk", "morgan", "bleu-4")


class Sides(NamedTuple):
    """The sides of a reaction as canonical SMILES; "" where one is not given."""

    reactants: str
    reagents: str = ""
    product: str = ""


def molecule_parts(smiles: str) -> Parts:
    """Give each fragment its own part, or all fragments one part when there are more than four.

    `"CCO.CC(=O)O" -> [CCO], [CC(=O)O]`
    """
    fragments = smiles.split(".")
    if len(fragments) > MAX_PARTS:
        return [MoleculePart(smiles=smiles)]
    return [MoleculePart(smiles=fragment) for fragment in fragments]


def read_sides(cell: str, *, expected: str, may_be_bare: bool = False) -> Sides:
    """Read a cell that holds a reaction SMILES, `reactants>reagents>product`.

    Args:
        cell: the text; reactants have to be there.
        expected: the layout, for the message.
        may_be_bare: reactants without any ">" are read, too.

    Raises:
        InvalidMoleculeError: the cell is no reaction, or a side of it no molecule.
    """
    from llamo.chem.diagnosis import shown
    from llamo.chem.reading import canonical_smiles

    sides = ARROW.split(cell.strip())
    if not (len(sides) == 3 or (may_be_bare and len(sides) == 1)):
        raise InvalidMoleculeError(
            f"cannot read {shown(cell)} as a reaction; expected {expected}, with dots between molecules"
        )
    reactants, *others = sides
    return Sides(canonical_smiles(reactants), *(canonical_smiles(side) if side else "" for side in others))
