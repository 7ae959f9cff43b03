"""Looking up the neighbours of prepared records, so that training can show them without RDKit or search."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from llamo.data.bank import Bank
from llamo.data.bank_building import BankBuilder, BankRow
from llamo.data.bank_others import nearest_others
from llamo.data.neighbours import STAMP, KnownText, neighbours_file
from llamo.data.shards import Shards, open_shards, split_stamp
from llamo.errors import DataError
from llamo.files import replacing

SPLITS = ("train", "validation")


def attach_neighbours(
    folder: Path,
    *,
    tasks: Collection[str] = ("description",),
    sources: Collection[str] = (),
    k: int = 4,
    workers: int = 1,
) -> dict[str, int]:
    """Look up the neighbours of the records of some tasks, and write them beside the shards.

    Only training records are ever found: a validation record sees what the model was allowed to learn from. No
    record finds its own molecule under whatever text, nor a salt or mixture with a part of it.

    Args:
        folder: output of `llamo prepare`.
        tasks: whose records get neighbours, each from the answers of its own task.
        sources: whose records take part; none named: all.
        k: neighbours of a record at most, each another molecule.
        workers: number of processes.

    Returns:
        The number of records with neighbours by split.

    Raises:
        DataError: a task has no such training records, or the folder holds no shards.
    """
    shards = {split: open_shards(folder, split) for split in SPLITS}
    found: dict[str, list[list[KnownText]]] = {split: [[]] * len(shards[split]) for split in SPLITS}
    for task in tasks:
        bank = _bank(shards["train"], task, sources, workers)
        for split in SPLITS:
            for number, known in _lookup(bank, shards[split], task, sources, k):
                found[split][number] = known
    for split, rows in found.items():
        _write(neighbours_file(folder, split), rows, split_stamp(folder, split))
    return {split: sum(map(bool, rows)) for split, rows in found.items()}


def _taking_part(shards: Shards, task: str, sources: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the number of each record that takes part, and the SMILES of its one molecule."""
    columns = (shards.column(name) for name in ("task", "source", "molecules"))
    for number, (its_task, source, molecules) in enumerate(zip(*columns, strict=True)):
        if its_task == task and (not sources or source in sources) and len(molecules) == 1:
            yield number, molecules[0]


def _bank(shards: Shards, task: str, sources: Collection[str], workers: int) -> Bank:
    """Collect the answers of a task's training records."""
    texts = (
        BankRow(smiles, str(shards[number].messages[-1]["content"]), shards[number].source)
        for number, smiles in _taking_part(shards, task, sources)
    )
    builder = BankBuilder()
    builder.add(texts, workers=workers)
    if not builder.taken:
        named = f" from {', '.join(sources)}" if sources else ""
        raise DataError(
            f"no training record of task {task!r}{named}; name a task or source that the shards hold"
        )
    return builder.bank()


def _lookup(
    bank: Bank, shards: Shards, task: str, sources: Collection[str], k: int
) -> Iterator[tuple[int, list[KnownText]]]:
    """Find the neighbours of every record that takes part."""
    known: dict[str, list[KnownText]] = {}
    for number, smiles in _taking_part(shards, task, sources):
        if smiles not in known:
            nearest = nearest_others(bank, smiles, k, distinct=True)
            known[smiles] = [KnownText(one.similarity, one.text) for one in nearest]
        yield number, known[smiles]


def _write(path: Path, rows: list[list[KnownText]], stamp: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "similarity": pa.array([[one.similarity for one in row] for row in rows], pa.list_(pa.float32())),
        "text": pa.array([[one.text for one in row] for row in rows], pa.list_(pa.string())),
    }
    with replacing(path) as temporary:
        pq.write_table(pa.table(columns, metadata={STAMP: stamp.encode()}), temporary, compression="zstd")
