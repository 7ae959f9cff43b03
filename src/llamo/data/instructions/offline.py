"""Composing many conversations without a language model: molecules in, workers, one file out.

Conversation `i` is composed from the generator of (seed, i) alone: the number of workers does not change it.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from llamo.data import row_work
from llamo.data.instructions.composing import SOURCE, Composed, compose
from llamo.data.instructions.line_files import line_writer
from llamo.data.instructions.screening import MAX_ATOMS, Material, OnInvalid, Screened, screen
from llamo.data.instructions.turns import Subject
from llamo.data.leakage import Blocklist, content_key
from llamo.data.parallel import ordered_map

if TYPE_CHECKING:
    from llamo.chem.facts import Facts

CHUNK = 50
PAIR_SHARE = 0.3
ISOMER_SHARE = 0.3  # of the pairs: both have one formula, where the file has such molecules
DUPLICATE = "same molecules and answers as another conversation"
TOO_LITTLE = "too little to ask about the molecule"


class Job(NamedTuple):
    """What one conversation is about: a molecule, another one, and whether both are talked about."""

    number: int
    seed: int
    first: Screened
    second: Screened
    is_pair: bool


@dataclass
class OfflineReport:
    """What became of molecules and conversations; `asked` equals `written` plus `left_out`.

    Attributes:
        asked: Conversations asked for.
        written: Conversations in the file.
        left_out: Conversations by reason.
        molecules: Molecules that could be used.
        rejected: Rows of the input by reason.
        first_rows: The first row of each reason.
        turns: Exchanges written.
        answers: Yes/no questions by their answer.
    """

    asked: int
    molecules: int
    rejected: dict[str, int]
    first_rows: dict[str, int]
    written: int = 0
    turns: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, object]:
        """Return all counts for JSON."""
        return {name: dict(value) if isinstance(value, dict) else value for name, value in vars(self).items()}


def compose_file(
    materials: Iterable[Material],
    out: Path,
    *,
    number: int,
    seed: int = 0,
    blocklist: Blocklist | None = None,
    workers: int = 1,
    facts_file: Path | None = None,
    on_invalid: OnInvalid = "skip",
    advance: Callable[[int], None] = lambda _: None,
) -> OfflineReport:
    """Compose conversations and write them as records, one a line.

    Args:
        materials: Molecules, with name and description where known.
        out: The JSON Lines file; it is there whole or not at all.
        number: How many conversations.
        seed: Decides all that is open; the same seed and molecules give the same bytes.
        blocklist: Molecules to leave out.
        workers: Processes.
        facts_file: Where the statements of each conversation go, for a second program to verify.
        on_invalid: "skip" counts molecules that cannot be read, "fail" stops at the first.
        advance: Told how many more conversations are done, for a progress bar.

    Raises:
        DataError: No molecule can be used, or one cannot be read and `on_invalid` is "fail".
    """
    settings = row_work.Settings(seed=seed, blocklist=blocklist or Blocklist(), max_atoms=MAX_ATOMS)
    screening = screen(materials, settings=settings, workers=workers, on_invalid=on_invalid)
    report = OfflineReport(number, len(screening.usable), dict(screening.rejected), screening.first_rows)
    jobs = draw_jobs(screening.usable, number, seed)
    seen: set[bytes] = set()
    with ExitStack() as stack:
        write = stack.enter_context(line_writer(out))
        write_facts = stack.enter_context(line_writer(facts_file)) if facts_file else _nowhere
        for chunk in ordered_map(compose_jobs, _chunks(jobs), workers=workers, setup=_quiet):
            for composed in chunk:
                if composed is not None and _is_kept(composed, seen, report):
                    write(composed.record.model_dump_json())
                    write_facts(json.dumps(composed.statements(), ensure_ascii=False))
            report.left_out[TOO_LITTLE] += sum(composed is None for composed in chunk)
            advance(len(chunk))
    report.left_out = +report.left_out
    return report


def draw_jobs(usable: Sequence[Screened], number: int, seed: int) -> Iterator[Job]:
    """Draw what each conversation is about: every molecule is first once before any is first twice."""
    rng = random.Random(f"{seed}:{SOURCE}")
    by_formula = defaultdict(list)
    for molecule in usable:
        by_formula[molecule.formula].append(molecule)
    order: list[Screened] = []
    for index in range(number):
        if not order:
            order = rng.sample(usable, len(usable))
        first = order.pop()
        is_pair = rng.random() < PAIR_SHARE
        isomers = [other for other in by_formula[first.formula] if other is not first]
        takes_isomer = is_pair and isomers and rng.random() < ISOMER_SHARE
        second = rng.choice(isomers if takes_isomer else usable)
        yield Job(index, seed, first, second, is_pair and second is not first)


def compose_jobs(jobs: list[Job]) -> list[Composed | None]:
    """Compose a chunk of conversations, in order; runs in the workers."""
    return [_compose(job) for job in jobs]


def _compose(job: Job) -> Composed | None:
    first, second = _facts(job.first.smiles), _facts(job.second.smiles)
    subject = _subject(job.first, first, foils=second, index=0)
    other = _subject(job.second, second, foils=first, index=1) if job.is_pair else None
    rng = random.Random(f"{job.seed}:{job.number}")
    return compose(subject, other, rng, record_id=f"{SOURCE}:{job.seed}:{job.number}")


def _subject(screened: Screened, facts: Facts, *, foils: Facts, index: int) -> Subject:
    material = screened.material
    return Subject(
        facts,
        material.name,
        material.text,
        index,
        tuple(foils.groups),
        screened.flat,
        _has_clear_rings(facts.smiles),
    )


@lru_cache(maxsize=20_000)
def _facts(smiles: str) -> Facts:
    from llamo.chem.facts import exact_facts

    return exact_facts(smiles)


@lru_cache(maxsize=20_000)
def _has_clear_rings(smiles: str) -> bool:
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    return len(Chem.GetSymmSSSR(mol)) == len(Chem.GetSSSR(mol))


def _is_kept(composed: Composed, seen: set[bytes], report: OfflineReport) -> bool:
    """Count a conversation, unless it has been written before."""
    answers = "\n".join(turn.answer for turn in composed.turns)
    key = content_key(composed.record.task, composed.record.molecules, answers)
    if key in seen:
        report.left_out[DUPLICATE] += 1
        return False
    seen.add(key)
    report.written += 1
    report.turns += len(composed.turns)
    report.answers.update(turn.polarity for turn in composed.turns if turn.polarity)
    return True


def _chunks(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    stream = iter(jobs)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk


def _quiet() -> None:
    from rdkit import rdBase

    rdBase.DisableLog("rdApp.*")


def _nowhere(line: str) -> None:
    """Write nothing."""
