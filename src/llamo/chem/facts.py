"""What is exactly known of a molecule: composition, rings, stereo, groups. RDKit computes, no model guesses.

Conventions. Masses use the isotopes that are given. The monoisotopic mass of an ion leaves out the electrons
it has lost and weighs in those it has gained (Na+ 22.98922 u, Na 22.98977 u), as a mass spectrometer sees it;
the molar mass is the sum of the atomic weights whatever the charge. Rings are the smallest set of smallest
rings, as many as systematic names count (cubane is pentacyclic); ring names among the groups count all rings
that symmetry makes alike (cubane's six faces, see `ring_catalogue`). Donors, acceptors and rotatable bonds
follow RDKit's definitions (`CalcNumHBD`, `CalcNumHBA`, strict `CalcNumRotatableBonds`). Stereo labels:
`stereo`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from llamo.chem.groups import find_groups
from llamo.chem.reading import Molecule, read_molecule
from llamo.chem.stereo import label_stereo

_MASSES = rdMolDescriptors.Properties(("amw", "exactmw"))


@dataclass(frozen=True)
class Facts:
    """Exact facts about one molecule.

    Attributes:
        smiles: Isomeric canonical SMILES.
        formula: Hill formula, the charge at its end ("C2H3O2-", "BrH4N").
        molar_mass: Average mass in g/mol; a charge's electrons are not weighed.
        monoisotopic_mass: Mass of the most abundant isotopes in u; a charge's electrons are weighed.
        charge: Net charge.
        heavy_atoms: Atoms other than hydrogen.
        atom_counts: Atoms of each element, hydrogen included, in Hill order.
        fragments: Parts not joined by bonds.
        rings: Number of rings.
        ring_sizes: Size of each ring, ascending.
        aromatic_rings: Rings whose bonds are all aromatic.
        rotatable_bonds: Number of rotatable bonds.
        h_bond_donors: Number of hydrogen-bond donors.
        h_bond_acceptors: Number of hydrogen-bond acceptors.
        stereocentres: (atom index, label): "R", "S", "r" or "s" (pseudo-asymmetric), "?" where not specified.
        double_bond_stereo: (first atom, second atom, label): "E", "Z", or "?" where not specified.
        radical_electrons: Number of unpaired electrons.
        isotopes: Each labelled atom, such as "13C", sorted, repeats kept.
        groups: Catalogue name -> number of occurrences.
    """

    smiles: str
    formula: str
    molar_mass: float
    monoisotopic_mass: float
    charge: int
    heavy_atoms: int
    atom_counts: dict[str, int]
    fragments: int
    rings: int
    ring_sizes: tuple[int, ...]
    aromatic_rings: int
    rotatable_bonds: int
    h_bond_donors: int
    h_bond_acceptors: int
    stereocentres: tuple[tuple[int, str], ...]
    double_bond_stereo: tuple[tuple[int, int, str], ...]
    radical_electrons: int
    isotopes: tuple[str, ...]
    groups: dict[str, int]

    def to_dict(self) -> dict[str, Any]:  # Any: JSON values
        """Return the facts as plain dicts, lists, numbers and strings, ready for JSON."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def exact_facts(molecule: str | Molecule) -> Facts:
    """Compute the exact facts of a molecule; atom indices are those of the input.

    Raises:
        InvalidMoleculeError: If the text is no molecule.
    """
    read = molecule if isinstance(molecule, Molecule) else read_molecule(molecule)
    mol = read.mol
    atoms = list(mol.GetAtoms())
    sizes = ring_sizes(mol)
    stereo = label_stereo(mol)
    average_mass, exact_mass = masses(mol)
    return Facts(
        smiles=read.smiles,
        formula=hill_formula(mol),
        molar_mass=round(average_mass, 3),
        monoisotopic_mass=round(exact_mass, 5),
        charge=Chem.GetFormalCharge(mol),
        heavy_atoms=sum(atom.GetAtomicNum() != 1 for atom in atoms),
        atom_counts=atom_counts(mol),
        fragments=len(Chem.GetMolFrags(mol)),
        rings=len(sizes),
        ring_sizes=sizes,
        aromatic_rings=rdMolDescriptors.CalcNumAromaticRings(mol),
        rotatable_bonds=rdMolDescriptors.CalcNumRotatableBonds(mol),
        h_bond_donors=rdMolDescriptors.CalcNumHBD(mol),
        h_bond_acceptors=rdMolDescriptors.CalcNumHBA(mol),
        stereocentres=stereo.centres,
        double_bond_stereo=stereo.double_bonds,
        radical_electrons=sum(atom.GetNumRadicalElectrons() for atom in atoms),
        isotopes=tuple(
            sorted(f"{atom.GetIsotope()}{atom.GetSymbol()}" for atom in atoms if atom.GetIsotope())
        ),
        groups={name: len(matches) for name, matches in find_groups(mol).items()},
    )


def masses(mol: Chem.Mol) -> tuple[float, float]:
    """Average mass in g/mol, electrons of a charge not weighed, and monoisotopic mass in u, weighed."""
    average, exact = _MASSES.ComputeProperties(mol)
    return float(average), float(exact)


def ring_sizes(mol: Chem.Mol) -> tuple[int, ...]:
    """Size of each ring of the smallest set of smallest rings, ascending."""
    # GetSSSR replaces the molecule's own ring record, hence the copy.
    return tuple(sorted(len(ring) for ring in Chem.GetSSSR(Chem.Mol(mol))))


def hill_formula(mol: Chem.Mol) -> str:
    """Hill formula, isotopes not told apart, the charge at its end: "[NH4+].[Br-]" -> "BrH4N"."""
    body = "".join(f"{symbol}{count if count > 1 else ''}" for symbol, count in atom_counts(mol).items())
    charge = Chem.GetFormalCharge(mol)
    if not charge:
        return body
    return f"{body}{'+' if charge > 0 else '-'}{abs(charge) if abs(charge) > 1 else ''}"


def atom_counts(mol: Chem.Mol) -> dict[str, int]:
    """Atoms of each element, hydrogen included, in Hill order: C, H, then A to Z; without C all A to Z."""
    atoms = list(mol.GetAtoms())
    counts = Counter(atom.GetSymbol() for atom in atoms)
    hydrogens = sum(atom.GetTotalNumHs() for atom in atoms)
    if hydrogens:
        counts["H"] += hydrogens
    first = ("C", "H") if "C" in counts else ()
    order = [*(symbol for symbol in first if symbol in counts), *sorted(set(counts).difference(first))]
    return {symbol: counts[symbol] for symbol in order}


def _plain(value: Any) -> Any:  # Any: a JSON value, tuples still inside
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
