"""What a molecule is known by when leaks are looked for: the connectivities and tautomer keys of its parts.

The parts of a salt, co-crystal, solvate or other mixture are all fragments with more than six heavy atoms, and
each counts as a molecule of its own. Smaller fragments are mostly counter-ions and solvents (chloride, sodium,
water, ethanol, acetate, sulfate, DMF, THF, benzene), which unrelated molecules share. Where no fragment is that
large, the largest one stands for the molecule (sodium acetate: acetate), all of them where several are equally large.
A salt that is drawn with bonds to its metal is taken apart first (`llamo.chem.metal_bonds`).

    "CC(=O)Oc1ccccc1C(=O)[O-].[Na+]"     -> acetylsalicylate
    "CC(=O)Oc1ccccc1C(=O)O.NCCc1ccccc1"  -> acetylsalicylic acid, phenethylamine
    "C[C@H](N)C(=O)O.Cl"                 -> alanine
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llamo.chem.metal_bonds import HAS_METAL, without_metal_bonds

if TYPE_CHECKING:
    from rdkit.Chem.MolStandardize import rdMolStandardize

    from llamo.chem.reading import Molecule

MIN_PART_ATOMS = 7  # heavy atoms: above benzene and pyridine, the largest everyday solvents, and at phenol


@dataclass(frozen=True)
class Part:
    """A molecule, or one of the molecules of a mixture.

    Attributes:
        key: its connectivity: the first block of its InChIKey.
        smiles: canonical SMILES.
    """

    key: str
    smiles: str

    @functools.cached_property
    def tautomer(self) -> bytes:
        """What its tautomers share, keto and enol forms too, whose InChIKeys differ; 8 bytes."""
        return tautomer_key(self.smiles)

    @property
    def is_large(self) -> bool:
        """Whether it has more than six heavy atoms, and so counts beside others, too."""
        return _heavy_atoms(self.smiles) >= MIN_PART_ATOMS


@dataclass(frozen=True)
class MoleculeKeys:
    """What a molecule is known by.

    Attributes:
        whole: connectivity of all fragments together.
        parts: as the module says, the largest first; at least one.
    """

    whole: str
    parts: tuple[Part, ...]

    @property
    def parent(self) -> str:
        """The connectivity of the largest part, where one key has to stand for the molecule."""
        return self.parts[0].key


def molecule_keys(molecule: Molecule) -> MoleculeKeys:
    """Compute the keys of a molecule and its parts.

    Raises:
        InvalidMoleculeError: InChI cannot express it (e.g. `*` atoms).
    """
    from llamo.chem.reading import connectivity

    whole = connectivity(molecule.mol)
    smiles = without_metal_bonds(molecule.mol, molecule.smiles)
    if "." not in smiles:
        return MoleculeKeys(whole, (Part(whole, smiles),))
    sizes = {fragment: _heavy_atoms(fragment) for fragment in dict.fromkeys(smiles.split("."))}
    least = min(MIN_PART_ATOMS, max(sizes.values()))
    chosen = sorted((fragment for fragment in sizes if sizes[fragment] >= least), key=lambda one: -sizes[one])
    parts: dict[str, Part] = {}
    for fragment in chosen:  # two enantiomers are one part
        key = _connectivity(fragment)
        parts.setdefault(key, Part(key, fragment))
    return MoleculeKeys(whole, tuple(parts.values()))


def may_have_parts(smiles: str) -> bool:
    """Tell without reading a molecule whether its one part may be another than the whole: few do."""
    return "." in smiles or HAS_METAL.search(smiles) is not None


@functools.lru_cache(maxsize=20_000)
def _connectivity(fragment: str) -> str:
    """Compute the connectivity of a fragment once; reagents and counter-ions come again and again."""
    from llamo.chem.reading import connectivity

    return connectivity(fragment)


@functools.lru_cache(maxsize=20_000)
def _heavy_atoms(fragment: str) -> int:
    from rdkit import Chem

    mol = Chem.MolFromSmiles(fragment)
    return 0 if mol is None else int(mol.GetNumHeavyAtoms())


@functools.lru_cache(maxsize=20_000)
def tautomer_key(smiles: str) -> bytes:
    """Hash what tautomers and protonation states of a molecule share, stereochemistry and isotopes aside; 8 bytes.

    RDKit's heteroatom tautomer hash (version 2) of the neutral form: a hundredth of the time of its tautomer
    canonicaliser. `"CC(=O)CC(C)=O"`, `"CC(O)=CC(C)=O"` and `"CC([O-])=CC(C)=O"` have the same one.
    """
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdMolHash

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
        if mol is None:
            return _short_hash(smiles)
        if any(atom.GetFormalCharge() for atom in mol.GetAtoms()):
            mol = _uncharger().uncharge(mol)
        Chem.RemoveStereochemistry(mol)
        for atom in mol.GetAtoms():
            atom.SetIsotope(0)
        return _short_hash(rdMolHash.MolHash(mol, rdMolHash.HashFunction.HetAtomTautomerv2))


@functools.cache
def _uncharger() -> rdMolStandardize.Uncharger:
    from rdkit.Chem.MolStandardize import rdMolStandardize

    return rdMolStandardize.Uncharger()


def _short_hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()
