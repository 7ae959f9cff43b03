"""Preparing molecules for encoder pretraining: shard by shard, so that training can start on the first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llamo.data.job_list import draw_rows
from llamo.data.leakage import Blocklist, content_key, is_validation
from llamo.data.locations import data_file
from llamo.data.molecule_targets import DESCRIPTORS, Target, describe_chunk, group_names
from llamo.data.parallel import ordered_map
from llamo.data.pretraining_shards import COLUMNS, KIND, SPLIT
from llamo.data.recipes import PretrainingRecipe
from llamo.data.report import Report, progress, versions
from llamo.data.row_work import DroppedError, Settings, inspect, setup
from llamo.data.shard_writing import ShardWriter, start_folder, write_manifest
from llamo.data.sources.rows import ReactionRow, Row

CLIP = 5.0  # standard deviations; a few giant molecules would otherwise rule the loss
CHUNK = 250  # molecules a worker takes at once
HELD_BACK = "validation molecule"
DUPLICATE = "duplicate"


def prepare_pretraining(recipe: PretrainingRecipe, out: Path, *, workers: int) -> Report:
    """Write pretraining shards one by one; each is usable as soon as it is there.

    Descriptors are standardised by the mean and standard deviation of the first shard.

    Raises:
        DataError: as `llamo.data.prepare.prepare`.
    """
    molecules, held_back = draw_molecules(recipe)
    start_folder(out)
    writer = ShardWriter(out, SPLIT, COLUMNS, rows_per_shard=recipe.rows_per_shard)
    report = Report()
    scale: dict[str, Any] = {}  # Any: JSON
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
            "recipe": recipe.model_dump(mode="json"),
            "descriptors": scale,
            "groups": list(group_names()),
            "counts": report.as_dict(),
            "shards": writer.shards,
        })  # fmt: skip

    for source, target in _kept(recipe, molecules, _keys(held_back), report, workers=workers):
        report.kept["train", source, KIND] += 1
        waiting.append(target)
        if len(waiting) == recipe.rows_per_shard:
            write(complete=False)
    write(complete=True)
    return report


def _kept(
    recipe: PretrainingRecipe,
    molecules: list[tuple[str, str]],
    held_back: set[str],
    report: Report,
    *,
    workers: int,
) -> Iterator[tuple[str, Target]]:
    """Yield the molecules that may be trained on, in order; fills the report with the rest."""
    seen: set[bytes] = set()
    for source, target in _targets(recipe, molecules, workers=workers):
        report.drawn[source, KIND] += 1
        content = content_key(KIND, [target.smiles], "")
        reason = target.reason
        if not reason and (target.key in held_back or is_validation(target.key, recipe.validation_permille)):
            reason = HELD_BACK
        elif not reason and content in seen:
            reason = DUPLICATE
        if reason:
            report.removed[source, KIND, reason] += 1
            continue
        seen.add(content)
        yield source, target


def _targets(
    recipe: PretrainingRecipe, molecules: list[tuple[str, str]], *, workers: int
) -> Iterator[tuple[str, Target]]:
    """Describe all molecules over the workers; results come in the order of the molecules."""
    blocklist = Blocklist.from_file(data_file(recipe.blocklist)) if recipe.blocklist else Blocklist()
    settings = Settings(recipe.seed, blocklist, recipe.max_atoms)
    chunks = [molecules[start : start + CHUNK] for start in range(0, len(molecules), CHUNK)]
    smiles = [[text for _, text in chunk] for chunk in chunks]
    results = ordered_map(describe_chunk, smiles, workers=workers, setup=setup, arguments=(settings,))
    with progress("Preparing molecules", len(molecules)) as advance:
        for chunk, targets in zip(chunks, results, strict=True):
            yield from zip((source for source, _ in chunk), targets, strict=True)
            advance(len(chunk))


def _keys(held_back: list[str]) -> set[str]:
    """Compute the connectivities of molecules that are held back; unreadable ones have none."""
    from rdkit import rdBase

    keys = set()
    with rdBase.BlockLogs():
        for smiles in held_back:
            try:
                keys.add(inspect(smiles).keys.parent)
            except DroppedError:
                continue
    return keys


def draw_molecules(recipe: PretrainingRecipe) -> tuple[list[tuple[str, str]], list[str]]:
    """Draw (source, SMILES) of all sources, each SMILES once, shuffled; and the SMILES that are held back."""
    drawn: dict[str, str] = {}
    held_back: list[str] = []
    for entry in recipe.sources:
        for row in draw_rows(entry, recipe.seed):
            if entry.split == "validation":
                held_back.append(row.product if isinstance(row, ReactionRow) else row.smiles)
                continue
            for smiles in _molecules_of(row):
                drawn.setdefault(smiles, entry.name)
    molecules = [(source, smiles) for smiles, source in drawn.items() if smiles]
    random.Random(f"{recipe.seed}:{KIND}").shuffle(molecules)
    return molecules, held_back


def _molecules_of(row: Row) -> list[str]:
    if isinstance(row, ReactionRow):
        return [row.product, *row.reactants.split(".")]
    return [row.smiles]


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
