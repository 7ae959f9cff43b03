"""What RDKit knows about a molecule's atoms and bonds, as compact tables in RDKit's own numbers.

`features` and `motifs` work on these tables and never touch an RDKit object. `read_tables` of `binary_tables`
makes them, through the calls here where it has no quicker way.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

from rdkit import Chem

ATOM_COLUMNS = 7
BOND_COLUMNS = 3


class MolTables(NamedTuple):
    """A molecule's atoms, bonds and rings, as byte strings, which Python slices and translates fastest.

    Attributes:
        atoms: seven bytes an atom: atomic number, chiral tag, formal charge (two's complement), hydrogens
            that are no atoms of the graph, radical electrons, hybridisation, aromatic (0/1); enums as RDKit
            numbers them.
        ends: both atoms of each bond, one bond after the other (int32).
        bonds: three bytes a bond: type, stereo, conjugated (0/1).
        rings: bonds of each ring of the symmetrised smallest set of smallest rings.
        ring_atoms: atoms of the same rings.
    """

    atoms: bytes
    ends: array[int]
    bonds: bytes
    rings: tuple[tuple[int, ...], ...]
    ring_atoms: list[set[int]]

    @property
    def elements(self) -> bytes:
        """Atomic number of each atom."""
        return self.atoms[::ATOM_COLUMNS]


def with_rings(mol: Chem.Mol, atoms: bytes, ends: array[int], bonds: bytes) -> MolTables:
    """Complete the tables of a molecule with its rings."""
    rings = mol.GetRingInfo().BondRings()
    first, second = ends[::2], ends[1::2]
    ring_atoms = [{*map(first.__getitem__, ring), *map(second.__getitem__, ring)} for ring in rings]
    return MolTables(atoms, ends, bonds, rings, ring_atoms)


def read_through_calls(mol: Chem.Mol) -> MolTables:
    """Read the tables of a sanitised molecule through RDKit's public atom and bond calls."""
    atoms = bytearray()
    for index in range(mol.GetNumAtoms()):  # faster than GetAtoms(), which is a Python sequence
        atom = mol.GetAtomWithIdx(index)
        atoms += bytes(
            (
                atom.GetAtomicNum(),
                atom.GetChiralTag(),
                atom.GetFormalCharge() & 0xFF,
                atom.GetTotalNumHs(),
                atom.GetNumRadicalElectrons(),
                atom.GetHybridization(),
                atom.GetIsAromatic(),
            )
        )
    ends = array("i")
    bonds = bytearray()
    for index in range(mol.GetNumBonds()):
        bond = mol.GetBondWithIdx(index)
        ends.append(bond.GetBeginAtomIdx())
        ends.append(bond.GetEndAtomIdx())
        bonds += bytes((bond.GetBondType(), bond.GetStereo(), bond.GetIsConjugated()))
    return with_rings(mol, bytes(atoms), ends, bytes(bonds))
