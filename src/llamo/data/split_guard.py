"""Gives each record its split, and keeps a molecule out of the other split and a record from coming twice.

What it remembers are sets of short hashes, handed in by whoever keeps them (in memory, or on disk so that an
interrupted run continues): a million records take some hundred megabytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Protocol

from llamo.data.leakage import MIXED_SPLITS, is_validation
from llamo.data.records import Record
from llamo.data.row_work import Outcome, question_kind

DUPLICATE = "duplicate"
OTHER_TAUTOMER = "a tautomer is in the other split"
ENOUGH = "molecule has enough records of this task"

KEY_WIDTHS: Mapping[str, int] = {
    "seen": 16,
    "held_back": 14,
    "train_tautomers": 8,
    "validation_tautomers": 8,
}  # bytes a key, by the name of the set


class KeySet(Protocol):
    """A set of byte keys."""

    def __contains__(self, key: object) -> bool: ...

    def add(self, key: bytes) -> None: ...


class SplitGuard:
    """Decides about one record after the other; the order of the records is part of the answer.

    Args:
        sets: a set for each name of `KEY_WIDTHS`, empty or as an interrupted run left it.
        held_back_sources: sources that are validation as a whole; their records must come first, as must those of
            any source that are marked as validation.
        permille: share of the other molecules that is validation, in thousandths.
        per_molecule: records kept at most of a molecule, task and question; None for no limit.
    """

    def __init__(
        self,
        sets: Mapping[str, KeySet],
        *,
        held_back_sources: Collection[str] = (),
        permille: int = 50,
        per_molecule: int | None = None,
    ) -> None:
        self._sets = sets
        self._held_back_sources = frozenset(held_back_sources)
        self._permille = permille
        self._per_molecule = per_molecule

    def decide(self, outcome: Outcome, source: str, *, is_derived: bool) -> tuple[str, str]:
        """Return ("train" or "validation", "") for a record that is kept, else ("", the reason).

        Args:
            outcome: of the record's row.
            source: its source.
            is_derived: whether it is composed from molecules that may be other sources', too, and so
                holds none of them back.
        """
        is_marked = outcome.record is not None and outcome.record.split == "validation"
        is_held_back = is_marked or (source in self._held_back_sources and not is_derived)
        if is_held_back:
            self._hold_back(outcome)
        splits = {self._split_of(key) for key in outcome.keys}
        reason = outcome.reason
        if not reason and outcome.content in self._sets["seen"]:
            reason = DUPLICATE
        elif not reason and len(splits) > 1:
            reason = MIXED_SPLITS
        if reason or outcome.record is None:
            return "", reason
        split = splits.pop() if splits else "validation" if is_held_back else "train"
        other = "train" if split == "validation" else "validation"
        if any(key in self._sets[f"{other}_tautomers"] for key in outcome.tautomers):
            return "", OTHER_TAUTOMER
        if not self._has_room(outcome.record, outcome.keys):
            return "", ENOUGH
        self._sets["seen"].add(outcome.content)
        for key in outcome.tautomers:
            self._sets[f"{split}_tautomers"].add(key)
        return split, ""

    def _hold_back(self, outcome: Outcome) -> None:
        for connectivity in outcome.keys:
            self._sets["held_back"].add(connectivity.encode())
        for tautomer in outcome.tautomers:
            self._sets["validation_tautomers"].add(tautomer)

    def _split_of(self, connectivity: str) -> str:
        held_back = connectivity.encode() in self._sets["held_back"]
        return "validation" if held_back or is_validation(connectivity, self._permille) else "train"

    def _has_room(self, record: Record, keys: tuple[str, ...]) -> bool:
        """Take one of the places that a molecule has for a task and question; False where all are taken."""
        if self._per_molecule is None or not keys:
            return True
        for place in range(self._per_molecule):
            text = f"{record.task}\0{question_kind(record)}\0{keys[0]}\0{place}"
            key = hashlib.blake2b(text.encode(), digest_size=16).digest()
            if key not in self._sets["seen"]:
                self._sets["seen"].add(key)
                return True
        return False
