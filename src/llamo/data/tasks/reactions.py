"""What the three reaction tasks share: how the two sides of a reaction stand in a prompt."""

from __future__ import annotations

from llamo.data.records import MoleculePart, TextPart

MAX_PARTS = 4  # more molecules than this are joined into one, so that graph tokens do not crowd out the text


def molecule_parts(smiles: str) -> list[TextPart | MoleculePart]:
    """Give each fragment its own part, or all fragments one part when there are more than four.

    `"CCO.CC(=O)O" -> [CCO], [CC(=O)O]`
    """
    fragments = smiles.split(".")
    if len(fragments) > MAX_PARTS:
        return [MoleculePart(smiles=smiles)]
    return [MoleculePart(smiles=fragment) for fragment in fragments]
