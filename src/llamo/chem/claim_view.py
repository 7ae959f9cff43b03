"""What claims are judged against: a molecule whose facts are computed when a claim asks for them."""

from __future__ import annotations

from functools import cached_property, lru_cache

from rdkit import Chem

from llamo.chem.facts import atom_counts, hill_formula, masses, ring_sizes
from llamo.chem.reading import Molecule, read_molecule
from llamo.chem.stereo import Stereo, label_stereo


class MoleculeView:
    """A molecule with lazily computed facts; each is computed once.

    Args:
        molecule: The molecule as read.
    """

    def __init__(self, molecule: Molecule) -> None:
        self.mol = molecule.mol
        self.smiles = molecule.smiles

    @cached_property
    def atoms(self) -> tuple[Chem.Atom, ...]:
        return tuple(self.mol.GetAtoms())

    @cached_property
    def atom_counts(self) -> dict[str, int]:
        """Atoms of each element, hydrogen included."""
        return atom_counts(self.mol)

    @cached_property
    def charge(self) -> int:
        return int(Chem.GetFormalCharge(self.mol))

    @cached_property
    def fragment_charges(self) -> tuple[int, ...]:
        """Net charge of each fragment."""
        return tuple(
            sum(self.atoms[index].GetFormalCharge() for index in fragment)
            for fragment in Chem.GetMolFrags(self.mol)
        )

    @cached_property
    def lone_charges(self) -> tuple[int, ...]:
        """Charges of atoms without an oppositely charged neighbour (nitro groups and the like have none)."""
        return tuple(
            atom.GetFormalCharge()
            for atom in self.atoms
            if atom.GetFormalCharge()
            and not any(other.GetFormalCharge() * atom.GetFormalCharge() < 0 for other in atom.GetNeighbors())
        )

    @cached_property
    def fragment_atoms(self) -> list[dict[str, int]]:
        """Atoms of each element in each fragment."""
        return [atom_counts(fragment) for fragment in Chem.GetMolFrags(self.mol, asMols=True)]

    @cached_property
    def formula(self) -> str:
        """Hill formula with the charge at its end."""
        return hill_formula(self.mol)

    @cached_property
    def num_rings(self) -> int:
        """Rings of the smallest set of smallest rings."""
        return len(ring_sizes(self.mol))

    @cached_property
    def rings(self) -> tuple[tuple[int, ...], ...]:
        """Atoms of each ring, symmetry-equivalent rings included (cubane has six)."""
        return tuple(self.mol.GetRingInfo().AtomRings())

    @cached_property
    def ring_systems(self) -> tuple[int, ...]:
        """Number of rings in each system of rings that share a bond."""
        systems: list[tuple[set[int], int]] = []
        for ring in (set(ring) for ring in self.mol.GetRingInfo().BondRings()):
            joined = [system for system in systems if system[0] & ring]
            systems = [system for system in systems if not system[0] & ring]
            bonds = set.union(ring, *(system[0] for system in joined))
            systems.append((bonds, 1 + sum(system[1] for system in joined)))
        return tuple(size for _, size in systems)

    @cached_property
    def stereo(self) -> Stereo:
        return label_stereo(self.mol)

    @cached_property
    def older_labels(self) -> tuple[str, ...]:
        """CIP labels of the older rules, under which many published names were made."""
        labelled = Chem.Mol(self.mol)
        Chem.AssignStereochemistry(labelled, cleanIt=True, force=True)
        parts: list[Chem.Atom | Chem.Bond] = [*labelled.GetAtoms(), *labelled.GetBonds()]
        return tuple(str(part.GetProp("_CIPCode")) for part in parts if part.HasProp("_CIPCode"))

    @cached_property
    def masses(self) -> tuple[float, float]:
        """Average and monoisotopic mass."""
        return masses(self.mol)


@lru_cache(maxsize=512)
def _view_of_text(text: str) -> MoleculeView:
    return MoleculeView(read_molecule(text))


def view_of(molecule: Molecule | str) -> MoleculeView:
    """Wrap a molecule; views of texts are kept, since answers come several to a molecule.

    Raises:
        InvalidMoleculeError: If the text is no molecule.
    """
    return _view_of_text(molecule) if isinstance(molecule, str) else MoleculeView(molecule)
