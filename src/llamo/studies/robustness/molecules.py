"""Who is asked about: molecules of a table, of validation shards or of the package, none that was trained on.

A molecule is left out, and counted with the reason, when it cannot be read, is too large for a prompt, comes twice,
is on the blocklist of test molecules, or is a training molecule (where training data are named).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from llamo.chem.facts import Facts, exact_facts
from llamo.chem.groups import GROUPS
from llamo.data.leakage import Blocklist
from llamo.data.row_work import DroppedError, inspect
from llamo.data.shards import Shards, open_shards
from llamo.data.tasks.wording import collapse, cut_at_sentence
from llamo.errors import DataError
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import find_smiles_column
from llamo.studies.robustness.training_molecules import TrainingMolecules

BUILT_IN = "built-in"
MAX_ATOMS, MAX_SMILES, MAX_CHARACTERS = 150, 400, 420  # as the default recipe prepares training data
SAME = "same connectivity as another"
TRAINED_ON = "training molecule"
TOO_LARGE = "too large for a prompt"


@dataclass(frozen=True)
class Subject:
    """A molecule to ask about.

    Attributes:
        smiles: Isomeric canonical SMILES.
        name: Its place in the source: "row 12", a record's id, a group's name.
        text: A published description, or "".
    """

    smiles: str
    name: str
    text: str = ""

    @cached_property
    def facts(self) -> Facts:
        """What RDKit knows exactly of it."""
        return exact_facts(self.smiles)


@dataclass(frozen=True)
class Subjects:
    """The molecules of a run.

    Attributes:
        chosen: Those asked about, in the order they were drawn.
        source: Where they come from.
        left_out: Molecules that were looked at and not taken, by reason.
        training: What the model was trained on; None where nobody said.
        checks: What was made sure of, in words.
    """

    chosen: tuple[Subject, ...]
    source: str
    left_out: Counter[str] = field(default_factory=Counter)
    training: TrainingMolecules | None = None
    checks: tuple[str, ...] = ()

    @property
    def with_text(self) -> tuple[Subject, ...]:
        """Those with a published description."""
        return tuple(subject for subject in self.chosen if subject.text)


def pick_subjects(
    data: str,
    limit: int,
    *,
    seed: int = 0,
    training: TrainingMolecules | None = None,
    blocklist: Blocklist | None = None,
    text_column: str = "text",
) -> Subjects:
    """Draw molecules by a seed.

    Args:
        data: A table with a SMILES column, a folder of prepared shards (validation descriptions), or "built-in": the
            examples and counterexamples of the group catalogue.
        limit: Molecules at most.
        seed: Of the drawing.
        training: Molecules that must not be asked about.
        blocklist: Test molecules, kept out as well.
        text_column: Column of a table's descriptions, where it has one.

    Raises:
        DataError: The source is missing, or fewer than two molecules are left.
    """
    found = list(dict.fromkeys(_read(data, text_column)))
    order = np.random.default_rng([seed, 1]).permutation(len(found))
    left_out: Counter[str] = Counter()
    fitting = list(_fitting([found[place] for place in order], blocklist, left_out))
    chosen: list[Subject] = []
    while len(chosen) < limit and fitting:
        wanted, fitting = fitting[: limit - len(chosen)], fitting[limit - len(chosen) :]
        known = training.known_among([one.smiles for one in wanted]) if training is not None else set()
        left_out.update({TRAINED_ON: len(known)} if known else {})
        chosen += [one for one in wanted if one.smiles not in known]
    if len(chosen) < 2:
        raise DataError(
            f"{len(chosen)} molecules of {data} can be asked about, expected at least 2 (left out: "
            f"{dict(left_out)}); give another --data"
        )
    return Subjects(tuple(chosen), data, left_out, training, tuple(_checks(data, training, blocklist)))


def _read(data: str, text_column: str) -> Iterator[Subject]:
    if data == BUILT_IN:
        for group in GROUPS:
            yield Subject(group.example, f"{group.name}, example")
            yield Subject(group.counterexample, f"{group.name}, counterexample")
    elif Path(data).is_dir():
        yield from _of_shards(open_shards(Path(data), "validation"))
    else:
        yield from _of_table(Path(data), text_column)


def _of_shards(shards: Shards) -> Iterator[Subject]:
    """Yield the molecules of single-molecule descriptions with their texts."""
    columns = (shards.column(name) for name in ("task", "molecules"))
    for number, (task, molecules) in enumerate(zip(*columns, strict=True)):
        if task == "description" and len(molecules) == 1:
            record = shards[number]
            yield Subject(molecules[0], record.id, str(record.messages[-1]["content"]))


def _of_table(path: Path, text_column: str) -> Iterator[Subject]:
    info = inspect_table(path)
    column = find_smiles_column(info, None)
    for number, row in enumerate(read_rows(info), start=1):
        if row.error:
            raise DataError(f"row {number} of {path} cannot be read: {row.error}")
        text = collapse(str(row.values.get(text_column) or ""))
        yield Subject(
            str(row.values.get(column) or ""), f"row {number}", cut_at_sentence(text, MAX_CHARACTERS)
        )


def _fitting(
    subjects: list[Subject], blocklist: Blocklist | None, left_out: Counter[str]
) -> Iterator[Subject]:
    """Yield those that can be asked about, by canonical SMILES; counts the others."""
    seen: set[str] = set()
    for subject in subjects:
        try:
            found = inspect(subject.smiles)
        except DroppedError as error:
            left_out[str(error)] += 1
            continue
        smiles = found.smiles
        reason = blocklist.reason(found.keys) if blocklist is not None else ""
        if not reason and (len(smiles) > MAX_SMILES or found.atoms > MAX_ATOMS):
            reason = TOO_LARGE
        if not reason and found.keys.whole in seen:
            reason = SAME
        if reason:
            left_out[reason] += 1
            continue
        seen.add(found.keys.whole)
        yield Subject(smiles, subject.name, subject.text)


def _checks(data: str, training: TrainingMolecules | None, blocklist: Blocklist | None) -> Iterator[str]:
    """Say in words what is known about the molecules asked about."""
    if training is not None:
        names = ", ".join(path.name for path in training.paths)
        yield f"none is among the {len(training):,} training molecules of {names}, by connectivity"
    else:
        yield "not compared with any training data (none was named with --training)"
    if blocklist is not None:
        yield "none is on the blocklist of test molecules"
    if Path(data).is_dir():
        yield "validation split of prepared shards"
    if data == BUILT_IN:
        yield "examples and counterexamples of the group catalogue: well-known molecules, likely trained on"
