"""From a recipe to the list of jobs: which rows are drawn, and what is derived from their molecules."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llamo.data.locations import data_file
from llamo.data.recipes import DerivedEntry, Recipe
from llamo.data.row_work import Job
from llamo.data.source_entry import SourceEntry
from llamo.data.sources.layouts import LAYOUTS
from llamo.data.sources.left_out import LeftOut, refuse_faults
from llamo.data.sources.rows import MoleculeRow, ReactionRow, RecordRow, Row, TextRow
from llamo.errors import DataError

OnBadRow = Literal["fail", "skip"]


def make_jobs(recipe: Recipe) -> list[Job]:
    """Draw the rows of all sources and what is derived from them.

    Sources held back whole and records marked as validation come first.
    """
    used = [entry for entry in recipe.sources if entry.split != "test"]
    ordered = sorted(used, key=lambda entry: entry.split != "validation")
    drawn: dict[tuple[str, str | None], list[Row]] = {}
    jobs: list[Job] = []
    for entry in ordered:
        found = draw(entry, recipe.seed, on_bad_row=recipe.on_bad_row)
        drawn[entry.name, entry.task] = found.rows
        task = entry.task
        if task is not None:
            rows = [*found.rows, *found.left_out]
            jobs += [Job(task=task, source=entry.name, row=row, style=entry.style) for row in rows]
    for derived in recipe.derived:
        entries = [entry for entry in ordered if not derived.sources or entry.name in derived.sources]
        pool = molecule_pool((entry, drawn[entry.name, entry.task]) for entry in entries)
        jobs += derived_jobs(derived, pool, recipe.seed)
    return sorted(jobs, key=lambda job: not (isinstance(job.row, RecordRow) and job.row.is_validation))


def molecule_pool(drawn: Iterable[tuple[SourceEntry, list[Row]]]) -> list[tuple[str, MoleculeRow]]:
    """Collect (source, molecule) of all rows that are not reactions, each SMILES once, general texts kept."""
    pool: dict[str, tuple[str, MoleculeRow]] = {}
    for entry, rows in drawn:
        for row in rows:
            if isinstance(row, ReactionRow | RecordRow) or not row.smiles:
                continue
            is_description = (
                isinstance(row, TextRow) and entry.task == "description" and entry.style == "general"
            )
            text = row.text if is_description and isinstance(row, TextRow) else ""
            if row.smiles not in pool or (text and not pool[row.smiles][1].text):
                pool[row.smiles] = (entry.name, MoleculeRow(number=row.number, smiles=row.smiles, text=text))
    return list(pool.values())


def derived_jobs(derived: DerivedEntry, pool: list[tuple[str, MoleculeRow]], seed: int) -> list[Job]:
    """Draw molecules for facts (a question and a caption each) or conversations, each with a partner."""
    rng = random.Random(f"{seed}:{derived.task}")
    kinds = ("facts", "facts_caption") if derived.task == "facts" else (derived.task,)
    wanted = len(pool) if derived.cap is None else min(len(pool), derived.cap // len(kinds))
    jobs = []
    for source, row in rng.sample(pool, wanted):
        partner = rng.choice(pool)[1].smiles
        paired = MoleculeRow(number=row.number, smiles=row.smiles, other_smiles=partner, text=row.text)
        jobs += [Job(task=kind, source=source, row=paired) for kind in kinds]
    return jobs


@dataclass(frozen=True)
class Drawn:
    """The rows of a source that were drawn, and those it left out, each with its reason."""

    rows: list[Row]
    left_out: list[LeftOut]


def draw(entry: SourceEntry, seed: int, *, on_bad_row: OnBadRow = "fail") -> Drawn:
    """Read a source and draw at most `cap` of its rows, in an order that the seed decides.

    Raises:
        DataError: the source is missing or holds nothing of use, or has a broken row and `on_bad_row` is "fail".
    """
    left_out: list[LeftOut] = []

    def note(row: LeftOut) -> None:
        if on_bad_row == "fail":
            refuse_faults(row)
        left_out.append(row)

    rows = list(LAYOUTS[entry.layout].read(entry, source_files(entry), note))
    if not rows and entry.only:
        raise DataError(f"source {entry.name!r} has no row where {entry.only}; correct `only` in the recipe")
    if not rows:
        raise DataError(
            f"source {entry.name!r} gives no row at all ({_reasons(left_out)}); correct the recipe"
        )
    wanted = len(rows) if entry.cap is None else min(entry.cap, len(rows))
    return Drawn(random.Random(f"{seed}:{entry.name}").sample(rows, wanted), left_out)


def source_files(entry: SourceEntry) -> dict[str, Path]:
    """Find the files of an entry, by its keys "file" and "text_file"; fetch what is missing and can be fetched.

    Raises:
        DataError: a file is missing; the message says which file goes where.
    """
    files = {"file": entry.file, "text_file": entry.text_file}
    found = {key: data_file(name, fetch_from=entry.fetch) for key, name in files.items() if name}
    locate = LAYOUTS[entry.layout].locate
    return found if found or locate is None else {"file": locate()}


def _reasons(left_out: list[LeftOut]) -> str:
    counts = Counter(row.reason for row in left_out)
    return "; ".join(f"{number} rows: {reason}" for reason, number in counts.most_common(3)) or "it is empty"
