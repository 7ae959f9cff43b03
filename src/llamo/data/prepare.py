"""From a recipe to shards: read, filter, word, featurise, split, remove duplicates, count, write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llamo.data.job_list import make_jobs
from llamo.data.leakage import Blocklist, is_validation
from llamo.data.locations import data_file
from llamo.data.parallel import ordered_map
from llamo.data.pretraining import prepare_pretraining
from llamo.data.recipes import PretrainingRecipe, Recipe
from llamo.data.report import Report, progress, versions
from llamo.data.row_work import Job, Outcome, Settings, run_jobs, setup
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.data.sources.rows import MoleculeRow

CHUNK = 200  # rows a worker takes at once
DUPLICATE = "duplicate"
MIXED_SPLITS = "molecules of both splits"


def prepare(recipe: Recipe | PretrainingRecipe, out: Path, *, workers: int = 2) -> Report:
    """Write the shards of a recipe into `out`, replacing those of an earlier run.

    The same recipe, data and package versions give the same shards, whatever `workers`.

    Args:
        recipe: as `load_recipe` returns it.
        out: folder of the shards.
        workers: number of processes.

    Raises:
        DataError: a source or the blocklist is missing or damaged, or the disk is full.
    """
    if isinstance(recipe, PretrainingRecipe):
        return prepare_pretraining(recipe, out, workers=workers)
    jobs = make_jobs(recipe)
    start_folder(out)
    writers = {split: record_writer(out, split) for split in ("train", "validation")}
    report = Report()
    for job, outcome, split in split_outcomes(recipe, jobs, report, workers=workers):
        if outcome.record is None:
            continue
        record = outcome.record.model_copy(update={"split": split})
        writers[split].add(record_row(record, list(outcome.graphs)))
        report.kept[split, job.source, record.task] += 1
    for writer in writers.values():
        writer.flush()
    write_manifest(out, {
        "kind": "records",
        "complete": True,
        "versions": versions(),
        "recipe": recipe.model_dump(mode="json"),
        "counts": report.as_dict(),
        "shards": [shard for writer in writers.values() for shard in writer.shards],
    })  # fmt: skip
    return report


def split_outcomes(
    recipe: Recipe, jobs: list[Job], report: Report, *, workers: int
) -> Iterator[tuple[Job, Outcome, str]]:
    """Run the jobs and give each record its split, without duplicates; fills `report`.

    Sources held back whole come first (`make_jobs`), so that their molecules are validation everywhere.
    """
    held_back_sources = {entry.name for entry in recipe.sources if entry.split == "validation"}
    held_back: set[str] = set()
    seen: set[bytes] = set()
    for job, outcome in outcomes(recipe_settings(recipe), jobs, workers=workers):
        task = outcome.record.task if outcome.record else job.task.split("_question")[0].split("_caption")[0]
        report.drawn[job.source, task] += 1
        if job.source in held_back_sources and not isinstance(job.row, MoleculeRow):
            held_back.update(outcome.keys)  # composed records may show other sources' molecules
        in_validation = {
            key in held_back or is_validation(key, recipe.validation_permille) for key in outcome.keys
        }
        reason = outcome.reason
        if not reason and outcome.content in seen:
            reason = DUPLICATE
        elif not reason and len(in_validation) > 1:
            reason = MIXED_SPLITS
        if reason:
            report.removed[job.source, task, reason] += 1
            continue
        seen.add(outcome.content)
        report.notes.update((job.source, task, note) for note in outcome.notes)
        yield job, outcome, "validation" if in_validation == {True} else "train"


def outcomes(settings: Settings, jobs: list[Job], *, workers: int) -> Iterator[tuple[Job, Outcome]]:
    """Run jobs in chunks over the workers; results come in the order of the jobs."""
    chunks = [jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK)]
    results = ordered_map(run_jobs, chunks, workers=workers, setup=setup, arguments=(settings,))
    with progress("Preparing records", len(jobs)) as advance:
        for chunk, results_of_chunk in zip(chunks, results, strict=True):
            yield from zip(chunk, results_of_chunk, strict=True)
            advance(len(chunk))


def recipe_settings(recipe: Recipe) -> Settings:
    """Collect what the workers need of a recipe; reads the blocklist."""
    blocklist = Blocklist.from_file(data_file(recipe.blocklist)) if recipe.blocklist else Blocklist()
    return Settings(recipe.seed, blocklist, recipe.max_atoms, recipe.max_characters, recipe.max_smiles)
