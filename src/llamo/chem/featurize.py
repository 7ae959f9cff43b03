"""From a molecule to its `MolGraph`: OGB features, motifs and their counts. RDKit ends here."""

from __future__ import annotations

from rdkit import Chem

from llamo.chem.binary_tables import read_tables
from llamo.chem.features import ogb_features
from llamo.chem.molgraph import MolGraph
from llamo.chem.motif_counts import count_motifs
from llamo.chem.motifs import find_motifs
from llamo.chem.parsing import parse_molecule
from llamo.chem.reading import Molecule
from llamo.errors import InvalidMoleculeError


def featurize(molecule: str | Molecule | Chem.Mol) -> MolGraph:
    """Compute a molecule's graph, features and motifs.

    Args:
        molecule: SMILES, InChI or mol block; or what `read_molecule` gave; or a sanitised RDKit molecule.

    Returns:
        The graph, atoms in the order of the input.

    Raises:
        InvalidMoleculeError: If the text is no molecule, or an RDKit molecule is empty or not sanitised.

    Example: `featurize("CCO")` has 3 atoms, 4 directed bonds and 2 motifs, hydroxyl and chain.
    """
    if isinstance(molecule, Chem.Mol):
        mol = _checked(molecule)
    elif isinstance(molecule, Molecule):
        mol = molecule.mol
    else:
        mol = parse_molecule(molecule)
    tables = read_tables(mol)
    return MolGraph(*ogb_features(tables), *count_motifs(tables, find_motifs(tables)))


def _checked(mol: Chem.Mol) -> Chem.Mol:
    if mol.GetNumAtoms() == 0:
        raise InvalidMoleculeError("this RDKit molecule has no atoms; pass one with at least one atom")
    if mol.NeedsUpdatePropertyCache():
        raise InvalidMoleculeError(
            "this RDKit molecule is not sanitised (its hydrogens are not counted yet); "
            "call Chem.SanitizeMol(mol) first"
        )
    return mol
