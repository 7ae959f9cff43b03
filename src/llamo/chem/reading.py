"""Reading molecules: SMILES, InChI or a mol block in, a sanitised RDKit molecule and canonical SMILES out.

What cannot be read raises `InvalidMoleculeError` with the value, the reason and a remedy; valid oddities
(several fragments, isotopes, radicals, attachment points) are read and named in `Molecule.notes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdkit import Chem, rdBase

from llamo.chem.diagnosis import shown
from llamo.chem.parsing import MAX_ATOMS, parse_molecule
from llamo.chem.sdf import read_records
from llamo.errors import InvalidMoleculeError


@dataclass(frozen=True)
class Molecule:
    """A molecule as read.

    Attributes:
        mol: Sanitised RDKit molecule, atoms in the order of the input.
        smiles: Isomeric canonical SMILES.
        notes: What a reader should know about the input, e.g. "3 fragments, read as one mixture".
    """

    mol: Chem.Mol
    smiles: str
    notes: tuple[str, ...] = ()


def read_molecule(text: str, *, max_atoms: int = MAX_ATOMS) -> Molecule:
    """Read one molecule from SMILES, InChI or a mol block, whichever the text is.

    Args:
        text: The molecule; surrounding white space is ignored.
        max_atoms: Refuse molecules with more atoms than this.

    Returns:
        The molecule with its canonical SMILES and notes.

    Raises:
        InvalidMoleculeError: If the text is empty, unreadable, a reaction, too large or no text at all.
    """
    return as_molecule(parse_molecule(text, max_atoms=max_atoms))


def read_sdf(path: Path | str) -> Iterator[tuple[int, Molecule | InvalidMoleculeError, dict[str, str]]]:
    """Read an SD file record by record; no record is skipped.

    Args:
        path: The file; one that ends in `.gz` is unpacked on the way.

    Yields:
        Record number (from 1), the molecule or the error that says why there is none, and the record's
        properties.

    Raises:
        DataError: If the file is missing, holds nothing, or is damaged inside its compression.
    """
    path = Path(path)
    for number, record in enumerate(read_records(path), start=1):
        molecule: Molecule | InvalidMoleculeError
        try:
            if record.block is None:
                raise InvalidMoleculeError(
                    "it has no 'M  END' line; the record is cut off or holds no mol block"
                )
            molecule = read_molecule(record.block)
        except InvalidMoleculeError as error:
            molecule = InvalidMoleculeError(f"record {number} of {path.name}: {error}")
        yield number, molecule, record.properties


def canonical_smiles(text: str) -> str:
    """Return the isomeric canonical SMILES of a molecule given as SMILES, InChI or mol block.

    Raises:
        InvalidMoleculeError: As `read_molecule`.
    """
    return read_molecule(text).smiles


def connectivity(molecule: str | Chem.Mol) -> str:
    """Return the first block of the standard InChIKey: the same for all stereoisomers and isotopologues.

    Raises:
        InvalidMoleculeError: If the text is no molecule, or InChI cannot express it (e.g. `*` atoms).
    """
    mol = parse_molecule(molecule) if isinstance(molecule, str) else molecule
    with rdBase.BlockLogs():
        key = Chem.MolToInchiKey(mol)
    if not key:
        value = molecule if isinstance(molecule, str) else Chem.MolToSmiles(molecule)
        raise InvalidMoleculeError(
            f"InChI has no key for {shown(value)} (query atoms and the like cannot be expressed); "
            "compare canonical SMILES"
        )
    return str(key.split("-", 1)[0])


def as_molecule(mol: Chem.Mol) -> Molecule:
    """Wrap a sanitised RDKit molecule: canonical SMILES and notes; atom-map numbers are taken off a copy."""
    notes = _notes(mol)
    if any(atom.GetAtomMapNum() for atom in mol.GetAtoms()):
        mol = Chem.Mol(mol)
        for atom in mol.GetAtoms():
            atom.SetAtomMapNum(0)
        notes = (*notes, "atom-map numbers are left out")
    return Molecule(mol=mol, smiles=str(Chem.MolToSmiles(mol)), notes=notes)


def _notes(mol: Chem.Mol) -> tuple[str, ...]:
    notes: list[str] = []
    fragments = len(Chem.GetMolFrags(mol))
    if fragments > 1:
        notes.append(f"{fragments} fragments, read as one mixture")
    atoms = list(mol.GetAtoms())
    if any(atom.GetIsotope() for atom in atoms if atom.GetAtomicNum()):
        notes.append("contains isotopes")
    if any(atom.GetNumRadicalElectrons() for atom in atoms):
        notes.append("contains unpaired electrons (radical)")
    if any(atom.GetAtomicNum() == 0 for atom in atoms):
        notes.append("attachment points (*) are read as unknown atoms")
    return tuple(notes)
