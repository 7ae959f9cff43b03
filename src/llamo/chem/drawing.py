"""Drawing molecules: one PNG with a grid of structures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from llamo.chem.reading import Molecule
from llamo.errors import InputError
from llamo.files import replacing

_PANEL_WIDTH, _PANEL_HEIGHT = 400, 320  # pixels a molecule
_MAX_COLUMNS = 4


def draw_grid(molecules: Sequence[Molecule], legends: Sequence[str], path: Path | str) -> Path:
    """Draw molecules in a grid, up to four beside each other, and write one PNG.

    Args:
        molecules: What to draw, in reading order.
        legends: The line under each.
        path: Where the picture goes; folders are made, an older picture is replaced in one step.

    Returns:
        The path.

    Raises:
        InputError: If there is nothing to draw, or not one legend a molecule.
        OSError: If the picture cannot be written; an older one is left as it was.
    """
    if not molecules or len(molecules) != len(legends):
        raise InputError(
            f"{len(molecules)} molecules and {len(legends)} legends were given; pass one or more molecules, "
            "each with its legend"
        )
    columns = min(len(molecules), _MAX_COLUMNS)
    rows = -(-len(molecules) // columns)
    drawer = rdMolDraw2D.MolDraw2DCairo(
        columns * _PANEL_WIDTH, rows * _PANEL_HEIGHT, _PANEL_WIDTH, _PANEL_HEIGHT
    )
    options: Any = drawer.drawOptions()  # Any: RDKit's type stubs take all options for read-only
    options.legendFontSize = 20
    with rdBase.BlockLogs():
        drawer.DrawMolecules([lay_out(molecule) for molecule in molecules], legends=list(legends))
        drawer.FinishDrawing()
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(drawer.GetDrawingText())
    return Path(path)


def lay_out(molecule: Molecule) -> Chem.Mol:
    """Give a copy of a molecule its places on the paper, upright."""
    prepared = rdMolDraw2D.PrepareMolForDrawing(molecule.mol, kekulize=False)
    rdDepictor.StraightenDepiction(prepared)
    return prepared


def draw_svg(molecule: Molecule, *, width: int = 260, height: int = 180) -> str:
    """Draw one molecule as SVG text, without a background.

    Args:
        molecule: What to draw.
        width: Of the picture, in pixels.
        height: Likewise.
    """
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    options: Any = drawer.drawOptions()  # Any: as above
    options.clearBackground = False
    with rdBase.BlockLogs():
        drawer.DrawMolecule(lay_out(molecule))
        drawer.FinishDrawing()
    return str(drawer.GetDrawingText())
