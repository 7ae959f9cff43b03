"""Shards for encoder pretraining, readable while later shards are still being made. No RDKit.

DIR/pretrain-00000.parquet, ...: smiles, graph, standardised descriptors, fingerprint, groups (packed bits)
DIR/manifest.json: names, mean and std of the descriptors, names of the groups, `complete`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llamo.chem.molgraph import MolGraph
from llamo.data.shards import ArrowTable, open_table, read_manifest

FINGERPRINT_BITS = 1024
KIND = "pretraining"
SPLIT = "pretrain"
COLUMNS = {
    "smiles": "string",
    "graph": "binary",
    "descriptors": "list<float32>",
    "fingerprint": "binary",
    "groups": "binary",
}


@dataclass(frozen=True)
class PretrainingRow:
    """One molecule and what its encoder should know.

    Attributes:
        descriptors: float32 [P], standardised.
        fingerprint: uint8 [1024] of 0 and 1, Morgan, radius 2.
        groups: uint8 [K] of 0 and 1, presence of each functional group of the catalogue.
    """

    smiles: str
    graph: MolGraph
    descriptors: NDArray[np.float32]
    fingerprint: NDArray[np.uint8]
    groups: NDArray[np.uint8]


class PretrainingShards(Sequence[PretrainingRow]):
    """The molecules written so far, with the names of their targets; opened by `open_pretraining_shards`.

    Attributes:
        descriptor_names: P names, in the order of a row's descriptors.
        group_names: K names, in the order of a row's groups.
        is_complete: whether preparation had finished when they were opened.
    """

    def __init__(self, table: ArrowTable, manifest: dict[str, Any]) -> None:  # Any: JSON
        self._table = table
        self.descriptor_names: list[str] = manifest["descriptors"]["names"]
        self.group_names: list[str] = manifest["groups"]
        self.is_complete: bool = manifest["complete"]

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, index: Any) -> Any:  # Any: Sequence's overloads for int and slice
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        row = self._table.row(index)
        return PretrainingRow(
            smiles=row["smiles"],
            graph=MolGraph.from_bytes(row["graph"]),
            descriptors=np.array(row["descriptors"], dtype=np.float32),
            fingerprint=unpack_bits(row["fingerprint"], FINGERPRINT_BITS),
            groups=unpack_bits(row["groups"], len(self.group_names)),
        )


def open_pretraining_shards(folder: Path) -> PretrainingShards:
    """Open the shards that are there; more may follow while `is_complete` is false.

    Raises:
        DataError: `folder` holds no pretraining shards yet, or one is damaged.
    """
    return PretrainingShards(open_table(folder, SPLIT, kind=KIND), read_manifest(folder))


def pack_bits(bits: NDArray[np.uint8]) -> bytes:
    """Pack 0/1 values, the first in the highest bit of the first byte."""
    return np.packbits(bits).tobytes()


def unpack_bits(data: bytes, count: int) -> NDArray[np.uint8]:
    """Undo `pack_bits`: `unpack_bits(pack_bits(bits), len(bits)) == bits`."""
    return np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=count)
