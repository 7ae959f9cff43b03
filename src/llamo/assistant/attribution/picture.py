"""Writing an attribution as a picture or a page, whichever the file's name asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from llamo.errors import UsageError
from llamo.files import replacing

if TYPE_CHECKING:
    from llamo.assistant.attribution.result import Attribution

SUFFIXES = (".png", ".svg", ".html")
_LEGEND = 70  # characters that fit under a drawing


def check_suffix(path: Path) -> Path:
    """Pass a path on if it can be written to.

    Raises:
        UsageError: Its name has another ending.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"--out {path}: expected a name that ends in {', '.join(SUFFIXES)}")
    return path


def write_picture(attribution: Attribution, path: Path) -> None:
    """Write a PNG, an SVG or an HTML page.

    Raises:
        UsageError: The file's name has another ending.
        LlamoError: The disk is full or the folder cannot be written to.
    """
    suffix = check_suffix(path).suffix.lower()
    if suffix == ".html":
        from llamo.assistant.attribution.page import page

        content = page(attribution).encode("utf-8", "replace")
    else:
        content = drawing(attribution, kind="png" if suffix == ".png" else "svg")
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def drawing(attribution: Attribution, *, kind: str = "svg") -> bytes:
    """Draw the molecule with its atoms coloured by weight."""
    from llamo.chem.reading import read_molecule
    from llamo.chem.weighted_drawing import draw_weighted

    molecule = read_molecule(attribution.smiles)
    weights = [float(weight) for weight in attribution.atoms]
    return draw_weighted(
        molecule, weights, kind="png" if kind == "png" else "svg", legend=legend(attribution)
    )


def legend(attribution: Attribution) -> str:
    """Say in a line what is drawn: `"steroid", gradients: 0.83 nats rest on the graph`."""
    explained = "the whole answer" if attribution.word is None else f'"{attribution.word}"'
    if len(explained) > _LEGEND:
        explained = explained[:_LEGEND] + "..."
    return f"{explained}, {attribution.method}: {attribution.graph_effect:.2f} nats rest on the graph"
