"""Writing shards: Parquet files of a fixed number of rows, each whole or not there at all. No RDKit here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llamo.data.records import Record
from llamo.data.shards import FORMAT, MANIFEST, RECORD_COLUMNS
from llamo.files import cannot_write, replacing, sha256

REMEDY = "free disk space or choose another --out"


class ShardWriter:
    """Collects the rows of one split and writes a Parquet file whenever `rows_per_shard` are there.

    Args:
        folder: where `<split>-00000.parquet` and so on go.
        split: name of the split.
        columns: Arrow type names by column.
        rows_per_shard: rows a file.

    Attributes:
        shards: the manifest's entries of the files written so far.
    """

    def __init__(
        self, folder: Path, split: str, columns: Mapping[str, str], *, rows_per_shard: int = 10_000
    ) -> None:
        self.folder = folder
        self.split = split
        self.columns = columns
        self.rows_per_shard = rows_per_shard
        self.shards: list[dict[str, Any]] = []  # Any: entries of the JSON manifest
        self._rows: list[dict[str, Any]] = []

    @property
    def num_waiting(self) -> int:
        """Rows of the shard that is not full yet."""
        return len(self._rows)

    def add(self, row: dict[str, Any]) -> bool:
        """Add a row; True when that completed a shard."""
        self._rows.append(row)
        if len(self._rows) < self.rows_per_shard:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Write the rows that wait, if any.

        Raises:
            LlamoError: the disk is full or the folder cannot be written; no half-written shard stays.
        """
        if not self._rows:
            return
        path = self.folder / f"{self.split}-{len(self.shards):05d}.parquet"
        self.save_waiting(path)
        self.shards.append(
            {"file": path.name, "split": self.split, "rows": len(self._rows), "sha256": sha256(path)}
        )
        self._rows = []

    def save_waiting(self, path: Path) -> None:
        """Write the rows that wait to a file of their own, and keep them.

        Raises:
            LlamoError: as `flush`.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(name, _arrow_type(kind)) for name, kind in self.columns.items()])
        with replacing(path, remedy=REMEDY) as partial:
            pq.write_table(pa.Table.from_pylist(self._rows, schema=schema), partial, compression="zstd")

    def resume(self, shards: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> None:
        """Go on after files and waiting rows of an earlier run."""
        self.shards = list(shards)
        self._rows = list(rows)


def record_row(record: Record, graphs: list[bytes]) -> dict[str, Any]:
    """Turn a record and its packed graphs into a row of a shard."""
    messages = [message.model_dump() for message in record.messages]
    return {
        "id": record.id,
        "task": record.task,
        "source": record.source,
        "messages": json.dumps(messages, ensure_ascii=False, separators=(",", ":")),
        "molecules": record.molecules,
        "graphs": graphs,
        "length": sum(len(message.text) for message in record.messages),
    }


def record_writer(folder: Path, split: str) -> ShardWriter:
    """Open a writer for the records of a split."""
    return ShardWriter(folder, split, RECORD_COLUMNS)


def start_folder(folder: Path) -> None:
    """Make the folder ready: the old manifest goes first, so that half a run is never taken for a whole."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        for pattern in ("*-[0-9]*.parquet", "neighbours-*.parquet", ".arrow/*", ".*.tmp"):
            for stale in folder.glob(pattern):
                stale.unlink()
    except OSError as error:
        raise cannot_write(folder, error, "choose another --out") from error


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write `manifest.json` atomically, keys in the order given."""
    text = json.dumps({"format": FORMAT, **content}, indent=1, ensure_ascii=False)
    with replacing(folder / MANIFEST, remedy=REMEDY) as path:
        path.write_text(text + "\n", encoding="utf-8")


def _arrow_type(name: str) -> Any:  # Any: pyarrow has no type hints
    import pyarrow as pa

    if name.startswith("list<"):
        return pa.list_(_arrow_type(name[5:-1]))
    return {"string": pa.string(), "binary": pa.binary(), "int32": pa.int32(), "float32": pa.float32()}[name]
