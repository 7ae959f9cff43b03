"""Tables of molecules on disk: which formats there are, how they are opened, and which column is meant."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from llamo.errors import DataError, UsageError

INPUT_FORMATS = (".smi", ".csv", ".tsv", ".jsonl", ".parquet", ".sdf")
OUTPUT_FORMATS = (".jsonl", ".csv", ".parquet")
SMILES_COLUMNS = (
    "smiles",
    "canonical_smiles",
    "isomeric_smiles",
    "smi",
    "molecule",
    "mol",
    "structure",
    "inchi",
)


@dataclass(frozen=True)
class Row:
    """One row as it came in.

    Args:
        values: The row's cells by column; text except for JSON Lines and Parquet.
        error: Why the row cannot be read (wrong number of fields, not JSON, a broken mol block), or empty.
    """

    values: dict[str, object]
    error: str = ""


@dataclass(frozen=True)
class TableInfo:
    """What one pass over a file found.

    Args:
        path: The file.
        format: Its suffix without `.gz`, for example ".csv".
        columns: Column names, in order of first appearance.
        num_rows: How many rows it has.
        sha256: Hash of its bytes, as they lie on disk.
        kinds: For each column the type its values share: string, int64, double, bool or json (mixed).
    """

    path: Path
    format: str
    columns: tuple[str, ...]
    num_rows: int
    sha256: str
    kinds: dict[str, str] = field(default_factory=dict)


def table_format(path: Path, known: tuple[str, ...] = INPUT_FORMATS) -> str:
    """Name a file's format by its suffix: `x.csv.gz` -> ".csv".

    Raises:
        UsageError: If the suffix is not one of the known ones.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    is_gzip = bool(suffixes) and suffixes[-1] == ".gz"
    if is_gzip:
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if suffix not in known:
        raise UsageError(f"{path} ends in {suffix or 'no suffix'!r}; expected one of {', '.join(known)}")
    if is_gzip and (known == OUTPUT_FORMATS or suffix == ".parquet"):
        raise UsageError(
            f"{path}: gzip is not supported here; use the plain {suffix} (Parquet is compressed inside)"
        )
    return suffix


def require_file(path: Path, expected: str = "molecules") -> None:
    """Raise DataError unless the path is a file with something in it: rows with what is expected."""
    if not path.exists():
        raise DataError(f"input file {path} does not exist; check the path given to --in")
    if path.is_dir():
        raise DataError(f"input {path} is a folder; give a file ({', '.join(INPUT_FORMATS)}, plain or .gz)")
    if path.is_file() and path.stat().st_size == 0:
        raise DataError(f"input file {path} is empty; expected rows with {expected}")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while a file is read into one DataError that names it and the remedy."""
    try:
        yield
    except EOFError as error:
        raise DataError(f"{path} is a truncated gzip file ({error}); fetch or compress it again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is not a sound gzip file ({error}); fetch or compress it again") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 text ({error.reason}); convert it, for example with iconv -t UTF-8"
        ) from error
    except csv.Error as error:
        raise DataError(f"{path} is not a sound table ({error}); check its quotes and separators") from error
    except OSError as error:
        raise DataError(
            f"cannot read {path}: {error.strerror or error}; check the file and its permissions"
        ) from error


class _HashingReader(io.RawIOBase):
    """Passes a file's bytes on and hashes them on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        """Return True: this is a reader."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's WriteableBuffer is private
        """Fill the buffer and hash what went into it."""
        block = self.file.read(len(buffer))
        buffer[: len(block)] = block
        self.digest.update(block)
        return len(block)

    def drain(self) -> str:
        """Hash what has not been read yet; returns the digest of the whole file."""
        while block := self.file.read(1 << 20):
            self.digest.update(block)
        return self.digest.hexdigest()


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """Open a plain or gzip file as UTF-8 text (a byte-order mark is skipped)."""
    with path.open("rb") as file, _decoded(path, file) as text:
        yield text


@contextmanager
def open_hashed_text(path: Path) -> Iterator[tuple[IO[str], _HashingReader]]:
    """Open like `open_text`, with the reader that hashes the bytes on disk as they pass."""
    with path.open("rb") as file:
        reader = _HashingReader(file)
        with _decoded(path, cast(BinaryIO, io.BufferedReader(reader, 1 << 20))) as text:
            yield text, reader


def _decoded(path: Path, file: BinaryIO) -> io.TextIOWrapper:
    """Decompress by suffix and decode."""
    is_gzip = path.suffix.lower() == ".gz"
    binary = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if is_gzip else file
    return io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")


def find_smiles_column(info: TableInfo, wanted: str | None) -> str:
    """Choose the column that holds the molecules: the named one, or the one with a usual name.

    Raises:
        DataError: If the named column is not there, or none has a usual name; lists the columns.
    """
    if wanted is not None:
        require_column(info, wanted, "--smiles-column")
        return wanted
    by_name = {column.lower(): column for column in reversed(info.columns)}
    for name in SMILES_COLUMNS:
        if name in by_name:
            return by_name[name]
    raise DataError(
        f"{info.path} has no column with a usual name for molecules ({', '.join(SMILES_COLUMNS)}); "
        f"name it with --smiles-column. Its columns: {_listed(info.columns)}"
    )


def require_column(info: TableInfo, column: str, option: str) -> None:
    """Raise DataError unless the table has the column; lists the columns it has."""
    if column not in info.columns:
        raise DataError(
            f"{info.path} has no column {column!r} (given by {option}); its columns: {_listed(info.columns)}"
        )


def _listed(columns: tuple[str, ...], limit: int = 30) -> str:
    """List column names, cut after the first few dozen."""
    shown = ", ".join(repr(column) for column in columns[:limit])
    return shown + (f" and {len(columns) - limit} more" if len(columns) > limit else "")
