"""Where outside data lie: one folder, `LLAMO_DATA_DIR`, laid out as the documentation's data page says."""

from __future__ import annotations

import os
from pathlib import Path

from llamo.errors import DataError


def data_dir() -> Path:
    """Return the folder of outside data: `LLAMO_DATA_DIR`, else `llamo` in the user's data home.

    The folder need not exist; `data_file` says what is missing from it.
    """
    chosen = os.environ.get("LLAMO_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser()
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "llamo"


def data_file(name: str) -> Path:
    """Return the path of an outside file, e.g. `data_file("description/gitmol.tsv.gz")`.

    Raises:
        DataError: the file is not there; the message says which file goes where.
    """
    path = data_dir() / name
    if path.is_file():
        return path
    set_to = os.environ.get("LLAMO_DATA_DIR")
    chosen = f"LLAMO_DATA_DIR is {set_to!r}" if set_to else "LLAMO_DATA_DIR is not set"
    raise DataError(
        f"data file {name!r} is missing: expected at {path} ({chosen}); "
        f"put the file there, or set LLAMO_DATA_DIR to the folder that holds {name!r}"
    )
