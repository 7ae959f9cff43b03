"""Keeping test molecules out of training, and one molecule in one split.

Molecules are compared part by part (`llamo.data.molecule_keys`): a mixture is blocked when any of its parts is on
the list, and is in a split when all of them are. A list of hashes hides what lies behind it, so that a free base
whose salt is listed cannot be seen, nor a tautomer; a list that is a table of molecules shows both: docs/leakage.md.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from llamo.data.molecule_keys import MoleculeKeys
from llamo.data.records import Split
from llamo.errors import DataError

BLOCK = re.compile(r"[A-Z]{14}")

MIXED_SPLITS = "molecules of both splits"
SAME_MOLECULE = "blocklist: same connectivity"
SAME_FRAGMENT = "blocklist: a fragment's connectivity"
SAME_REACTANT = "blocklist: a reactant's connectivity"
SAME_TAUTOMER = "blocklist: a tautomer"
REACTANT_TAUTOMER = "blocklist: a reactant's tautomer"
SAME_REAGENT = "blocklist: a reagent's connectivity"
REAGENT_TAUTOMER = "blocklist: a reagent's tautomer"


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
        """Block molecules whose structures are known: themselves, their parts and the tautomers of these."""
        known = list(molecules)
        parts = {part for keys in known for part in keys.parts}
        blocks = {keys.whole for keys in known} | {part.key for part in parts}
        return cls(frozenset(blocks), frozenset(part.tautomer for part in parts))

    def __or__(self, other: Blocklist) -> Blocklist:
        return Blocklist(self.blocks | other.blocks, self.tautomers | other.tautomers)

    def reason(self, keys: MoleculeKeys) -> str:
        """Say why a molecule is blocked, or "" where it is not."""
        if keys.whole in self.blocks:
            return SAME_MOLECULE
        if any(part.key in self.blocks for part in keys.parts):
            return SAME_FRAGMENT
        return SAME_TAUTOMER if self._holds_a_tautomer(keys) else ""

    def reactant_reason(self, keys: MoleculeKeys) -> str:
        """Say why the reactants of a reaction, taken as one mixture, are blocked, or "" where they are not."""
        if keys.whole in self.blocks or any(part.key in self.blocks for part in keys.parts):
            return SAME_REACTANT
        return REACTANT_TAUTOMER if self._holds_a_tautomer(keys) else ""

    def reagent_reason(self, keys: MoleculeKeys) -> str:
        """Say why the reagents of a reaction, taken as one mixture, are blocked, or "" where they are not.

        Those of up to six heavy atoms never are: they are solvents and the like (methanol, THF).
        """
        large = tuple(part for part in keys.parts if part.is_large)
        if large and (keys.whole in self.blocks or any(part.key in self.blocks for part in large)):
            return SAME_REAGENT
        return REAGENT_TAUTOMER if self._holds_a_tautomer(MoleculeKeys(keys.whole, large)) else ""

    def _holds_a_tautomer(self, keys: MoleculeKeys) -> bool:
        return bool(self.tautomers) and any(part.tautomer in self.tautomers for part in keys.parts)


def is_validation(key: str, permille: int) -> bool:
    """Draw the split of a connectivity: the same answer in every source, task and run.

    Args:
        key: InChIKey first block.
        permille: share of molecules held back, in thousandths.
    """
    digest = hashlib.sha256(f"llamo split {key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 1000 < permille


def drawn_split(keys: Iterable[str], permille: int) -> Split | None:
    """Return the split that all connectivities are drawn into, or None where they are of both.

    Args:
        keys: InChIKey first blocks, of all parts of a mixture; at least one.
        permille: share of molecules held back, in thousandths.
    """
    drawn = {is_validation(key, permille) for key in keys}
    if len(drawn) > 1:
        return None
    return "validation" if True in drawn else "train"


def content_key(question: str, molecules: list[str], text: str) -> bytes:
    """Hash what makes two records duplicates: kind of question, canonical isomeric SMILES and answer."""
    return hashlib.blake2b("\0".join([question, *molecules, text]).encode(), digest_size=16).digest()
