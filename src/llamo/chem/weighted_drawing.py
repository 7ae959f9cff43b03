"""Drawing a molecule with its atoms coloured by weight: orange above zero, blue below, the stronger the fuller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from rdkit import rdBase
from rdkit.Chem.Draw import rdMolDraw2D

from llamo.chem.drawing import lay_out
from llamo.chem.reading import Molecule
from llamo.errors import InputError

PictureKind = Literal["png", "svg"]
Colour = tuple[float, float, float]
_ABOVE: Colour = (0.94, 0.50, 0.16)  # told apart by colour-blind eyes, and in print by their lightness
_BELOW: Colour = (0.25, 0.52, 0.82)
_WIDTH, _HEIGHT = 560, 420  # pixels
_RADIUS = 0.42  # of a coloured disc, where a bond is about 1.5 long: neighbours stay apart


def weight_colour(share: float) -> Colour:
    """Mix a colour with white: 1 -> orange, 0 -> white, -1 -> blue; what lies beyond counts as 1 or -1."""
    full = _ABOVE if share > 0 else _BELOW
    depth = min(1.0, abs(share))
    red, green, blue = (1 - depth * (1 - part) for part in full)
    return red, green, blue


def draw_weighted(
    molecule: Molecule,
    weights: Sequence[float],
    *,
    kind: PictureKind = "svg",
    legend: str = "",
) -> bytes:
    """Draw one molecule, each atom on a disc of its weight's colour; the largest weight, of either sign, is full.

    Args:
        molecule: What to draw.
        weights: One number an atom, in the order of the molecule's atoms.
        kind: "png" or "svg".
        legend: A line under the picture.

    Returns:
        The file's content; of an SVG, its text in UTF-8.

    Raises:
        InputError: If there is not one weight an atom.
    """
    number = molecule.mol.GetNumAtoms()
    if len(weights) != number:
        raise InputError(f"{len(weights)} weights for {number} atoms; pass one for each atom, in their order")
    largest = max((abs(float(weight)) for weight in weights), default=0.0) or 1.0
    colours = {atom: weight_colour(float(weight) / largest) for atom, weight in enumerate(weights)}
    make = rdMolDraw2D.MolDraw2DCairo if kind == "png" else rdMolDraw2D.MolDraw2DSVG
    drawer = make(_WIDTH, _HEIGHT)
    options: Any = drawer.drawOptions()  # Any: RDKit's type stubs take all options for read-only
    options.legendFontSize = 18
    options.fillHighlights = True
    options.atomHighlightsAreCircles = True
    options.useBWAtomPalette()  # the letters' usual colours would vie with the weights'
    with rdBase.BlockLogs():
        drawer.DrawMolecule(
            lay_out(molecule),
            highlightAtoms=list(colours),
            highlightAtomColors=colours,
            highlightAtomRadii=dict.fromkeys(colours, _RADIUS),
            highlightBonds=[],
            legend=legend,
        )
        drawer.FinishDrawing()
    content = drawer.GetDrawingText()
    return content.encode("utf-8") if isinstance(content, str) else bytes(content)
