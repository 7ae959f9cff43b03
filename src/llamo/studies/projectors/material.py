"""What is trained on and asked: three tasks, drawn from prepared shards or made from what the package has."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from llamo.chem.extended_facts import extended_facts
from llamo.chem.facts import exact_facts
from llamo.chem.featurize import featurize
from llamo.data.records import Record
from llamo.data.row_work import inspect
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.data.shards import ArrowTable, open_table, read_manifest
from llamo.data.sources.rows import ScalarRow, TextRow
from llamo.data.tasks import description, iupac, property
from llamo.data.tasks.facts_caption import caption
from llamo.errors import DataError
from llamo.studies.frame.study import Bench
from llamo.studies.instruction_quality.conversations import molecules_of
from llamo.studies.projectors.named_molecules import named_molecules
from llamo.studies.projectors.settings import ProjectorsSettings

TASKS = (description.NAME, iupac.NAME, property.NAME)
SPLITS = ("train", "validation")
BUILT_IN = "built in"
SOURCE = "package"
MATERIAL = {
    "data",
    "descriptions",
    "train_records",
    "test_records",
    "max_characters",
}  # what the records depend on

Rows = Iterator[dict[str, Any]]  # Any: columns of a shard


def material_of(bench: Bench[ProjectorsSettings]) -> Path:
    """Write the records once for all cells of all seeds; returns their folder."""
    folder = bench.folder / f"records-{bench.hash_of(only=MATERIAL)}"
    if not (folder / "manifest.json").is_file():
        write_material(folder, bench.settings)
    return folder


def write_material(folder: Path, settings: ProjectorsSettings) -> None:
    """Write both splits as prepared shards; the manifest says where the records come from."""
    start_folder(folder)
    entries = []
    made = _built_in(settings) if settings.data is None else None
    for split, number in zip(SPLITS, (settings.train_records, settings.test_records), strict=True):
        writer = record_writer(folder, split)
        rows = made[split] if made is not None else _drawn(settings, split, number)
        for row in rows:
            writer.add(row)
        writer.flush()
        entries += writer.shards
    origin = BUILT_IN if settings.data is None else _recipe_name(settings.data)
    write_manifest(folder, {"kind": "records", "complete": True, "origin": origin, "shards": entries})


def origin_of(shards: Path) -> str:
    """Tell where records come from: `BUILT_IN`, or the name of a recipe."""
    return str(read_manifest(shards)["origin"])


def _recipe_name(folder: Path) -> str:
    recipe = read_manifest(folder).get("recipe")
    return str(recipe.get("name")) if isinstance(recipe, Mapping) else "unnamed"


def _drawn(settings: ProjectorsSettings, split: str, number: int) -> Rows:
    """Draw records of each task at random, the same ones each time.

    Raises:
        DataError: the shards have no fitting record of a task.
    """
    assert settings.data is not None
    table = open_table(settings.data, split, kind="records")
    of_task = _by_task(table, settings)
    for task in TASKS:
        if not of_task[task]:
            raise DataError(
                f"{settings.data} has no {split} records of task {task!r} of {settings.max_characters} characters or "
                f"less; expected records of {', '.join(TASKS)}"
            )
        order = np.random.default_rng([TASKS.index(task), split == "train"]).permutation(of_task[task])
        fitting = (row for row in map(table.row, map(int, order)) if len(row["graphs"]) == 1)
        yield from (row for _, row in zip(range(number), fitting, strict=False))


def _by_task(table: ArrowTable, settings: ProjectorsSettings) -> Mapping[str, Sequence[int]]:
    """Collect the numbers of short records by task; properties of the largest source only, so that units agree."""
    tasks, sources, lengths = (table.column(name) for name in ("task", "source", "length"))
    found: dict[str, list[int]] = {task: [] for task in TASKS}
    counts = Counter(source for task, source in zip(tasks, sources, strict=True) if task == property.NAME)
    wanted = {
        description.NAME: settings.descriptions,
        property.NAME: sorted(counts, key=counts.__getitem__)[-1:],
    }
    for number, (task, source, length) in enumerate(zip(tasks, sources, lengths, strict=True)):
        is_wanted = not wanted.get(task) or source in wanted[task]
        if task in found and is_wanted and length <= settings.max_characters:
            found[task].append(number)
    return found


def _built_in(settings: ProjectorsSettings) -> Mapping[str, Rows]:
    """Make records about molecules that are built by rule, and about those of the package.

    No molecule is in both splits. The validation split has molecules built by rule alone.
    """
    rng = random.Random("projectors")
    named: dict[str, str] = {}
    for smiles, name in named_molecules(rng):
        named.setdefault(inspect(smiles).smiles, name)
        if len(named) == settings.train_records + settings.test_records:
            break
    asked, taught = list(named)[: settings.test_records], list(named)[settings.test_records :]
    known = [smiles for smiles in molecules_of(None) if smiles not in named]
    return {
        "train": _rows(_records(taught, named, rng), _records(known, {}, rng)),
        "validation": _rows(_records(asked, named, rng)),
    }


def _rows(*records: Iterator[Record]) -> Rows:
    for record in chain(*records):
        yield record_row(record, [featurize(smiles).to_bytes() for smiles in record.molecules])


def _records(molecules: Sequence[str], named: Mapping[str, str], rng: random.Random) -> Iterator[Record]:
    """Yield a caption of exact facts, the name where there is one, and a computed property of each molecule."""
    for number, smiles in enumerate(molecules):
        said = caption(exact_facts(smiles), rng)
        yield description.make_record(TextRow(number, smiles, said), rng, source=SOURCE)
        if smiles in named:
            yield iupac.make_record(TextRow(number, smiles, named[smiles]), rng, source=SOURCE)
        row = ScalarRow(number, smiles, "logp", "computed logP", extended_facts(smiles).logp, "")
        yield property.make_record(row, rng, source=SOURCE)
