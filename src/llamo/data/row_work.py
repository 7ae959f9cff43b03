"""What happens to one row: canonical SMILES, blocklist, record, graphs. Runs in the worker processes."""

from __future__ import annotations

import dataclasses
import functools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llamo.data.leakage import Blocklist, MoleculeKeys, content_key, molecule_keys
from llamo.data.records import Record
from llamo.data.sources.rows import MoleculeRow, PropertyRow, ReactionRow, Row, TextRow
from llamo.data.tasks import (
    conversation,
    description,
    facts,
    forward_reaction,
    iupac,
    property,
    reagent,
    retrosynthesis,
)
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
    row: Row
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
        keys: connectivities that decide the split; for reactions the product's.
        content: hash that duplicates share.
        notes: what was changed, e.g. that a description was cut.
    """

    record: Record | None
    reason: str = ""
    graphs: tuple[bytes, ...] = ()
    keys: tuple[str, ...] = ()
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
    rng = random.Random(f"{settings.seed}:{job.source}:{job.row.number}:{job.task}")
    try:
        row, keys = clean_row(job.row, settings)
        record = _make_record(job, row, rng, settings)
    except (DroppedError, SkippedRowError) as dropped:
        return Outcome(None, reason=str(dropped))
    answers = "\n".join(message.text for message in record.messages if message.role == "assistant")
    in_answer = answers if isinstance(row, ReactionRow) else ""
    if len(in_answer) + sum(map(len, set(record.molecules))) > settings.max_smiles:
        return Outcome(None, reason=TOO_LONG)
    if not isinstance(row, ReactionRow):
        keys = tuple(dict.fromkeys(inspect(smiles).keys.parent for smiles in record.molecules))
    was_cut = isinstance(row, TextRow) and job.task == description.TASK and collapse(row.text) != answers
    return Outcome(
        record=record,
        graphs=tuple(packed_graph(smiles) for smiles in record.molecules),
        keys=keys,
        content=content_key(job.task, record.molecules, answers),
        notes=(CUT,) if was_cut else (),
    )


def _make_record(job: Job, row: Row, rng: random.Random, settings: Settings) -> Record:
    source = job.source
    match job.task, row:
        case description.TASK, TextRow():
            limit = settings.max_characters
            return description.make_record(row, rng, source=source, max_characters=limit, style=job.style)
        case iupac.TASK, TextRow():
            return iupac.make_record(row, rng, source=source)
        case property.TASK, PropertyRow():
            return property.make_record(row, rng, source=source)
        case forward_reaction.TASK, ReactionRow():
            return forward_reaction.make_record(row, rng, source=source)
        case retrosynthesis.TASK, ReactionRow():
            return retrosynthesis.make_record(row, rng, source=source)
        case reagent.TASK, ReactionRow():
            return reagent.make_record(row, rng, source=source)
        case "facts_question", MoleculeRow():
            return facts.make_record(row, rng, source=source)
        case "facts_caption", MoleculeRow():
            return facts.make_caption_record(row, rng, source=source)
        case conversation.TASK, MoleculeRow():
            return conversation.make_record(row, rng, source=source, max_characters=settings.max_characters)
    raise TypeError(f"no task {job.task!r} for a {type(row).__name__}")


def clean_row(row: Row, settings: Settings) -> tuple[Row, tuple[str, ...]]:
    """Canonicalise a row's SMILES and check them against blocklist and size.

    Returns:
        The row with canonical SMILES, and the connectivity of its molecule or product.

    Raises:
        DroppedError: the row is unusable or blocked.
    """
    if isinstance(row, ReactionRow):
        product, reactants = accept(row.product, settings), _read(row.reactants, settings)
        reason = settings.blocklist.reactant_reason(reactants.keys)
        if reason:
            raise DroppedError(reason)
        reagents = _read(row.reagents, settings).smiles if row.reagents else ""
        cleaned = dataclasses.replace(
            row, product=product.smiles, reactants=reactants.smiles, reagents=reagents
        )
        return cleaned, (product.keys.parent,)
    molecule = accept(row.smiles, settings)
    cleaned_row = dataclasses.replace(row, smiles=molecule.smiles)
    if isinstance(cleaned_row, MoleculeRow) and cleaned_row.other_smiles:
        try:
            other = accept(cleaned_row.other_smiles, settings).smiles
        except DroppedError:  # the partner is only a foil: without it the row still gives a record
            other = ""
        cleaned_row = dataclasses.replace(cleaned_row, other_smiles=other)
    return cleaned_row, (molecule.keys.parent,)


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
