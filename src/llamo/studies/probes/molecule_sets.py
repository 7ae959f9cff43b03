"""The molecules that are probed: sets of MoleculeNet, split by scaffold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from llamo.chem.featurize import featurize
from llamo.chem.molgraph import MolGraph
from llamo.data.locations import data_file
from llamo.data.sources import moleculenet
from llamo.data.sources.left_out import LeftOut
from llamo.data.sources.rows import LabelRow, ScalarRow
from llamo.data.sources.scaffold_split import Part
from llamo.errors import DataError, InvalidMoleculeError

PARTS: tuple[Part, ...] = ("train", "validation", "test")
UNITS = {"esol": "log mol/L", "lipophilicity": "logD"}


@dataclass(frozen=True)
class Molecules:
    """One part of a set.

    Attributes:
        smiles, graphs: of the molecules. targets: float64 [N]; a label is 0 or 1.
        unreadable: molecules that are left out because they cannot be read.
    """

    smiles: Sequence[str]
    graphs: Sequence[MolGraph]
    targets: NDArray[np.float64]
    unreadable: int

    def __len__(self) -> int:
        return len(self.smiles)


def is_classification(name: str) -> bool:
    """Tell whether a set asks yes or no."""
    return name not in UNITS


@lru_cache(maxsize=16)
def read_part(name: str, part: Part, limit: int | None) -> Molecules:
    """Read one part of a set.

    Args:
        limit: molecules at most, evenly spaced over the part; None for all.

    Raises:
        DataError: the file is missing or damaged, or no molecule is left.
    """
    rows = list(moleculenet.read(data_file(f"moleculenet/{name}.csv.gz"), part=part, on_left_out=_pass_over))
    if limit is not None and len(rows) > limit:
        rows = [rows[place] for place in np.linspace(0, len(rows) - 1, limit).astype(int)]
    smiles, graphs, targets = [], [], []
    for row in rows:
        assert isinstance(row, LabelRow | ScalarRow)
        try:
            graphs.append(featurize(row.smiles))
        except InvalidMoleculeError:
            continue
        smiles.append(row.smiles)
        targets.append(float(row.label if isinstance(row, LabelRow) else row.value))
    if not smiles:
        raise DataError(f"the {part} part of {name} holds no readable molecule; put the published file there")
    return Molecules(smiles, graphs, np.array(targets), len(rows) - len(smiles))


def _pass_over(left_out: LeftOut) -> None:
    """Leave molecules of the other parts, and those that cannot be read, out."""
