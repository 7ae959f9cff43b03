"""Tables from RDKit's binary form (`Mol.ToBinary`), without a Python object for each atom and bond.

RDKit numbers the format and raises the number with every change, so exactly one known version is read here;
of anything else (another version, query atoms, atom maps, more than 255 atoms or bonds) nothing is read and
the caller takes the public calls. Tests compare both ways.

Layout of version 16.4.0, little-endian: marker and version (20 bytes), number of atoms and of bonds (4
each), two bytes, atoms, one byte, bonds, then what is not needed here. An atom: atomic number, flags, four
bytes that say which properties follow, these properties. A bond: both atoms, flags, then type, direction
and stereo as the flags say.
"""

from __future__ import annotations

from array import array

from rdkit import Chem

from llamo.chem.tables import MolTables, read_through_calls, with_rings

_HEADER = b"\xef\xbe\xad\xde" + bytes((0, 0, 0, 0, 16, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0))
_BEFORE_ATOMS, _BEFORE_BONDS = b"\x80\x01", 0x0B
_FIRST_ATOM = 30
_MAX_ATOMS = 255  # from 256 atoms or bonds on RDKit writes indices in four bytes

# Atom flags: aromatic and "no implicit hydrogens" are read; any other means a query, a map number or a label.
_AROMATIC, _NO_IMPLICIT = 0x40, 0x20
# Atom properties in the order they are written, one byte each but the isotope's four.
_CHARGE, _CHIRAL, _HYBRID, _EXPLICIT_HS, _EXPLICIT_VALENCE, _IMPLICIT_HS, _RADICALS, _ISOTOPE = range(1, 9)
_SP3 = 4  # the hybridisation that is not written
_RECORD_LENGTH = bytes(
    6 + properties.bit_count() for properties in range(256)
)  # by the first properties byte
# Bond flags.
_CONJUGATED, _HAS_TYPE, _HAS_DIRECTION, _HAS_STEREO = 0x20, 0x08, 0x04, 0x02
_BOND_FLAGS = 0x40 | _CONJUGATED | _HAS_TYPE | _HAS_DIRECTION | _HAS_STEREO
_SINGLE = 1
_MAX_REMEMBERED = 50_000


class _UnknownRecordError(ValueError):
    """A record with flags or properties that this reader does not know."""


class _AtomRows(dict[bytes, bytes]):
    """Atom record -> row of `MolTables.atoms`; remembered, for there are few kinds of atoms."""

    def __missing__(self, record: bytes) -> bytes:
        flags = record[1]
        properties = int.from_bytes(record[2:6], "little")
        if flags & ~(_AROMATIC | _NO_IMPLICIT) or properties & 1 or properties >> _ISOTOPE + 1:
            raise _UnknownRecordError
        present = [bit for bit in range(_CHARGE, _ISOTOPE) if properties >> bit & 1]
        values = dict(zip(present, record[6:], strict=False))  # an isotope's bytes are left over
        row = bytes(
            (
                record[0],
                values.get(_CHIRAL, 0),
                values.get(_CHARGE, 0),
                values.get(_EXPLICIT_HS, 0) + values.get(_IMPLICIT_HS, 0),
                values.get(_RADICALS, 0),
                values.get(_HYBRID, _SP3),
                bool(flags & _AROMATIC),
            )
        )
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        self[record] = row
        return row


_atom_rows = _AtomRows()


def read_tables(mol: Chem.Mol) -> MolTables:
    """Read the tables of a sanitised molecule, the quick way where it is open."""
    return read_binary(mol) or read_through_calls(mol)


def read_binary(mol: Chem.Mol) -> MolTables | None:
    """Read a molecule's tables from its binary form; None where that form is not one known here."""
    num_atoms = mol.GetNumAtoms()
    if not 0 < num_atoms <= _MAX_ATOMS or mol.GetNumBonds() > _MAX_ATOMS:
        return None
    data = mol.ToBinary(0)  # 0: no properties beside the molecule itself
    if data[:20] != _HEADER or data[28:30] != _BEFORE_ATOMS:
        return None
    try:
        atoms, place = _read_atoms(data, num_atoms)
        if data[place] != _BEFORE_BONDS:
            return None
        ends, bonds = _read_bonds(data, place + 1, mol.GetNumBonds())
    except _UnknownRecordError:
        return None
    return with_rings(mol, atoms, ends, bonds)


def _read_atoms(data: bytes, num_atoms: int) -> tuple[bytes, int]:
    """Return the rows of all atoms and the place after them."""
    rows = []
    place = _FIRST_ATOM
    for _ in range(num_atoms):
        end = place + _RECORD_LENGTH[data[place + 2]]
        if data[place + 3]:  # the isotope, or something unknown that the row's lookup will refuse
            end += 4
        rows.append(_atom_rows[data[place:end]])
        place = end
    return b"".join(rows), place


def _read_bonds(data: bytes, place: int, num_bonds: int) -> tuple[array[int], bytes]:
    ends = bytearray()
    bonds = bytearray()
    for _ in range(num_bonds):
        ends += data[place : place + 2]
        flags = data[place + 2]
        place += 3
        kind, stereo = _SINGLE, 0
        if flags & ~_CONJUGATED:
            if flags & ~_BOND_FLAGS:
                raise _UnknownRecordError
            if flags & _HAS_TYPE:
                kind = data[place]
                place += 1
            if flags & _HAS_DIRECTION:
                place += 1
            if flags & _HAS_STEREO:
                stereo = data[place]
                place += 2 + data[place + 1]  # the stereo atoms, counted
        bonds += _BOND_ROWS[kind << 1 | (flags & _CONJUGATED) >> 5]
        if stereo:
            bonds[-2] = stereo
    return array("i", [*ends]), bytes(bonds)


_BOND_ROWS = tuple(bytes((kind, 0, conjugated)) for kind in range(256) for conjugated in range(2))
