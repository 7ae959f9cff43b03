"""From a recipe to the list of jobs: which rows are drawn, and what is derived from their molecules."""

from __future__ import annotations

import random
from collections.abc import Iterable

from llamo.data.locations import data_file
from llamo.data.recipes import DerivedEntry, Recipe, SourceEntry
from llamo.data.row_work import Job
from llamo.data.sources import builtin, description, iupac, molsets, qm9, uspto
from llamo.data.sources.rows import MoleculeRow, ReactionRow, Row, TextRow
from llamo.errors import DataError


def make_jobs(recipe: Recipe) -> list[Job]:
    """Draw the rows of all sources and what is derived from them; sources held back whole come first."""
    ordered = sorted(recipe.sources, key=lambda entry: entry.split != "validation")
    drawn = {(entry.name, entry.task): draw_rows(entry, recipe.seed) for entry in ordered}
    jobs = [
        Job(task=entry.task, source=entry.name, row=row, style=entry.style)
        for entry in ordered
        if entry.task is not None
        for row in drawn[entry.name, entry.task]
    ]
    for derived in recipe.derived:
        entries = [entry for entry in ordered if not derived.sources or entry.name in derived.sources]
        pool = molecule_pool((entry, drawn[entry.name, entry.task]) for entry in entries)
        jobs += derived_jobs(derived, pool, recipe.seed)
    return jobs


def molecule_pool(drawn: Iterable[tuple[SourceEntry, list[Row]]]) -> list[tuple[str, MoleculeRow]]:
    """Collect (source, molecule) of all rows that are not reactions, each SMILES once, general texts kept."""
    pool: dict[str, tuple[str, MoleculeRow]] = {}
    for entry, rows in drawn:
        for row in rows:
            if isinstance(row, ReactionRow) or not row.smiles:
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
    kinds = ("facts_question", "facts_caption") if derived.task == "facts" else (derived.task,)
    wanted = len(pool) if derived.cap is None else min(len(pool), derived.cap // len(kinds))
    jobs = []
    for source, row in rng.sample(pool, wanted):
        partner = rng.choice(pool)[1].smiles
        paired = MoleculeRow(number=row.number, smiles=row.smiles, other_smiles=partner, text=row.text)
        jobs += [Job(task=kind, source=source, row=paired) for kind in kinds]
    return jobs


def draw_rows(entry: SourceEntry, seed: int) -> list[Row]:
    """Read a source and draw at most `cap` of its rows, in an order that the seed decides."""
    rows = list(read_source(entry))
    if not rows:
        raise DataError(f"source {entry.name!r} has no row where {entry.only}; correct `only` in the recipe")
    wanted = len(rows) if entry.cap is None else min(entry.cap, len(rows))
    return random.Random(f"{seed}:{entry.name}").sample(rows, wanted)


def read_source(entry: SourceEntry) -> Iterable[Row]:
    """Read all rows of a source by its layout."""
    if entry.layout == "builtin":
        return builtin.read()
    if entry.layout == "molsets":
        return molsets.read(data_file(entry.file) if entry.file else None)
    path = data_file(str(entry.file))
    match entry.layout:
        case "description":
            return description.read(path, only=entry.only)
        case "iupac":
            return iupac.read(path)
        case "qm9":
            return qm9.read(path)
        case "reactions":
            return uspto.read(path, has_reagents=False)
        case "reactions_with_reagents":
            return uspto.read(path, has_reagents=True)
