"""Collecting entries for a retrieval bank: read, check against the blocklist, drop duplicates, count."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llamo.data.bank import COLUMNS, Bank
from llamo.data.bank_search import NUM_BYTES, FingerprintIndex, morgan
from llamo.data.leakage import Blocklist
from llamo.data.parallel import ordered_map
from llamo.data.row_work import DroppedError, Settings, current_settings, examine, setup
from llamo.errors import DataError

CHUNK = 250  # rows a worker takes at once
MAX_ATOMS = 1000  # what `read_molecule` reads
NO_TEXT = "no text"
DUPLICATE = "duplicate (same molecule, same text)"
EXCLUDED = "molecule of the input"


@dataclass(frozen=True)
class BankRow:
    """A molecule and a text, as a source has them."""

    smiles: str
    text: str
    source: str


@dataclass(frozen=True)
class Candidate:
    """A row that may enter a bank, or the reason why it may not.

    Attributes:
        smiles: isomeric canonical SMILES.
        connectivity: first block of the InChIKey; "" where the molecule could not be read.
        fingerprint: 256 bytes of packed bits.
    """

    row: BankRow
    reason: str = ""
    smiles: str = ""
    connectivity: str = ""
    fingerprint: bytes = b""


class BankBuilder:
    """Collects entries for a bank and counts what is left out.

    Args:
        blocklist: molecules that must not enter, also where only a fragment is on the list.
        excluded: connectivities (InChIKey first blocks) that must not enter either.

    Attributes:
        columns: what was taken, by the names of `bank.COLUMNS`.
        taken: rows by source.
        left_out: rows by (source, reason).
    """

    def __init__(self, *, blocklist: Blocklist | None = None, excluded: frozenset[str] = frozenset()) -> None:
        self.columns: dict[str, list[str]] = {name: [] for name in COLUMNS}
        self.taken: Counter[str] = Counter()
        self.left_out: Counter[tuple[str, str]] = Counter()
        self._settings = Settings(seed=0, blocklist=blocklist or Blocklist(), max_atoms=MAX_ATOMS)
        self._excluded = excluded
        self._fingerprints: list[bytes] = []
        self._seen: set[bytes] = set()

    def add(self, rows: Iterable[BankRow], *, workers: int = 1) -> None:
        """Take rows in, in order; the result is the same whatever `workers`."""
        waiting = iter(rows)
        chunks = iter(lambda: list(itertools.islice(waiting, CHUNK)), [])
        results = ordered_map(examine_rows, chunks, workers=workers, setup=setup, arguments=(self._settings,))
        for candidate in itertools.chain.from_iterable(results):
            self._take(candidate)

    def _take(self, candidate: Candidate) -> None:
        row = candidate.row
        content = content_of(candidate)
        reason = candidate.reason
        if candidate.connectivity in self._excluded:
            reason = EXCLUDED
        elif not reason and content in self._seen:
            reason = DUPLICATE
        if reason:
            self.left_out[row.source, reason] += 1
            return
        self._seen.add(content)
        self.taken[row.source] += 1
        values = (candidate.smiles, row.text, row.source, candidate.connectivity)
        for name, value in zip(COLUMNS, values, strict=True):
            self.columns[name].append(value)
        self._fingerprints.append(candidate.fingerprint)

    def reasons(self) -> Counter[str]:
        """Count what was left out by reason, over all sources."""
        reasons: Counter[str] = Counter()
        for (_, reason), count in self.left_out.items():
            reasons[reason] += count
        return reasons

    def fingerprints(self) -> NDArray[np.uint8]:
        """Return the packed fingerprints of what was taken, in order: uint8 [N, 256].

        Raises:
            DataError: nothing was taken; the message says why.
        """
        if not self._fingerprints:
            said = ", ".join(f"{count} rows: {reason}" for reason, count in self.reasons().items())
            said = said or "no rows"
            raise DataError(f"no molecule with a text is left in the bank ({said}); give another source")
        return np.frombuffer(b"".join(self._fingerprints), dtype=np.uint8).reshape(-1, NUM_BYTES)

    def bank(self) -> Bank:
        """Return what was taken as a bank in memory.

        Raises:
            DataError: nothing was taken; the message says why.
        """
        return Bank(self.columns, FingerprintIndex(self.fingerprints()))


def examine_rows(rows: list[BankRow]) -> list[Candidate]:
    """Examine a chunk of rows, in order; runs in the workers, after `row_work.setup`."""
    blocklist = current_settings().blocklist
    return [_examine_row(row, blocklist) for row in rows]


def _examine_row(row: BankRow, blocklist: Blocklist) -> Candidate:
    if not row.text.strip():
        return Candidate(row, reason=NO_TEXT)
    try:
        molecule, inspected = examine(row.smiles)
    except DroppedError as dropped:
        return Candidate(row, reason=str(dropped))
    return Candidate(
        row,
        reason=blocklist.reason(inspected.keys),
        smiles=inspected.smiles,
        connectivity=inspected.keys.whole,
        fingerprint=morgan(molecule.mol).tobytes(),
    )


def content_of(candidate: Candidate) -> bytes:
    """Hash what makes two entries duplicates: canonical isomeric SMILES and text, white space aside."""
    words = " ".join(candidate.row.text.split())
    return hashlib.blake2b(f"{candidate.smiles}\0{words}".encode(), digest_size=16).digest()
