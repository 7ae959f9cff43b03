"""Keeping test molecules out of training, and one molecule in one split.

Molecules are compared by connectivity: the first block of the InChIKey, which stereoisomers, isotopologues
and most protonation states share. A molecule is blocked when its whole connectivity is on the list, or that
of one of its fragments with more than six heavy atoms (the salt of a test molecule). The reverse, a free base
whose salt is on the list, cannot be seen from the list's hashes; nor can a tautomer whose InChIKey differs.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
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


@dataclass(frozen=True)
class MoleculeKeys:
    """The connectivities of a molecule.

    Attributes:
        whole: of all fragments together.
        fragments: of each fragment with more than six heavy atoms; empty for a single fragment.
        parent: of the largest such fragment, else `whole`; decides the split: a salt goes with its parent.
    """

    whole: str
    fragments: tuple[str, ...]
    parent: str


def molecule_keys(molecule: Molecule) -> MoleculeKeys:
    """Compute the connectivities of a molecule and its fragments."""
    from llamo.chem.reading import connectivity

    whole = connectivity(molecule.mol)
    parts = molecule.smiles.split(".")
    if len(parts) == 1:
        return MoleculeKeys(whole=whole, fragments=(), parent=whole)
    sizes = {part: _heavy_atoms(part) for part in dict.fromkeys(parts)}
    large = sorted(
        (part for part in sizes if sizes[part] >= MIN_FRAGMENT_ATOMS), key=lambda part: -sizes[part]
    )
    fragments = tuple(connectivity(part) for part in large)
    return MoleculeKeys(whole=whole, fragments=fragments, parent=fragments[0] if fragments else whole)


def _heavy_atoms(smiles: str) -> int:
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    return 0 if mol is None else int(mol.GetNumHeavyAtoms())


@dataclass(frozen=True)
class Blocklist:
    """Connectivities that must not be trained on."""

    blocks: frozenset[str] = frozenset()

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

    def reason(self, keys: MoleculeKeys) -> str:
        """Say why a molecule is blocked, or "" where it is not."""
        if keys.whole in self.blocks:
            return SAME_MOLECULE
        return SAME_FRAGMENT if any(key in self.blocks for key in keys.fragments) else ""

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


def content_key(task: str, molecules: list[str], text: str) -> bytes:
    """Hash what makes two records duplicates: task, canonical isomeric SMILES and answer."""
    return hashlib.blake2b("\0".join([task, *molecules, text]).encode(), digest_size=16).digest()
