"""Molecules of a report: read once, as large as they are, and drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from llamo.chem.reading import Molecule, read_molecule
from llamo.data.tasks.smiles_answers import ARROW
from llamo.errors import InvalidMoleculeError
from llamo.evaluation.report.markup import Markup, svg_image, tag

Column = Float[np.ndarray, "S"]
MAX_DRAWN_ATOMS = 150  # a larger one is a knot, and its picture large


def read_cell(cell: str) -> Molecule | None:
    """Read what a row is about: a molecule, or the sides of a reaction as one mixture; None for neither."""
    sides = [side for side in ARROW.split(cell.strip()) if side]
    try:
        return read_molecule(".".join(sides))
    except InvalidMoleculeError:
        return None


def heavy_atoms(molecules: Sequence[Molecule | None]) -> Column:
    """Count atoms other than hydrogen; NaN where there is no molecule."""
    return np.array([np.nan if one is None else float(one.mol.GetNumHeavyAtoms()) for one in molecules])


def drawing(cell: str, title: str) -> Markup | None:
    """Draw a molecule with a line under it; None where there is nothing to draw."""
    from llamo.chem.drawing import draw_svg

    molecule = read_cell(cell) if cell.strip() else None
    if molecule is None:
        return None
    if molecule.mol.GetNumHeavyAtoms() > MAX_DRAWN_ATOMS:
        text = f"{title}: {molecule.mol.GetNumHeavyAtoms()} heavy atoms, too large to draw"
        return tag("figure", tag("figcaption", text))
    return tag("figure", svg_image(draw_svg(molecule), title), tag("figcaption", title))
