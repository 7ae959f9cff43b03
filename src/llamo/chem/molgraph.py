"""The hand-over between chemistry and tensors: one molecule as five numpy arrays. No RDKit here."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llamo.errors import DataError

NUM_ATOM_FEATURES = 9
NUM_BOND_FEATURES = 3
NUM_MOTIF_FEATURES = 73

_MAGIC = b"LMG"
_VERSION = 1
_HEADER = struct.Struct("<3sBIIII")  # magic, version, N atoms, E directed bonds, M motifs, K motif-atom pairs


class MolGraph(NamedTuple):
    """A molecule as arrays: N atoms, E directed bonds, M motifs, K (motif, atom) memberships.

    Attributes:
        atoms: uint8 [N, 9], OGB atom feature indices.
        bonds: uint8 [E, 3], OGB bond feature indices; each bond twice (i->j, then j->i).
        edge_index: int32 [2, E], source and target atom of each directed bond.
        motifs: uint8 [M, 73], the one-hot counts of each motif (paper, appendix; see `llamo.chem.motifs`).
        motif_atoms: int32 [2, K], row 0 the motif's index, row 1 the atom's.

    Equality: `==` on a tuple of arrays is ambiguous in numpy; compare with `same_graph`.
    """

    atoms: NDArray[np.uint8]
    bonds: NDArray[np.uint8]
    edge_index: NDArray[np.int32]
    motifs: NDArray[np.uint8]
    motif_atoms: NDArray[np.int32]

    @property
    def num_atoms(self) -> int:
        """Number of atoms N."""
        return int(self.atoms.shape[0])

    @property
    def num_bonds(self) -> int:
        """Number of directed bonds E (twice the chemist's number)."""
        return int(self.bonds.shape[0])

    @property
    def num_motifs(self) -> int:
        """Number of motifs M."""
        return int(self.motifs.shape[0])

    def same_graph(self, other: MolGraph) -> bool:
        """Tell whether all five arrays are equal in shape and value (same atom order, too)."""
        return all(np.array_equal(getattr(self, field), getattr(other, field)) for field in self._fields)

    def to_bytes(self) -> bytes:
        """Pack the graph for storage: a versioned header, then the arrays, little-endian."""
        header = _HEADER.pack(
            _MAGIC, _VERSION, self.num_atoms, self.num_bonds, self.num_motifs, self.motif_atoms.shape[1]
        )
        return b"".join(
            (
                header,
                _packed(self.atoms, "u1"),
                _packed(self.bonds, "u1"),
                _packed(self.edge_index, "<i4"),
                _packed(self.motifs, "u1"),
                _packed(self.motif_atoms, "<i4"),
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> MolGraph:
        """Unpack what `to_bytes` made; the arrays are read-only views of `data`.

        Raises:
            DataError: If the bytes are not a stored graph, of another version, or truncated.
        """
        if len(data) < _HEADER.size or data[:3] != _MAGIC:
            raise DataError(
                f"{len(data)} bytes that begin with {bytes(data[:8])!r} are not a stored molecular graph "
                f"(expected {_MAGIC!r}); prepare the data again with `llamo prepare`"
            )
        _, version, n, e, m, k = _HEADER.unpack_from(data)
        if version != _VERSION:
            raise DataError(
                f"stored molecular graph has format version {version}, this release reads {_VERSION}; "
                "prepare the data again with `llamo prepare`"
            )
        shapes = (
            ("u1", (n, NUM_ATOM_FEATURES)),
            ("u1", (e, NUM_BOND_FEATURES)),
            ("<i4", (2, e)),
            ("u1", (m, NUM_MOTIF_FEATURES)),
            ("<i4", (2, k)),
        )
        expected = _HEADER.size + sum(int(dtype[-1]) * rows * columns for dtype, (rows, columns) in shapes)
        if len(data) != expected:
            raise DataError(
                f"stored molecular graph has {len(data)} bytes, its header asks for {expected}; "
                "the file is damaged, prepare the data again with `llamo prepare`"
            )
        arrays: list[NDArray[Any]] = []
        offset = _HEADER.size
        for dtype, shape in shapes:
            count = shape[0] * shape[1]
            arrays.append(np.frombuffer(data, dtype=dtype, count=count, offset=offset).reshape(shape))
            offset += count * int(dtype[-1])
        return cls(*arrays)

    def without_atoms(self) -> MolGraph:
        """Return the motif counts alone, without atoms, bonds and memberships (a study's control)."""
        return MolGraph(
            atoms=np.zeros((0, NUM_ATOM_FEATURES), np.uint8),
            bonds=np.zeros((0, NUM_BOND_FEATURES), np.uint8),
            edge_index=np.zeros((2, 0), np.int32),
            motifs=self.motifs,
            motif_atoms=np.zeros((2, 0), np.int32),
        )


def _packed(array: NDArray[Any], dtype: str) -> bytes:
    return np.ascontiguousarray(array, dtype=dtype).tobytes()
