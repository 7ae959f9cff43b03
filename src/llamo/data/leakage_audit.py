"""Looking for leaks in finished shards, of one stage or several: the promise is checked on what was written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from llamo.data.leakage import Blocklist, MoleculeKeys
from llamo.data.pretraining_shards import KIND, SPLIT
from llamo.data.row_work import inspect
from llamo.data.shards import open_table, read_manifest
from llamo.data.tasks.catalogue import find_task

BLOCKED = "on the blocklist"
BOTH_SPLITS = "in training and in validation"
OTHER_TAUTOMER = "a tautomer in training and one in validation"
REACTANT = "reactant or reagent of training, molecule of validation"
EXAMPLES = 5
# Where the product of a reaction stands among a prompt's molecules; None: it is the answer.
PRODUCT_PLACES: Mapping[str, int | None] = {"forward_reaction": None, "retrosynthesis": 0, "reagent": -1}


@dataclass
class Audit:
    """What was found, as numbers of connectivities.

    Attributes:
        molecules: by "folder: split".
        leaks: by kind: `BLOCKED`, `BOTH_SPLITS`, `OTHER_TAUTOMER` (docs/leakage.md says what is promised).
        tolerated: by kind: `REACTANT`.
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


@dataclass
class _Side:
    """The molecules of a split by connectivity: those that decide the split, and the others of reactions."""

    deciding: dict[str, MoleculeKeys] = field(default_factory=dict)
    beside: dict[str, MoleculeKeys] = field(default_factory=dict)


def audit(folders: Sequence[Path], blocklist: Blocklist) -> Audit:
    """Compare the molecules of shards with each other and with a blocklist.

    Args:
        folders: outputs of `llamo prepare`, of records or for encoder pretraining (all of it training).
        blocklist: molecules that must be in none; of reactions it covers products and large reactants.

    Raises:
        DataError: a folder holds no finished shards.
    """
    found, sides = Audit(), {"train": _Side(), "validation": _Side()}
    blocked: dict[str, MoleculeKeys] = {}
    for folder in folders:
        kind = read_manifest(folder)["kind"]
        for split, side in {SPLIT: sides["train"]}.items() if kind == KIND else sides.items():
            here = _Side()
            for smiles, decides in _molecules(folder, split, kind):
                keys = inspect(smiles).keys
                (here.deciding if decides else here.beside)[keys.parent] = keys
                if decides and blocklist.reason(keys):
                    blocked[keys.parent] = keys
            found.molecules[f"{folder}: {split}"] = len(here.deciding | here.beside)
            side.deciding |= here.deciding
            side.beside |= here.beside
    _note(found, found.leaks, BLOCKED, blocked)
    _compare(found, sides["train"], sides["validation"])
    return found


def _compare(found: Audit, train: _Side, validation: _Side) -> None:
    both = {key: keys for key, keys in train.deciding.items() if key in validation.deciding}
    _note(found, found.leaks, BOTH_SPLITS, both)
    tautomers = {keys.tautomer for keys in validation.deciding.values()}
    others = {
        key: keys for key, keys in train.deciding.items() if key not in both and keys.tautomer in tautomers
    }
    _note(found, found.leaks, OTHER_TAUTOMER, others)
    beside = {
        key: keys
        for key, keys in train.beside.items()
        if key not in train.deciding and key in validation.deciding
    }
    _note(found, found.tolerated, REACTANT, beside)


def _note(found: Audit, counter: Counter[str], kind: str, molecules: dict[str, MoleculeKeys]) -> None:
    counter[kind] = len(molecules)
    if molecules:
        found.examples[kind] = [keys.parent_smiles for keys in list(molecules.values())[:EXAMPLES]]


def _molecules(folder: Path, split: str, kind: str) -> Iterator[tuple[str, bool]]:
    """Yield the SMILES in a split, each once, with whether they decide the split."""
    table = open_table(folder, split, kind=kind)
    if kind == KIND:
        yield from ((smiles, True) for smiles in table.column("smiles"))
        return
    seen: set[tuple[str, bool]] = set()
    columns = (table.column(name) for name in ("task", "molecules", "messages"))
    for task, molecules, messages in zip(*columns, strict=True):
        seen.update(_of_record(task, molecules, messages))
    yield from sorted(seen)


def _of_record(task: str, molecules: list[str], messages: str) -> Iterator[tuple[str, bool]]:
    """Yield a record's molecules; in reactions the product decides, and it may be the answer."""
    if task not in PRODUCT_PLACES:
        yield from ((smiles, True) for smiles in molecules)
        return
    place = PRODUCT_PLACES[task]
    product = molecules[place] if place is not None else _answer(task, messages)
    if product:
        yield product, True
    for number, smiles in enumerate(molecules):
        if place is None or number != place % len(molecules):
            yield from ((part, False) for part in smiles.split("."))


def _answer(task: str, messages: str) -> str:
    answer = find_task(task).parse(json.loads(messages)[-1]["content"])
    return str(answer or "")
