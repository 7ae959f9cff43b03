"""Where the commands find the list of molecules that training and banks must not hold."""

from __future__ import annotations

from pathlib import Path

BLOCKLIST_FILE = "heldout_connectivity.txt.gz"  # in LLAMO_DATA_DIR


def find_blocklist(chosen: Path | None, *, is_off: bool) -> Path | None:
    """Find the blocklist: the one chosen, none, or that of the data folder.

    Raises:
        UsageError: a file is chosen and the blocklist is switched off.
        DataError: the data folder has none.
    """
    from llamo.data.locations import data_file
    from llamo.errors import DataError, UsageError

    if chosen and is_off:
        raise UsageError("--blocklist and --no-blocklist contradict each other; give one of them")
    if chosen or is_off:
        return chosen
    try:
        return data_file(BLOCKLIST_FILE)
    except DataError as error:
        raise DataError(f"{error}; or give --blocklist FILE or --no-blocklist") from error
