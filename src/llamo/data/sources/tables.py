"""Reading delimited text, plain or gzip, with errors that name the file and the row."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from llamo.errors import DataError

MAX_FIELD = 10_000_000  # characters; a longer field is a broken file, not a molecule or a caption


def read_table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (row number from 1, fields) of a TSV or CSV file, plain or `.gz`; missing fields are "".

    The delimiter is a comma when the name has `.csv` in it, else a tab.

    Raises:
        DataError: the file is missing, empty, truncated, not UTF-8, or lacks one of `columns`.
    """
    number = 0
    try:
        with _open_text(path) as stream:
            reader = csv.DictReader(stream, delimiter="," if ".csv" in path.name else "\t", restval="")
            _check_header(path, reader.fieldnames, columns)
            for number, fields in enumerate(reader, start=1):
                yield number, {name: (fields[name] or "") for name in columns}
    except FileNotFoundError as error:
        raise DataError(f"data file {path} does not exist; put it there or correct the path") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{path} is truncated or damaged after row {number} ({error}); fetch it again"
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 after row {number} ({error.reason}); convert it to UTF-8"
        ) from error
    except csv.Error as error:
        raise DataError(
            f"{path} cannot be read after row {number} ({error}); check its quotes there"
        ) from error
    if number == 0:
        raise DataError(f"{path} has a header but no rows; fetch it again or leave this source out")


def _open_text(path: Path) -> IO[str]:
    csv.field_size_limit(MAX_FIELD)
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _check_header(path: Path, found: Sequence[str] | None, expected: Sequence[str]) -> None:
    if not found:
        raise DataError(f"{path} is empty; expected a header with {', '.join(expected)}; fetch it again")
    missing = [name for name in expected if name not in found]
    if missing:
        raise DataError(
            f"{path} has no column {', '.join(map(repr, missing))}; its columns are {', '.join(found)}; "
            f"rename the column or choose another source layout"
        )
