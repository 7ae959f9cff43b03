"""From description files to a bank on disk; `Bank.open` reads it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from llamo.data.bank import COLUMNS, ENTRIES, FINGERPRINT_KIND, FINGERPRINTS, KIND
from llamo.data.bank_building import BankBuilder, BankRow
from llamo.data.held_out import read_blocklist
from llamo.data.locations import data_dir
from llamo.data.report import versions
from llamo.data.shard_writing import write_manifest
from llamo.data.shards import MANIFEST
from llamo.data.sources import description
from llamo.data.sources.left_out import LeftOut
from llamo.errors import DataError
from llamo.files import replacing, sha256


@dataclass(frozen=True)
class BankReport:
    """What became of the rows of each source; rows equal taken plus left out.

    Attributes:
        taken: rows by source.
        left_out: rows by (source, reason).
    """

    taken: Mapping[str, int]
    left_out: Mapping[tuple[str, str], int]

    def as_dict(self) -> dict[str, Any]:  # Any: nested counts, for JSON
        """Nest the counts for the manifest."""
        reasons: dict[str, dict[str, int]] = {}
        for (source, reason), count in sorted(self.left_out.items()):
            reasons.setdefault(source, {})[reason] = count
        return {"entries": sum(self.taken.values()), "taken": dict(self.taken), "left_out": reasons}


def build_bank(
    sources: Sequence[str | Path],
    out: Path,
    *,
    blocklist: Path | None,
    workers: int = 1,
    skip_bad_rows: bool = False,
) -> BankReport:
    """Write a bank of all molecules with a text in some description files.

    The same sources, blocklist and package versions give the same files, whatever `workers`.

    Args:
        sources: files with the columns `smiles` and `text`; a name that is no path is sought in the data folder.
        out: folder of the bank; an earlier bank there is replaced.
        blocklist: InChIKeys or a table of molecules that must not enter, as `held_out.read_blocklist` reads them.
        workers: number of processes.
        skip_bad_rows: count broken rows of a source, and go on.

    Raises:
        DataError: a source or the blocklist is missing or damaged, a row is broken, or nothing is left.
        LlamoError: the disk is full or `out` cannot be written.
    """
    paths = [find_source(source) for source in sources]
    twice = [name for name, count in Counter(map(source_name, paths)).items() if count > 1]
    if twice:
        raise DataError(f"two sources are named {twice[0]!r} after their files; rename one of the files")
    blocked = read_blocklist(blocklist) if blocklist else None
    builder = BankBuilder(blocklist=blocked)
    for path in paths:
        builder.add(_rows(path, builder, skip_bad_rows=skip_bad_rows), workers=workers)
    report = BankReport(builder.taken, builder.left_out)
    files = write_bank(builder, out)
    write_manifest(out, {
        "kind": KIND,
        "complete": True,
        "fingerprint": FINGERPRINT_KIND,
        "versions": versions(),
        "sources": [
            {"name": source_name(path), "file": path.name, "sha256": sha256(path)} for path in paths
        ],
        "blocklist": {"file": blocklist.name, "sha256": sha256(blocklist)} if blocklist else None,
        "counts": report.as_dict(),
        "shards": files,
    })  # fmt: skip
    return report


def write_bank(builder: BankBuilder, out: Path) -> list[dict[str, Any]]:  # Any: manifest entries
    """Write the two files of a bank; an old manifest goes first, so that a half-written bank is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from safetensors.numpy import save_file

    packed = builder.fingerprints()
    popcounts = np.bitwise_count(packed).sum(axis=1, dtype=np.uint16)
    (out / MANIFEST).unlink(missing_ok=True)
    with replacing(out / FINGERPRINTS) as path:
        save_file({"fingerprints": packed, "popcounts": popcounts}, path)
    table = pa.table(
        {name: builder.columns[name] for name in COLUMNS}, schema=pa.schema([(n, "string") for n in COLUMNS])
    )
    with replacing(out / ENTRIES) as path:
        pq.write_table(table, path, compression="zstd")
    rows = {FINGERPRINTS: 0, ENTRIES: len(packed)}  # what `check_folder` adds up
    return [{"file": name, "rows": rows[name], "sha256": sha256(out / name)} for name in rows]


def find_source(source: str | Path) -> Path:
    """Return the path of a source: as given, else below the data folder.

    Raises:
        DataError: it is in neither place.
    """
    for path in (Path(source), data_dir() / source):
        if path.is_file():
            return path
    raise DataError(
        f"source {str(source)!r} is neither a file here nor in {data_dir()}; give the path of a table "
        "with the columns smiles and text"
    )


def source_name(path: Path) -> str:
    """Name a source after its file: "description/gitmol.tsv.gz" -> "gitmol"."""
    return path.name.split(".")[0]


def _rows(path: Path, builder: BankBuilder, *, skip_bad_rows: bool) -> Iterator[BankRow]:
    """Yield the rows of a source; what it leaves out is counted by the builder."""
    name = source_name(path)

    def note(row: LeftOut) -> None:
        if row.is_fault and not skip_bad_rows:
            raise DataError(f"{row}; correct the row, or give --skip-bad-rows to count it and go on")
        builder.left_out[name, row.reason] += 1

    for row in description.read(path, on_left_out=note):
        yield BankRow(row.smiles, row.text.strip(), name)
