"""Prepared shards: records with their featurised graphs as Parquet files beside a manifest. No RDKit here.

    DIR/train-00000.parquet, DIR/validation-00000.parquet, ..., DIR/manifest.json

For reading, each Parquet file is copied once into an uncompressed Arrow file in `DIR/.arrow`, which is
memory-mapped: a row costs what its own bytes cost, whatever the number of records.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llamo.chem.molgraph import MolGraph
from llamo.data.neighbours import KnownText, read_neighbours
from llamo.errors import DataError
from llamo.files import sha256

FORMAT = 1
MANIFEST = "manifest.json"
REMEDY = "run `llamo prepare RECIPE.yaml --out DIR` again"
RECORD_COLUMNS = {
    "id": "string",
    "task": "string",
    "source": "string",
    "messages": "string",
    "molecules": "list<string>",
    "graphs": "list<binary>",
    "length": "int32",
}


@dataclass(frozen=True)
class PreparedRecord:
    """One record as training reads it.

    Attributes:
        messages: dicts with `role` and `content` (text, or parts of type "text" and "molecule").
        graphs: one graph a molecule part, in order of appearance.
        neighbours: what is known of similar molecules, where the shards were opened with it.
    """

    id: str
    task: str
    source: str
    messages: list[dict[str, Any]]  # Any: chat messages as JSON gives them
    graphs: list[MolGraph]
    neighbours: list[KnownText] = field(default_factory=list)


def text_of(content: str | list[dict[str, str]]) -> str:
    """Return the text of a message's content, without its molecules."""
    if isinstance(content, str):
        return content
    return " ".join(part["text"] for part in content if part["type"] == "text")


class ArrowTable:
    """Rows of several Arrow files, memory-mapped, addressed by one running number."""

    def __init__(self, files: Sequence[Path]) -> None:
        import pyarrow as pa

        self._batches = []
        for file in files:
            reader = pa.ipc.open_file(pa.memory_map(str(file)))
            self._batches += [reader.get_batch(number) for number in range(reader.num_record_batches)]
        self._ends: list[int] = []
        for batch in self._batches:
            self._ends.append(batch.num_rows + (self._ends[-1] if self._ends else 0))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def row(self, index: int) -> dict[str, Any]:
        """Return one row as a dict of Python values; negative numbers count from the end."""
        size = len(self)
        index = index + size if index < 0 else index
        if not 0 <= index < size:
            raise IndexError(f"row {index} of {size}")
        number = bisect.bisect_right(self._ends, index)
        start = self._ends[number - 1] if number else 0
        row: dict[str, Any] = self._batches[number].slice(index - start, 1).to_pylist()[0]
        return row

    def column(self, name: str) -> list[Any]:
        """Return a whole column as a list."""
        return [value for batch in self._batches for value in batch.column(name).to_pylist()]


class Shards(Sequence[PreparedRecord]):
    """The records of one split, in order; opened by `open_shards`."""

    def __init__(self, table: ArrowTable, neighbours: Sequence[list[KnownText]] | None = None) -> None:
        self._table = table
        self._neighbours = neighbours

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, index: Any) -> Any:  # Any: Sequence's overloads for int and slice
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        row = self._table.row(index)
        return PreparedRecord(
            id=row["id"],
            task=row["task"],
            source=row["source"],
            messages=json.loads(row["messages"]),
            graphs=[MolGraph.from_bytes(data) for data in row["graphs"]],
            neighbours=self._neighbours[index] if self._neighbours is not None else [],
        )

    def __iter__(self) -> Iterator[PreparedRecord]:
        for index in range(len(self)):
            yield self[index]

    def column(self, name: str) -> list[Any]:
        """Return a column without its graphs being unpacked: "id", "task", "source", "length", ..."""
        return self._table.column(name)


def open_shards(folder: Path, split: str, *, with_neighbours: bool = False) -> Shards:
    """Open the records of a split; empty where the split has none.

    Args:
        with_neighbours: records bring their `neighbours`, too; see `llamo.data.neighbours`.

    Raises:
        DataError: `folder` holds no finished shards, or a shard is missing or damaged.
    """
    table = open_table(folder, split, kind="records")
    if not with_neighbours:
        return Shards(table)
    stamp = split_stamp(folder, split)
    return Shards(table, read_neighbours(folder, split, rows=len(table), stamp=stamp))


def split_stamp(folder: Path, split: str) -> str:
    """Hash the shards of a split, by their hashes in the manifest; what is made of them holds it."""
    entries = [entry["sha256"] for entry in read_manifest(folder)["shards"] if entry["split"] == split]
    return hashlib.sha256(" ".join(entries).encode()).hexdigest()


def open_table(folder: Path, split: str, *, kind: str) -> ArrowTable:
    """Open the shards of a split as a table of rows, after checking the manifest's kind.

    Raises:
        DataError: the folder holds another kind, or a kind without splits such as a bank, or no finished shards.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != kind:
        raise DataError(
            f"{folder} holds {manifest.get('kind')!r} shards, expected {kind!r}; prepare the matching recipe"
        )
    entries = manifest.get("shards") or []
    if not all("split" in entry for entry in entries):
        raise DataError(
            f"{folder} holds files of kind {kind!r}, which have no splits; expected shards of kind 'records' or "
            "'pretraining', as `llamo prepare RECIPE.yaml --out DIR` writes them"
        )
    entries = [entry for entry in entries if entry["split"] == split]
    return ArrowTable([_arrow_copy(folder, entry) for entry in entries])


def read_manifest(folder: Path, *, remedy: str = REMEDY) -> dict[str, Any]:
    """Read `manifest.json`.

    Raises:
        DataError: it is missing (preparation did not finish), broken, or of another format.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{folder} has no {MANIFEST}; {remedy}") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not valid JSON ({error}); {remedy}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else manifest
        raise DataError(f"{path} has format {found!r}, expected {FORMAT}; {remedy}")
    return manifest


def verified(folder: Path, entry: dict[str, Any], *, remedy: str = REMEDY) -> Path:
    """Return the path of a file that a manifest lists, after comparing its sha256.

    Raises:
        DataError: the file is missing or damaged.
    """
    path = folder / entry["file"]
    if not path.is_file():
        raise DataError(f"{path} is missing though the manifest lists it; {remedy}")
    if sha256(path) != entry["sha256"]:
        raise DataError(f"{path} is damaged (sha256 differs from the manifest); {remedy}")
    return path


def check_folder(folder: Path) -> int:
    """Compare every file that a manifest lists with its sha256; of shards or of a bank.

    Returns:
        The number of rows in all files.

    Raises:
        DataError: the preparation is not finished, or a file is missing or damaged.
    """
    manifest = read_manifest(folder)
    if not manifest.get("complete"):
        raise DataError(f"{folder} is not finished; {REMEDY}, it is continued where it stopped")
    entries = manifest.get("shards")
    if not entries:
        raise DataError(f"{folder / MANIFEST} lists no files; {REMEDY}")
    for entry in entries:
        verified(folder, entry)
    return sum(entry["rows"] for entry in entries)


def _arrow_copy(folder: Path, entry: dict[str, Any]) -> Path:
    """Return the memory-mappable copy of a shard, made on first use; named by the shard's hash."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = folder / ".arrow" / f"{Path(entry['file']).stem}-{entry['sha256'][:16]}.arrow"
    if target.is_file():
        return target
    source = verified(folder, entry)
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}.partial")
    try:
        with pq.ParquetFile(source) as parquet, pa.ipc.new_file(str(partial), parquet.schema_arrow) as writer:
            for batch in parquet.iter_batches(batch_size=2048):
                writer.write_batch(batch)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target
