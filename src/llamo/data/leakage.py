"""Keeping test molecules out of training, and one molecule in one split.

Molecules are compared by connectivity: the first block of the InChIKey, which stereoisomers, isotopologues
and most protonation states share. A molecule is blocked when its whole connectivity is on the list, or that
of one of its fragments with more than six heavy atoms (the salt of a test molecule). The reverse, a free base
whose salt is on the list, cannot be seen from a list of hashes; nor can a tautomer whose InChIKey differs. A list
that is a table of molecules shows both. See docs/leakage.md.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from llamo.errors import DataError

if TYPE_CHECKING:
    from llamo.chem.reading import Molecule

MIN_FRAGMENT_ATOMS = 7  # smaller fragments are counter-ions and solvents, shared by unrelated molecules
BLOCK = re.compile(r"[A-Z]{14}")

SAME_MOLECULE = "blocklist: same connectivity"
SAME_FRAGMENT = "blocklist: a fragment's connectivity"
SAME_REACTANT = "blocklist: a reactant's connectivity"
SAME_TAUTOMER = "blocklist: a tautomer"


@dataclass(frozen=True)
class MoleculeKeys:
    """The connectivities of a molecule.

    Attributes:
        whole: of all fragments together.
        fragments: of each fragment with more than six heavy atoms; empty for a single fragment.
        parent: of the largest such fragment, else `whole`; decides the split: a salt goes with its parent.
        parent_smiles: canonical SMILES of that fragment, or of the whole.
    """

    whole: str
    fragments: tuple[str, ...]
    parent: str
    parent_smiles: str = ""

    @functools.cached_property
    def tautomer(self) -> bytes:
        """What tautomers of the parent share, keto and enol forms too, whose InChIKeys differ; 8 bytes."""
        return tautomer_key(self.parent_smiles)


def molecule_keys(molecule: Molecule) -> MoleculeKeys:
    """Compute the connectivities of a molecule and its fragments."""
    from llamo.chem.reading import connectivity

    whole = connectivity(molecule.mol)
    parts = molecule.smiles.split(".")
    if len(parts) == 1:
        return MoleculeKeys(whole=whole, fragments=(), parent=whole, parent_smiles=molecule.smiles)
    sizes = {part: _heavy_atoms(part) for part in dict.fromkeys(parts)}
    large = sorted(
        (part for part in sizes if sizes[part] >= MIN_FRAGMENT_ATOMS), key=lambda part: -sizes[part]
    )
    fragments = tuple(connectivity(part) for part in large)
    parent, parent_smiles = (fragments[0], large[0]) if fragments else (whole, molecule.smiles)
    return MoleculeKeys(whole=whole, fragments=fragments, parent=parent, parent_smiles=parent_smiles)


def tautomer_key(smiles: str) -> bytes:
    """Hash what RDKit's heteroatom tautomer hash (version 2) of a molecule keeps, stereochemistry aside; 8 bytes.

    `"CC(=O)CC(C)=O"` and `"CC(O)=CC(C)=O"` have the same one.
    """
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdMolHash

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
        if mol is None:
            return _short_hash(smiles)
        Chem.RemoveStereochemistry(mol)
        for atom in mol.GetAtoms():
            atom.SetIsotope(0)
        return _short_hash(rdMolHash.MolHash(mol, rdMolHash.HashFunction.HetAtomTautomerv2))


def _short_hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _heavy_atoms(smiles: str) -> int:
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    return 0 if mol is None else int(mol.GetNumHeavyAtoms())


@dataclass(frozen=True)
class Blocklist:
    """Molecules that must not be trained on.

    Attributes:
        blocks: connectivities.
        tautomers: tautomer keys, of those whose structures are known.
    """

    blocks: frozenset[str] = frozenset()
    tautomers: frozenset[bytes] = frozenset()

    @classmethod
    def from_file(cls, path: Path) -> Blocklist:
        """Read a list of InChIKeys or their first blocks, one a line, plain or `.gz`; `#` starts a comment.

        Raises:
            DataError: the file is missing, damaged or has a line that is no InChIKey block.
        """
        try:
            data = path.read_bytes()
            text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("ascii")
        except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
            raise DataError(f"blocklist {path} cannot be read ({error}); put a good copy there") from error
        blocks = set()
        for row, line in enumerate(text.splitlines(), start=1):
            entry = line.split("#")[0].strip()
            if not entry:
                continue
            if not BLOCK.fullmatch(entry[:14]):
                raise DataError(
                    f"{path} row {row}: {entry[:40]!r} is no InChIKey first block (14 capital letters)"
                )
            blocks.add(entry[:14])
        if not blocks:
            raise DataError(
                f"blocklist {path} is empty; give a list of InChIKey first blocks, or none at all"
            )
        return cls(frozenset(blocks))

    @classmethod
    def from_molecules(cls, molecules: Iterable[MoleculeKeys]) -> Blocklist:
        """Block molecules whose structures are known: themselves, their large fragments and their tautomers."""
        known = list(molecules)
        blocks = {block for keys in known for block in (keys.whole, keys.parent, *keys.fragments)}
        return cls(frozenset(blocks), frozenset(keys.tautomer for keys in known))

    def __or__(self, other: Blocklist) -> Blocklist:
        return Blocklist(self.blocks | other.blocks, self.tautomers | other.tautomers)

    def reason(self, keys: MoleculeKeys) -> str:
        """Say why a molecule is blocked, or "" where it is not."""
        if keys.whole in self.blocks:
            return SAME_MOLECULE
        if any(key in self.blocks for key in keys.fragments):
            return SAME_FRAGMENT
        return SAME_TAUTOMER if self.tautomers and keys.tautomer in self.tautomers else ""

    def reactant_reason(self, keys: MoleculeKeys) -> str:
        """Say why reactants are blocked: one of them with more than six heavy atoms is on the list, or ""."""
        found = keys.whole in self.blocks or any(key in self.blocks for key in keys.fragments)
        return SAME_REACTANT if found else ""


def is_validation(key: str, permille: int) -> bool:
    """Draw the split of a connectivity: the same answer in every source, task and run.

    Args:
        key: InChIKey first block.
        permille: share of molecules held back, in thousandths.
    """
    digest = hashlib.sha256(f"llamo split {key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 1000 < permille


def content_key(question: str, molecules: list[str], text: str) -> bytes:
    """Hash what makes two records duplicates: kind of question, canonical isomeric SMILES and answer."""
    return hashlib.blake2b("\0".join([question, *molecules, text]).encode(), digest_size=16).digest()
