"""From a recipe to shards: read, filter, word, featurise, split, remove duplicates, count, write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llamo.data.held_out import recipe_blocklist
from llamo.data.job_list import make_jobs
from llamo.data.parallel import ordered_map
from llamo.data.prepare_inputs import Inputs, run_inputs
from llamo.data.prepare_journal import Journal, KeyLog
from llamo.data.prepare_start import Say, continue_or_start, finished_report, only_writer, silent
from llamo.data.pretraining import prepare_pretraining
from llamo.data.recipes import PretrainingRecipe, Recipe
from llamo.data.report import Report, progress, versions
from llamo.data.row_work import INVALID, Job, Outcome, Settings, run_jobs, setup
from llamo.data.shard_writing import record_row, record_writer, write_manifest
from llamo.data.sources.left_out import place_of, refuse_molecule
from llamo.data.sources.rows import MoleculeRow
from llamo.data.split_guard import KEY_WIDTHS, SplitGuard

CHUNK = 200  # rows a worker takes at once
CHECKPOINT = 4000  # rows after which a killed run can be continued


def prepare(
    recipe: Recipe | PretrainingRecipe, out: Path, *, workers: int = 2, again: bool = False, say: Say = silent
) -> Report:
    """Write the shards of a recipe into `out`; a run that was cut short is continued, a finished one left alone.

    The same recipe, data and package give the same shards, whatever `workers` and however often it was cut short.
    Where one of them has changed, the shards of an earlier run are replaced.

    Args:
        recipe: as `load_recipe` returns it.
        out: folder of the shards.
        workers: number of processes.
        again: begin anew in any case.
        say: told in words how the run begins.

    Raises:
        DataError: a source or the blocklist is missing or damaged, or another process writes into `out`.
        LlamoError: the disk is full or `out` cannot be written.
    """
    inputs = run_inputs(recipe)
    with only_writer(out):
        report = None if again else finished_report(out, inputs, say=say)
        if report is not None:
            return report
        if isinstance(recipe, PretrainingRecipe):
            return prepare_pretraining(recipe, out, inputs, workers=workers, again=again, say=say)
        return prepare_records(recipe, out, inputs, workers=workers, again=again, say=say)


def prepare_records(
    recipe: Recipe, out: Path, inputs: Inputs, *, workers: int, again: bool, say: Say
) -> Report:
    """Write the shards of conversation records.

    Raises:
        DataError: as `prepare`.
    """
    writers = {split: record_writer(out, split) for split in ("train", "validation")}
    journal = Journal(out, KEY_WIDTHS)
    start = continue_or_start(journal, list(writers.values()), inputs, again=again, say=say)
    report, done = start.report, start.done
    for job, outcome, split in split_outcomes(recipe, journal.logs, report, done=done, workers=workers):
        done += 1
        if outcome.record is not None and split:
            record = outcome.record.model_copy(update={"split": split})
            writers[split].add(record_row(record, list(outcome.graphs)))
            report.kept[split, job.source, record.task] += 1
        if done % CHECKPOINT == 0:
            counts = report.as_dict()
            journal.save(list(writers.values()), done=done, inputs=inputs, counts=counts, kept={})
    for writer in writers.values():
        writer.flush()
    write_manifest(out, {
        "kind": "records",
        "complete": True,
        "versions": versions(),
        "inputs": inputs,
        "recipe": recipe.model_dump(mode="json"),
        "counts": report.as_dict(),
        "shards": [shard for writer in writers.values() for shard in writer.shards],
    })  # fmt: skip
    journal.remove()
    return report


def split_outcomes(
    recipe: Recipe, logs: dict[str, KeyLog], report: Report, *, done: int, workers: int
) -> Iterator[tuple[Job, Outcome, str]]:
    """Run the jobs after the first `done` and give each record its split, "" for those that are left out.

    Fills `report` and the logs (`KEY_WIDTHS`). Sources held back whole come first (`make_jobs`), so that their
    molecules are validation everywhere.

    Raises:
        DataError: a molecule cannot be read, and the recipe's `on_bad_molecule` is "fail".
    """
    held_back_sources = {entry.name for entry in recipe.sources if entry.split == "validation"}
    guard = SplitGuard(
        logs,
        held_back_sources=held_back_sources,
        permille=recipe.validation_permille,
        per_molecule=recipe.per_molecule,
    )
    for job, outcome in outcomes(recipe_settings(recipe), make_jobs(recipe), done=done, workers=workers):
        task = outcome.record.task if outcome.record else job.task.split("_caption")[0]
        report.drawn[job.source, task] += 1
        is_derived = isinstance(job.row, MoleculeRow)
        split, reason = guard.decide(outcome, job.source, is_derived=is_derived)
        if reason == INVALID and recipe.on_bad_molecule == "fail":
            refuse_molecule(job.source, place_of(job.row))
        if reason:
            report.remove(job.source, task, reason, where=place_of(job.row))
        else:
            report.notes.update((job.source, task, note) for note in outcome.notes)
        yield job, outcome, split


def outcomes(
    settings: Settings, jobs: list[Job], *, done: int, workers: int
) -> Iterator[tuple[Job, Outcome]]:
    """Run the jobs after the first `done` in chunks over the workers; results come in the order of the jobs."""
    starts = range(done, len(jobs), CHUNK)
    chunks = (jobs[start : start + CHUNK] for start in starts)
    results = ordered_map(run_jobs, chunks, workers=workers, setup=setup, arguments=(settings,))
    with progress("Preparing records", len(jobs), done=done) as advance:
        for start, results_of_chunk in zip(starts, results, strict=True):
            chunk = jobs[start : start + CHUNK]
            yield from zip(chunk, results_of_chunk, strict=True)
            advance(len(chunk))


def recipe_settings(recipe: Recipe) -> Settings:
    """Collect what the workers need of a recipe; reads the blocklist."""
    blocklist = recipe_blocklist(recipe)
    return Settings(recipe.seed, blocklist, recipe.max_atoms, recipe.max_characters, recipe.max_smiles)
