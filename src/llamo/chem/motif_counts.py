"""The paper's 73 numbers for each motif: one-hot counts of its elements and bonds.

In this order, the last place of each count standing for "or more": C 0-10, O 0-5, N 0-5, P 0-5, S 0-5, any
halogen, any other element (hydrogen atoms of the graph and `*` included), single bonds 0-10, double 0-7,
triple 0-7, aromatic 0-7, and whether a bond inside the motif is a ring bond: 11+6+6+6+6+1+1+11+8+8+8+1 = 73.
A bond counts when both its ends are in the motif. Dative bonds count as single; quadruple, zero-order and
other rare bonds are counted nowhere.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from llamo.chem.molgraph import NUM_MOTIF_FEATURES
from llamo.chem.tables import BOND_COLUMNS, MolTables

_PLACES = (11, 6, 6, 6, 6, 1, 1, 11, 8, 8, 8, 1)  # of each count; one place: present or not
_WIDTH = len(_PLACES)
_OTHER, _SINGLE, _UNCOUNTED, _RING = 6, 7, 12, 11
_ELEMENT_COLUMNS = {6: 0, 8: 1, 7: 2, 15: 3, 16: 4} | dict.fromkeys((9, 17, 35, 53, 85, 117), 5)
_BOND_COLUMNS = {1: _SINGLE, 17: _SINGLE, 2: 8, 3: 9, 12: 10}  # RDKit's Bond.BondType numbers; 17 is dative
_COLUMN_OF_ELEMENT = bytes(_ELEMENT_COLUMNS.get(z, _OTHER) for z in range(256))
_COLUMN_OF_BOND = bytes(_BOND_COLUMNS.get(kind, _UNCOUNTED) for kind in range(256))


class CountedMotifs(NamedTuple):
    """Counts uint8 [M, 73] (zeros and ones) and memberships int32 [2, K]: row 0 the motif, row 1 the atom."""

    counts: NDArray[np.uint8]
    memberships: NDArray[np.int32]


def count_motifs(tables: MolTables, motifs: list[list[int]]) -> CountedMotifs:
    """Count each motif's elements and bonds.

    Args:
        tables: The molecule.
        motifs: Atom indices of each motif, as `find_motifs` gives them.
    """
    columns = tables.elements.translate(_COLUMN_OF_ELEMENT)
    counts = [[0] * (_WIDTH + 1) for _ in motifs]  # the last place takes what is not counted
    masks = [0] * len(columns)  # bit m of an atom's mask: it is in motif m
    motif_of_pair = array("i")
    for index, motif in enumerate(motifs):
        bit = 1 << index
        count = counts[index]
        for atom in motif:
            masks[atom] |= bit
            count[columns[atom]] += 1
        motif_of_pair.extend([index] * len(motif))

    ring_bonds = {bond for ring in tables.rings for bond in ring}
    bond_columns = tables.bonds[::BOND_COLUMNS].translate(_COLUMN_OF_BOND)
    ends = tables.ends
    for bond, (first, second, column) in enumerate(zip(ends[::2], ends[1::2], bond_columns, strict=True)):
        shared = masks[first] & masks[second]
        while shared:
            count = counts[shared.bit_length() - 1]
            count[column] += 1
            if bond in ring_bonds:
                count[_RING] = 1
            shared ^= 1 << shared.bit_length() - 1

    features = b"".join([_one_hot(tuple(count)) for count in counts])
    motif_of_pair.extend(chain.from_iterable(motifs))
    return CountedMotifs(
        np.frombuffer(bytearray(features), dtype=np.uint8).reshape(-1, NUM_MOTIF_FEATURES),
        np.frombuffer(motif_of_pair, dtype=np.int32).reshape(2, -1),
    )


@lru_cache(maxsize=50_000)  # the same few thousand kinds of motif come again and again
def _one_hot(counts: tuple[int, ...]) -> bytes:
    row = bytearray()
    for count, places in zip(counts[:_WIDTH], _PLACES, strict=True):
        hot = bytearray(places)
        if places == 1:
            hot[0] = count > 0
        else:
            hot[min(count, places - 1)] = 1
        row += hot
    return bytes(row)
