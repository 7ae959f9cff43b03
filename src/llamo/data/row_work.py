"""What happens to one row: canonical SMILES, blocklist, record, graphs. Runs in the worker processes."""

from __future__ import annotations

import dataclasses
import functools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llamo.data.leakage import Blocklist, content_key
from llamo.data.molecule_keys import MoleculeKeys, molecule_keys
from llamo.data.records import Message, MoleculePart, Record
from llamo.data.sources.left_out import LeftOut
from llamo.data.sources.rows import MoleculeRow, ReactionRow, RecordRow, Row, TextRow
from llamo.data.tasks import description, retrosynthesis
from llamo.data.tasks.catalogue import find_task
from llamo.data.tasks.wording import SkippedRowError, collapse
from llamo.errors import InvalidMoleculeError

if TYPE_CHECKING:
    from llamo.chem.reading import Molecule

TOO_LARGE = "molecule with too many atoms"
TOO_LONG = "SMILES too long"
INVALID = "molecule cannot be read"
NO_KEY = "no InChIKey (query atoms and the like)"
EMPTY = "empty field"
CUT = "description cut at a sentence"


@dataclass(frozen=True)
class Job:
    """One row and what to make of it."""

    task: str
    source: str
    row: Row | LeftOut
    style: description.Style = "general"


@dataclass(frozen=True)
class Settings:
    """What all jobs of a run share."""

    seed: int
    blocklist: Blocklist
    max_atoms: int
    max_characters: int = 420
    max_smiles: int = 400


@dataclass(frozen=True)
class Outcome:
    """A finished job: a record with its graphs, or the reason why there is none.

    Attributes:
        keys: connectivities that decide the split: of every part of every molecule; for reactions of the product.
        tautomers: their tautomer keys, which must not meet the other split's.
        content: hash that duplicates share.
        notes: what was changed, e.g. that a description was cut.
    """

    record: Record | None
    reason: str = ""
    graphs: tuple[bytes, ...] = ()
    keys: tuple[str, ...] = ()
    tautomers: tuple[bytes, ...] = ()
    content: bytes = b""
    notes: tuple[str, ...] = ()


class DroppedError(Exception):
    """A row that gives no record; the message is the reason that is counted."""


_settings: Settings | None = None


def setup(settings: Settings) -> None:
    """Give this process the run's settings and quiet RDKit's log."""
    from rdkit import rdBase

    global _settings  # one per worker process, set before its first chunk
    _settings = settings
    rdBase.DisableLog("rdApp.*")


def current_settings() -> Settings:
    """Return what `setup` was given in this process."""
    if _settings is None:
        raise RuntimeError("call setup() first")
    return _settings


def run_jobs(jobs: list[Job]) -> list[Outcome]:
    """Run a chunk of jobs, in order; runs in the workers, after `setup`."""
    settings = current_settings()
    return [run_job(job, settings) for job in jobs]


def run_job(job: Job, settings: Settings) -> Outcome:
    """Turn one row into a record, or say why not."""
    if isinstance(job.row, LeftOut):
        return Outcome(None, reason=job.row.reason)
    rng = random.Random(f"{settings.seed}:{job.source}:{job.row.number}:{job.task}")
    try:
        row, keys = clean_row(job.row, settings, task=job.task)
        record = _make_record(job, row, rng, settings)
    except (DroppedError, SkippedRowError) as dropped:
        return Outcome(None, reason=str(dropped))
    answers = "\n".join(message.text for message in record.messages if message.role == "assistant")
    is_smiles = find_task(job.task).answer == "smiles"
    if len(answers if is_smiles else "") + sum(map(len, set(record.molecules))) > settings.max_smiles:
        return Outcome(None, reason=TOO_LONG)
    if not isinstance(row, ReactionRow):
        keys = (*keys, *(inspect(smiles).keys for smiles in record.molecules))
    parts = [part for molecule in keys for part in molecule.parts]
    was_cut = isinstance(row, TextRow) and job.task == description.NAME and collapse(row.text) != answers
    return Outcome(
        record=record,
        graphs=tuple(packed_graph(smiles) for smiles in record.molecules),
        keys=tuple(dict.fromkeys(part.key for part in parts)),
        tautomers=tuple(dict.fromkeys(part.tautomer for part in parts)),
        content=content_key(question_kind(record), record.molecules, answers),
        notes=(CUT,) if was_cut else (),
    )


def question_kind(record: Record) -> str:
    """Return what a record asks, the last part of its id: `"tox21:7:classification_nr_ar" -> "classification_nr_ar"`.

    Records of one kind about the same molecules with the same answer are duplicates.
    """
    return record.id.rsplit(":", 1)[-1]


def _make_record(job: Job, row: Row, rng: random.Random, settings: Settings) -> Record:
    task = find_task(job.task)
    if isinstance(row, RecordRow):
        name = {"id": f"{job.source}:{row.number}:{task.name}", "task": task.name, "source": job.source}
        return row.record.model_copy(update=name)
    if not isinstance(row, task.rows):
        raise TypeError(f"task {job.task!r} makes no records of a {type(row).__name__}; correct the recipe")
    known = {"max_characters": settings.max_characters, "style": job.style}
    if isinstance(row, ReactionRow):
        known["marks_reagents"] = _has_blocked_reagents(row, settings)
    options = {name: known[name] for name in task.options}
    return task.make_record(row, rng, source=job.source, **options)


def clean_row(row: Row, settings: Settings, *, task: str = "") -> tuple[Row, tuple[MoleculeKeys, ...]]:
    """Canonicalise a row's SMILES and check them against blocklist and size.

    Args:
        row: as the source gave it.
        settings: of the run.
        task: what will be made of it; it says whether reagents are shown, and how the answers of a ready-made
            record are read.

    Returns:
        The row with canonical SMILES, and the keys that decide the split: of its molecule, its product, or
        the molecules that the answers of a ready-made record name.

    Raises:
        DroppedError: the row is unusable or blocked.
    """
    if isinstance(row, ReactionRow):
        return _clean_reaction(row, settings, task)
    if isinstance(row, RecordRow):
        return _clean_record(row, settings, task)
    molecule = accept(row.smiles, settings)
    cleaned = dataclasses.replace(row, smiles=molecule.smiles)
    if isinstance(cleaned, MoleculeRow) and cleaned.other_smiles:
        try:
            other = accept(cleaned.other_smiles, settings).smiles
        except DroppedError:  # the partner is only a foil: without it the row still gives a record
            other = ""
        cleaned = dataclasses.replace(cleaned, other_smiles=other)
    return cleaned, (molecule.keys,)


def _clean_reaction(
    row: ReactionRow, settings: Settings, task: str
) -> tuple[ReactionRow, tuple[MoleculeKeys, ...]]:
    """Check all sides; reagents only where the task shows them or asks for them, which retrosynthesis does not."""
    product, reactants = accept(row.product, settings), _read(row.reactants, settings)
    reason = settings.blocklist.reactant_reason(reactants.keys)
    if reason:
        raise DroppedError(reason)
    reagents = ""
    if row.reagents:
        found = _read(row.reagents, settings)
        reason = settings.blocklist.reagent_reason(found.keys) if task != retrosynthesis.NAME else ""
        if reason:
            raise DroppedError(reason)
        reagents = found.smiles
    cleaned = dataclasses.replace(row, product=product.smiles, reactants=reactants.smiles, reagents=reagents)
    return cleaned, (product.keys,)


def _has_blocked_reagents(row: ReactionRow, settings: Settings) -> bool:
    """Tell whether a small reagent is on the blocklist: it stays, but never looks like a reactant."""
    return bool(row.reagents) and bool(settings.blocklist.reactant_reason(inspect(row.reagents).keys))


def _clean_record(
    row: RecordRow, settings: Settings, task: str
) -> tuple[RecordRow, tuple[MoleculeKeys, ...]]:
    """Check all molecules of a record; where its answers are SMILES, theirs, too."""
    canonical = {smiles: accept(smiles, settings).smiles for smiles in row.record.molecules}
    messages = [_with_smiles(message, canonical) for message in row.record.messages]
    keys = []
    if task and find_task(task).answer == "smiles":
        for message in messages:
            if message.role == "assistant":
                answer = find_task(task).parse(message.text)
                keys.append(accept(str(answer or ""), settings).keys)
    return dataclasses.replace(row, record=row.record.model_copy(update={"messages": messages})), tuple(keys)


def _with_smiles(message: Message, canonical: dict[str, str]) -> Message:
    if isinstance(message.content, str):
        return message
    parts = [
        MoleculePart(smiles=canonical[part.smiles]) if isinstance(part, MoleculePart) else part
        for part in message.content
    ]
    return message.model_copy(update={"content": parts})


def accept(smiles: str, settings: Settings) -> Inspected:
    """Read a molecule that must not be on the blocklist.

    Raises:
        DroppedError: the molecule is blocked, too large or cannot be read.
    """
    molecule = _read(smiles, settings)
    reason = settings.blocklist.reason(molecule.keys)
    if reason:
        raise DroppedError(reason)
    return molecule


def _read(smiles: str, settings: Settings) -> Inspected:
    molecule = inspect(smiles)
    if molecule.atoms > settings.max_atoms:
        raise DroppedError(TOO_LARGE)
    return molecule


@dataclass(frozen=True)
class Inspected:
    """What is needed of a molecule: canonical SMILES, connectivities, number of atoms."""

    smiles: str
    keys: MoleculeKeys
    atoms: int


@functools.lru_cache(maxsize=20_000)
def inspect(smiles: str) -> Inspected:
    """Examine a molecule once a run and process; an InChIKey costs about half a millisecond."""
    return examine(smiles)[1]


def examine(smiles: str) -> tuple[Molecule, Inspected]:
    """Read a molecule and its connectivities.

    Raises:
        DroppedError: it cannot be read, or has no InChIKey and so cannot be compared with the blocklist.
    """
    from llamo.chem.reading import read_molecule

    if not smiles:
        raise DroppedError(EMPTY)
    try:
        molecule = read_molecule(smiles)
    except InvalidMoleculeError as error:
        raise DroppedError(INVALID) from error
    try:
        keys = molecule_keys(molecule)
    except InvalidMoleculeError as error:
        raise DroppedError(NO_KEY) from error
    return molecule, Inspected(molecule.smiles, keys, molecule.mol.GetNumAtoms())


@functools.lru_cache(maxsize=20_000)
def packed_graph(smiles: str) -> bytes:
    """Return the packed graph of a SMILES, its atoms in the order of the text."""
    from llamo.chem.featurize import featurize

    return featurize(smiles).to_bytes()
