"""OGB atom and bond features, equal to `ogb.utils.smiles2graph` (9 numbers an atom, 3 a bond).

OGB looks each value up in a list and takes the last entry ("misc") for one it does not know. Here each list
is a table of 256 bytes from RDKit's number to OGB's, and `bytes.translate` looks a whole column up at once
(for molecules of some thirty atoms that is several times faster than numpy).

Where OGB stops with an error this does not: atropisomer bonds, absent from OGB's list, read as STEREOANY.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from llamo.chem.tables import ATOM_COLUMNS, BOND_COLUMNS, MolTables


def _lookup(known: dict[int, int], misc: int) -> bytes:
    """Build OGB's number for each of the 256 values of a byte, `misc` for those it does not list."""
    return bytes(known.get(value, misc) for value in range(256))


# Keys are RDKit's numbers (Atom.ChiralType, Atom.HybridizationType, Bond.BondType, Bond.BondStereo).
_ELEMENT = _lookup({z: z - 1 for z in range(1, 119)}, misc=118)
_CHIRALITY = _lookup({0: 0, 1: 1, 2: 2, 3: 3}, misc=4)
_CHARGE = _lookup({charge & 0xFF: charge + 5 for charge in range(-5, 6)}, misc=11)
_DEGREE = _lookup({degree: degree for degree in range(11)}, misc=11)
_HYDROGENS = _lookup({hydrogens: hydrogens for hydrogens in range(9)}, misc=9)
_RADICALS = _lookup({electrons: electrons for electrons in range(5)}, misc=5)
_HYBRIDISATION = _lookup({2: 0, 3: 1, 4: 2, 6: 3, 7: 4}, misc=5)  # SP, SP2, SP3, SP3D, SP3D2
_BOND_TYPE = _lookup({1: 0, 2: 1, 3: 2, 12: 3}, misc=4)  # single, double, triple, aromatic
_BOND_STEREO = _lookup({0: 0, 2: 1, 3: 2, 4: 3, 5: 4, 1: 5}, misc=5)  # none, Z, E, cis, trans, any
_ATOM_WIDTH, _BOND_WIDTH = 9, 3
# Column of the raw table, column of OGB's, and the lookup between them (aromatic and conjugated are 0/1 in
# both).
_ATOM_LOOKUPS = ((0, 0, _ELEMENT), (1, 1, _CHIRALITY), (2, 3, _CHARGE), (3, 4, _HYDROGENS), (4, 5, _RADICALS),
                 (5, 6, _HYBRIDISATION))  # fmt: skip


class OgbFeatures(NamedTuple):
    """OGB's `node_feat` (uint8 [N, 9]), `edge_feat` (uint8 [E, 3]) and `edge_index` (int32 [2, E])."""

    atoms: NDArray[np.uint8]
    bonds: NDArray[np.uint8]
    edge_index: NDArray[np.int32]


def ogb_features(tables: MolTables) -> OgbFeatures:
    """Compute OGB's features from a molecule's tables, in OGB's atom and bond order."""
    return OgbFeatures(
        np.frombuffer(_atom_rows(tables), dtype=np.uint8).reshape(-1, _ATOM_WIDTH),
        np.frombuffer(_bond_rows(tables.bonds), dtype=np.uint8).reshape(-1, _BOND_WIDTH),
        np.frombuffer(_directed(tables.ends), dtype=np.int32).reshape(2, -1),
    )


def _atom_rows(tables: MolTables) -> bytearray:
    raw = tables.atoms
    rows = bytearray(len(raw) // ATOM_COLUMNS * _ATOM_WIDTH)
    for source, target, lookup in _ATOM_LOOKUPS:
        rows[target::_ATOM_WIDTH] = raw[source::ATOM_COLUMNS].translate(lookup)
    degree = bytearray(raw[3::ATOM_COLUMNS])  # hydrogens that are no atoms, then the neighbours that are
    for atom in tables.ends:
        degree[atom] += 1
    rows[2::_ATOM_WIDTH] = degree.translate(_DEGREE)
    rows[7::_ATOM_WIDTH] = raw[6::ATOM_COLUMNS]
    for ring in tables.ring_atoms:
        for atom in ring:
            rows[atom * _ATOM_WIDTH + 8] = 1
    return rows


def _bond_rows(raw: bytes) -> bytearray:
    columns = (
        raw[0::BOND_COLUMNS].translate(_BOND_TYPE),
        raw[1::BOND_COLUMNS].translate(_BOND_STEREO),
        raw[2::BOND_COLUMNS],
    )
    rows = bytearray(2 * len(raw))
    for index, column in enumerate(columns):
        rows[index :: 2 * _BOND_WIDTH] = column  # i -> j
        rows[index + _BOND_WIDTH :: 2 * _BOND_WIDTH] = column  # j -> i
    return rows


def _directed(ends: array[int]) -> array[int]:
    backwards = ends[:]
    backwards[::2], backwards[1::2] = ends[1::2], ends[::2]
    return ends + backwards  # sources i, j, ... then targets j, i, ...
