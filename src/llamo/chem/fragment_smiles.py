"""Part of a molecule, written as SMILES."""

from __future__ import annotations

from collections.abc import Sequence

from rdkit import Chem

from llamo.chem.reading import Molecule


def fragment_smiles(molecule: Molecule, atoms: Sequence[int]) -> str:
    """Write the atoms and the bonds between them; open valences are left open.

    Example:
        >>> from llamo.chem.reading import read_molecule
        >>> fragment_smiles(read_molecule("c1ccccc1C(=O)O"), [5, 6, 7, 8])
        'cC(=O)O'
    """
    return str(Chem.MolFragmentToSmiles(molecule.mol, atomsToUse=list(atoms))) if atoms else ""
