"""Node states in two dimensions: the first two principal components of each level."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from llamo.data.collate import MolBatch
from llamo.studies.frame.results import Row

ELEMENTS = {5: "C", 6: "N", 7: "O"}  # OGB counts elements from hydrogen, 0
MAX_ATOMS = 300


def map_rows(levels: Float[Tensor, "L N D"], molecules: MolBatch) -> list[Row]:
    """Place the atoms of a batch at levels 0, 1, the middle and the last: rows of table "map"."""
    last = len(levels) - 1
    kept = min(MAX_ATOMS, levels.shape[1])
    elements = [ELEMENTS.get(int(number), "other") for number in molecules.atoms[:kept, 0]]
    rows: list[Row] = []
    for level in sorted({0, 1, last // 2, last}):
        places = principal_components(levels[level, :kept])
        rows += [
            {"table": "map", "level": level, "element": element, "x": float(x), "y": float(y)}
            for element, (x, y) in zip(elements, places, strict=True)
        ]
    return rows


def principal_components(states: Float[Tensor, "N D"]) -> Float[Tensor, "N 2"]:
    """Project states on their first two principal components, which get the sign of their largest entry."""
    centred = (states - states.mean(0)).double()
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    chosen = directions[:2]
    signs = chosen.gather(1, chosen.abs().argmax(1, keepdim=True)).sign()
    return centred @ (chosen * signs).T
