"""Looking for leaks in finished shards, of one stage or several: the promise is checked on what was written.

Molecules are compared part by part, as `llamo.data.molecule_keys` defines the parts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from llamo.data.bank import KIND as BANK
from llamo.data.bank import bank_molecules
from llamo.data.leakage import Blocklist
from llamo.data.molecule_keys import MoleculeKeys, Part
from llamo.data.pretraining_shards import KIND, SPLIT
from llamo.data.reaction_roles import REACTION_TASKS, reaction_roles
from llamo.data.report import progress
from llamo.data.row_work import DroppedError, inspect
from llamo.data.shards import open_table, read_manifest

BLOCKED = "on the blocklist"
BLOCKED_REACTANTS = "reactants with one on the blocklist"
BLOCKED_REAGENTS = "reagents with one on the blocklist, of more than six heavy atoms"
SMALL_REAGENT = "small reagent on the blocklist, tolerated"
BOTH_SPLITS = "in training and in validation"
OTHER_TAUTOMER = "a tautomer in training and one in validation"
REACTANT = "reactant or reagent of training, molecule of validation"
PRETRAINING_TAUTOMER = "a tautomer in encoder pretraining, molecule of validation"
UNREADABLE = "molecules or answers that cannot be read and so not compared"
EXAMPLES = 5
SPLITS = ("train", "validation")
FOLDER_SPLITS = {KIND: (SPLIT,), BANK: (BANK,)}  # by kind of folder; `SPLITS` of records

Role = Literal["decides", "reactants", "reagents"]


@dataclass
class Audit:
    """What was found, as numbers of molecules; a part of a mixture is a molecule of its own.

    Attributes:
        molecules: by "folder: split".
        leaks: by kind: `BLOCKED`, `BLOCKED_REACTANTS`, `BLOCKED_REAGENTS`, `BOTH_SPLITS`, `OTHER_TAUTOMER`, and
            `UNREADABLE`, where there may be one (docs/leakage.md says what is promised).
        tolerated: by kind: `SMALL_REAGENT`, `REACTANT`, `PRETRAINING_TAUTOMER`.
        examples: some SMILES of each kind.
    """

    molecules: dict[str, int] = field(default_factory=dict)
    leaks: Counter[str] = field(default_factory=Counter)
    tolerated: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Lay the findings out for JSON."""
        return {
            "molecules": self.molecules,
            "leaks": dict(self.leaks),
            "tolerated": dict(self.tolerated),
            "examples": self.examples,
        }

    def note(self, counter: Counter[str], kind: str, found: Collection[str]) -> None:
        """Count findings, given by their SMILES, and keep some as examples."""
        counter[kind] = len(found)
        if found:
            self.examples[kind] = sorted(found)[:EXAMPLES]


@dataclass
class _Side:
    """The molecules of a split by connectivity: those that decide the split, and the others of reactions."""

    deciding: dict[str, Part] = field(default_factory=dict)
    beside: dict[str, Part] = field(default_factory=dict)

    def add(self, role: Role, keys: MoleculeKeys) -> None:
        parts = self.deciding if role == "decides" else self.beside
        for part in keys.parts:
            parts.setdefault(part.key, part)


@dataclass
class _Gathered:
    """What is read from the shards: molecules by split, SMILES that are blocked or cannot be read."""

    sides: dict[str, _Side] = field(
        default_factory=lambda: {name: _Side() for name in (*SPLITS, SPLIT, BANK)}
    )
    blocked: set[str] = field(default_factory=set)
    blocked_reactants: set[str] = field(default_factory=set)
    blocked_reagents: set[str] = field(default_factory=set)
    small_reagents: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)

    def add(self, split: str, role: Role, smiles: str, blocklist: Blocklist) -> tuple[str, ...]:
        """Take a molecule, or a side of a reaction as one mixture; returns the connectivities of its parts."""
        try:
            keys = inspect(smiles).keys
        except DroppedError:
            self.unreadable.add(smiles)
            return ()
        self.sides[split].add(role, keys)
        if role == "decides" and blocklist.reason(keys):
            self.blocked.add(smiles)
        elif role == "reactants" and blocklist.reactant_reason(keys):
            self.blocked_reactants.add(smiles)
        elif role == "reagents":
            self._note_reagents(smiles, keys, blocklist)
        return tuple(part.key for part in keys.parts)

    def _note_reagents(self, smiles: str, keys: MoleculeKeys, blocklist: Blocklist) -> None:
        """Note reagents that are blocked, and each that is on the blocklist and too small to be."""
        if blocklist.reagent_reason(keys):
            self.blocked_reagents.add(smiles)
        for one in dict.fromkeys(smiles.split(".")):
            alone = inspect(one).keys
            if blocklist.reason(alone) and not blocklist.reagent_reason(alone):
                self.small_reagents.add(one)


def audit(folders: Sequence[Path], blocklist: Blocklist) -> Audit:
    """Compare the molecules of shards with each other and with a blocklist.

    Args:
        folders: outputs of `llamo prepare`, of records or for encoder pretraining (all of it training), and banks,
            which are compared with the blocklist only.
        blocklist: molecules that must be in none; of reactions it covers products, reactants and larger reagents.

    Raises:
        DataError: a folder holds no finished shards.
    """
    found, gathered = Audit(), _Gathered()
    for folder in folders:
        kind = read_manifest(folder)["kind"]
        for split in FOLDER_SPLITS.get(kind, SPLITS):
            molecules = sorted(_molecules(folder, split, kind))
            here: set[str] = set()
            with progress(f"{folder}: {split}", len(molecules)) as advance:
                for role, smiles in molecules:
                    here.update(gathered.add(split, role, smiles, blocklist))
                    advance(1)
            found.molecules[f"{folder}: {split}"] = len(here)
    _compare(found, gathered)
    return found


def _compare(found: Audit, gathered: _Gathered) -> None:
    train, validation, pretraining = (gathered.sides[name] for name in (*SPLITS, SPLIT))
    held_back = validation.deciding
    found.note(found.leaks, BLOCKED, gathered.blocked)
    found.note(found.leaks, BLOCKED_REACTANTS, gathered.blocked_reactants)
    found.note(found.leaks, BLOCKED_REAGENTS, gathered.blocked_reagents)
    found.note(found.tolerated, SMALL_REAGENT, gathered.small_reagents)
    deciding = train.deciding | pretraining.deciding
    both = {part.smiles for key, part in deciding.items() if key in held_back}
    found.note(found.leaks, BOTH_SPLITS, both)
    found.note(found.leaks, OTHER_TAUTOMER, _with_tautomers(train.deciding, held_back))
    beside = {
        part.smiles for key, part in train.beside.items() if key in held_back and key not in train.deciding
    }
    found.note(found.tolerated, REACTANT, beside)
    only_pretraining = {key: part for key, part in pretraining.deciding.items() if key not in train.deciding}
    found.note(found.tolerated, PRETRAINING_TAUTOMER, _with_tautomers(only_pretraining, held_back))
    found.note(found.leaks, UNREADABLE, gathered.unreadable)


def _with_tautomers(train: dict[str, Part], validation: dict[str, Part]) -> set[str]:
    """Find the molecules of training that are no molecule of validation but a tautomer of one.

    Tautomer keys are computed only where the skeleton is met on the other side, too: it costs a fifth of them.
    """
    skeletons = {_skeleton(part.smiles) for part in validation.values()}
    near = [
        part for key, part in train.items() if key not in validation and _skeleton(part.smiles) in skeletons
    ]
    tautomers = {part.tautomer for part in validation.values()} if near else set()
    return {part.smiles for part in near if part.tautomer in tautomers}


def _skeleton(smiles: str) -> int:
    """Hash the elements of the heavy atoms and of their neighbours, which tautomers share."""
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        return hash(smiles)
    atoms = []
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() > 1:
            neighbours = sorted(other.GetAtomicNum() for other in atom.GetNeighbors())
            atoms.append((atom.GetAtomicNum(), *(number for number in neighbours if number > 1)))
    return hash(tuple(sorted(atoms)))


def _molecules(folder: Path, split: str, kind: str) -> set[tuple[Role, str]]:
    """Collect the SMILES in a split with their roles; a side of a reaction is one mixture."""
    if kind == BANK:
        return {("decides", smiles) for smiles in bank_molecules(folder)}
    table = open_table(folder, split, kind=kind)
    if kind == KIND:
        return {("decides", smiles) for smiles in table.column("smiles")}
    seen: set[tuple[Role, str]] = set()
    columns = (table.column(name) for name in ("task", "molecules", "messages"))
    for task, molecules, messages in zip(*columns, strict=True):
        seen.update(_of_record(task, molecules, messages))
    return seen


def _of_record(task: str, molecules: list[str], messages: str) -> Iterator[tuple[Role, str]]:
    """Yield a record's molecules; in reactions the product decides, and it may be the answer."""
    if task not in REACTION_TASKS:
        yield from (("decides", smiles) for smiles in molecules)
        return
    turns = json.loads(messages)
    roles = reaction_roles(task, turns)
    if not roles.is_answer_read:
        yield "decides", str(turns[-1]["content"])  # cannot be read, and is counted so
    sides: tuple[tuple[Role, str], ...] = (
        ("decides", roles.product),
        ("reactants", roles.reactants),
        ("reagents", roles.reagents),
    )
    yield from ((role, smiles) for role, smiles in sides if smiles)
