"""Splitting SD files, plain or gzip, into records: the mol block and the named properties of each."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from llamo.errors import DataError


class SdfRecord(NamedTuple):
    """One record: its mol block, None where the end line is missing, and its properties."""

    block: str | None
    properties: dict[str, str]


def read_records(path: Path) -> Iterator[SdfRecord]:
    """Split an SD file into its records.

    Raises:
        DataError: If the file is missing, holds nothing, or is damaged inside its compression.
    """
    is_empty = True
    for lines in _records(path):
        is_empty = False
        end = next((index for index, line in enumerate(lines) if line.startswith("M  END")), None)
        if end is None:
            yield SdfRecord(None, {})
        else:
            yield SdfRecord("\n".join(lines[: end + 1]) + "\n", _properties(lines[end + 1 :]))
    if is_empty:
        raise DataError(f"{path} holds no records; expected an SD file with at least one mol block")


def _records(path: Path) -> Iterator[list[str]]:
    lines: list[str] = []
    number = 1
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for raw in file:
                line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
                if line.startswith("$$$$"):
                    yield lines
                    lines = []
                    number += 1
                else:
                    lines.append(line)
    except FileNotFoundError:
        raise DataError(f"there is no file {path}; check the path") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder, an SD file is due; name the file itself") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path} is damaged in record {number} ({error}): its compression is cut off or broken; "
            "fetch the file again"
        ) from error
    if any(line.strip() for line in lines):
        yield lines


def _properties(lines: list[str]) -> dict[str, str]:
    """Read `> <name>` headers, each with its value lines up to the next blank line."""
    properties: dict[str, str] = {}
    name: str | None = None
    for line in lines:
        if line.startswith(">") and "<" in line:
            name = (
                line[line.index("<") + 1 : line.rindex(">")]
                if line.rindex(">") > 0
                else line[line.index("<") + 1 :]
            )
            properties[name] = ""
        elif not line.strip():
            name = None
        elif name is not None:
            properties[name] = f"{properties[name]}\n{line}" if properties[name] else line
    return properties
