"""Preparing molecules for encoder pretraining: shard by shard, so that training can start on the first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llamo.data.held_out import recipe_blocklist
from llamo.data.job_list import draw
from llamo.data.leakage import content_key, is_validation
from llamo.data.molecule_targets import DESCRIPTORS, Target, describe_chunk, group_names
from llamo.data.parallel import ordered_map
from llamo.data.prepare_inputs import Inputs
from llamo.data.prepare_journal import Journal, KeyLog
from llamo.data.prepare_start import Say, continue_or_start
from llamo.data.pretraining_shards import COLUMNS, KIND, SPLIT
from llamo.data.recipes import PretrainingRecipe
from llamo.data.report import Report, progress, versions
from llamo.data.row_work import INVALID, DroppedError, Settings, inspect, setup
from llamo.data.shard_writing import ShardWriter, write_manifest
from llamo.data.sources.left_out import LeftOut, place_of, refuse_molecule, shown
from llamo.data.sources.rows import ReactionRow, RecordRow, Row, row_smiles

CLIP = 5.0  # standard deviations; a few giant molecules would otherwise rule the loss
CHUNK = 250  # molecules a worker takes at once
HELD_BACK = "validation molecule"
DUPLICATE = "duplicate"


def prepare_pretraining(
    recipe: PretrainingRecipe, out: Path, inputs: Inputs, *, workers: int, again: bool, say: Say
) -> Report:
    """Write pretraining shards one by one; each is usable, and a checkpoint made, as soon as it is there.

    Descriptors are standardised by the mean and standard deviation of the first shard.

    Raises:
        DataError: as `llamo.data.prepare.prepare`.
    """
    writer = ShardWriter(out, SPLIT, COLUMNS, rows_per_shard=recipe.rows_per_shard)
    journal = Journal(out, {"seen": 16})
    start = continue_or_start(journal, [writer], inputs, again=again, say=say)
    report, scale = start.report, start.kept
    waiting: list[Target] = []

    def write(complete: bool) -> None:
        if not scale:
            scale.update(_scale(waiting))
        for target in waiting:
            writer.add(_row(target, scale))
        waiting.clear()
        writer.flush()
        write_manifest(out, {
            "kind": KIND,
            "complete": complete,
            "versions": versions(),
            "inputs": inputs,
            "recipe": recipe.model_dump(mode="json"),
            "descriptors": scale,
            "groups": list(group_names()),
            "counts": report.as_dict(),
            "shards": writer.shards,
        })  # fmt: skip

    for done, source, target in _kept(recipe, journal.logs["seen"], report, done=start.done, workers=workers):
        report.kept["train", source, KIND] += 1
        waiting.append(target)
        if len(waiting) == recipe.rows_per_shard:
            write(complete=False)
            journal.save([writer], done=done, inputs=inputs, counts=report.as_dict(), kept=scale)
    write(complete=True)
    journal.remove()
    return report


def _kept(
    recipe: PretrainingRecipe, seen: KeyLog, report: Report, *, done: int, workers: int
) -> Iterator[tuple[int, str, Target]]:
    """Yield the molecules after the first `done` that may be trained on, in order, with their running number.

    Fills `seen` and, with the rest, the report.
    """
    molecules, held_back_smiles, left_out = draw_molecules(recipe)
    held_back = _keys(held_back_smiles)
    if done == 0:
        for source, row in left_out:
            report.drawn[source, KIND] += 1
            report.remove(source, KIND, row.reason, where=place_of(row))
    for source, target in _targets(recipe, molecules, done=done, workers=workers):
        done += 1
        report.drawn[source, KIND] += 1
        content = content_key(KIND, [target.smiles], "")
        reason = target.reason
        if not reason and any(
            key in held_back or is_validation(key, recipe.validation_permille) for key in target.keys
        ):
            reason = HELD_BACK
        elif not reason and content in seen:
            reason = DUPLICATE
        if reason == INVALID and recipe.on_bad_molecule == "fail":
            refuse_molecule(source, shown(target.smiles))
        if reason:
            report.remove(source, KIND, reason, where=target.smiles)
            continue
        seen.add(content)
        yield done, source, target


def _targets(
    recipe: PretrainingRecipe, molecules: list[tuple[str, str]], *, done: int, workers: int
) -> Iterator[tuple[str, Target]]:
    """Describe the molecules after the first `done` over the workers; results come in their order."""
    settings = Settings(recipe.seed, recipe_blocklist(recipe), recipe.max_atoms)
    starts = range(done, len(molecules), CHUNK)
    smiles = ([text for _, text in molecules[start : start + CHUNK]] for start in starts)
    results = ordered_map(describe_chunk, smiles, workers=workers, setup=setup, arguments=(settings,))
    with progress("Preparing molecules", len(molecules), done=done) as advance:
        for start, targets in zip(starts, results, strict=True):
            chunk = molecules[start : start + CHUNK]
            yield from zip((source for source, _ in chunk), targets, strict=True)
            advance(len(chunk))


def _keys(held_back: list[str]) -> set[str]:
    """Compute the connectivities of the parts of molecules that are held back; unreadable ones have none."""
    from rdkit import rdBase

    keys: set[str] = set()
    with rdBase.BlockLogs():
        for smiles in held_back:
            try:
                keys.update(part.key for part in inspect(smiles).keys.parts)
            except DroppedError:
                continue
    return keys


def draw_molecules(
    recipe: PretrainingRecipe,
) -> tuple[list[tuple[str, str]], list[str], list[tuple[str, LeftOut]]]:
    """Draw the molecules of all sources.

    Returns:
        (source, SMILES), each SMILES once, shuffled; the SMILES that are held back; (source, row) of the rows
        that the sources left out.
    """
    drawn: dict[str, str] = {}
    held_back: list[str] = []
    left_out: list[tuple[str, LeftOut]] = []
    for entry in recipe.sources:
        if entry.split == "test":
            continue
        found = draw(entry, recipe.seed, on_bad_row=recipe.on_bad_row)
        left_out += [(entry.name, row) for row in found.left_out]
        for row in found.rows:
            if entry.split == "validation" or (isinstance(row, RecordRow) and row.is_validation):
                held_back += [row.product] if isinstance(row, ReactionRow) else row_smiles(row)
                continue
            for smiles in _molecules_of(row):
                drawn.setdefault(smiles, entry.name)
    molecules = [(source, smiles) for smiles, source in drawn.items() if smiles]
    random.Random(f"{recipe.seed}:{KIND}").shuffle(molecules)
    return molecules, held_back, left_out


def _molecules_of(row: Row) -> list[str]:
    if isinstance(row, ReactionRow):
        return [row.product, *row.reactants.split(".")]
    return list(row_smiles(row))


def _scale(targets: list[Target]) -> dict[str, Any]:  # Any: JSON
    """Measure mean and standard deviation of each descriptor; a constant one gets 1."""
    values = np.array([target.descriptors for target in targets], dtype=np.float64).reshape(
        -1, len(DESCRIPTORS)
    )
    if not len(values):
        return {"names": list(DESCRIPTORS), "mean": [0.0] * len(DESCRIPTORS), "std": [1.0] * len(DESCRIPTORS)}
    mean, std = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    std[std < 1e-6] = 1.0
    return {"names": list(DESCRIPTORS), "mean": mean.tolist(), "std": std.tolist()}


def _row(target: Target, scale: dict[str, Any]) -> dict[str, Any]:
    raw: NDArray[np.float64] = np.array(target.descriptors)
    standardised = np.nan_to_num((raw - scale["mean"]) / scale["std"]).clip(-CLIP, CLIP)
    return {
        "smiles": target.smiles,
        "graph": target.graph,
        "descriptors": standardised.astype(np.float32).tolist(),
        "fingerprint": target.fingerprint,
        "groups": target.groups,
    }
