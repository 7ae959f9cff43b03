"""The user's cache of converted base models: built once, atomically, under a lock; checked by a marker file.

A folder counts only with its marker, which is written last and lists every file's size and the weights'
sha256. Everything is prepared in a temporary folder beside it and moved into place by one rename, so a kill
or a full disk leaves nothing that could be taken for a model. The everyday check reads sizes only (well
under a millisecond); `llamo pull --verify` compares the sha256 too. Standard library only: the warm path must
not import torch.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from llamo.errors import BaseModelError
from llamo.files import sha256

logger = logging.getLogger(__name__)

MARKER_NAME = "llamo-base-model.json"
_FORMAT = 1  # raise it when the conversion changes: older folders are then rebuilt
_HASHED_SUFFIXES = (".safetensors",)


class Marker(TypedDict):
    """What the marker file holds."""

    format: int
    name: str
    gguf_sha256: str
    sizes: dict[str, int]
    sha256: dict[str, str]


def cache_dir() -> Path:
    """Return the cache folder: `LLAMO_CACHE_DIR`, else `XDG_CACHE_HOME/llamo`, else `~/.cache/llamo`."""
    if own := os.environ.get("LLAMO_CACHE_DIR"):
        return Path(own).expanduser()
    if shared := os.environ.get("XDG_CACHE_HOME"):
        return Path(shared).expanduser() / "llamo"
    return Path("~/.cache/llamo").expanduser()


def base_models_dir() -> Path:
    """Return the folder that holds one folder a converted base model."""
    return cache_dir() / "base-models"


def find_damage(folder: Path, *, verify: bool = False) -> str | None:
    """Say what is wrong with a converted folder, or return None if it can be used.

    Args:
        folder: the folder of one base model.
        verify: also compare the weights' sha256 (seconds) instead of only the sizes of all files.

    Returns:
        None, or the first defect in words, such as "model.safetensors has 12 bytes, expected 269060552".
    """
    if not folder.is_dir():
        return "not there"
    marker = read_marker(folder)
    if marker is None:
        return f"no valid {MARKER_NAME}"
    for name, expected in marker["sizes"].items():
        try:
            found = (folder / name).stat().st_size
        except OSError:
            return f"{name} is missing"
        if found != expected:
            return f"{name} has {found} bytes, expected {expected}"
    if verify:
        for name, checksum in marker["sha256"].items():
            if sha256(folder / name) != checksum:
                return f"{name} has another sha256 than when it was written"
    return None


def read_marker(folder: Path) -> Marker | None:
    """Read a folder's marker; None if it is missing, unreadable or of another format."""
    try:
        marker = json.loads((folder / MARKER_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    complete = (
        isinstance(marker, dict)
        and marker.get("format") == _FORMAT
        and marker.keys() >= Marker.__annotations__.keys()
    )
    return marker if complete else None


def build_folder(
    folder: Path,
    fill: Callable[[Path, Path], None],
    *,
    name: str,
    gguf_sha256: str,
    bytes_needed: int,
    verify: bool = False,
) -> None:
    """Build a converted folder unless a usable one is there, safely beside other processes.

    The first process to take the lock builds; the others wait and then find the result. A damaged folder
    is replaced only after its replacement is complete.

    Args:
        folder: where the result goes.
        fill: called with a scratch folder and the folder to fill, on the same file system as `folder`.
        name: the model's name, for the marker and for messages.
        gguf_sha256: checksum of the origin, for the marker.
        bytes_needed: free disk space to ask for before anything is fetched.
        verify: how thoroughly to look at a folder that is there.

    Raises:
        BaseModelError: the disk is too full or the cache cannot be written; nothing half-written stays.
    """
    root = folder.parent
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root / f"{folder.name}.lock", name):
            if find_damage(folder, verify=verify) is None:
                return
            _remove_leftovers(root, folder.name)
            _require_space(root, bytes_needed, name)
            temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=root))
            try:
                _build_into(temporary, folder, fill, name=name, gguf_sha256=gguf_sha256)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise _storage_error(error, root, name, bytes_needed) from error


@contextmanager
def _locked(path: Path, name: str) -> Iterator[None]:
    """Hold a lock file; say so when another process has it. A process that dies gives it up."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(timeout=0.2)
    except Timeout:
        logger.warning("another process is preparing base model %s; waiting for it", name)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _build_into(
    temporary: Path, folder: Path, fill: Callable[[Path, Path], None], *, name: str, gguf_sha256: str
) -> None:
    """Fill a temporary folder, write its marker last, and move it to its place."""
    scratch, result = temporary / "scratch", temporary / "result"
    scratch.mkdir()
    result.mkdir()
    fill(scratch, result)
    files = sorted(path for path in result.rglob("*") if path.is_file())
    marker = Marker(
        format=_FORMAT,
        name=name,
        gguf_sha256=gguf_sha256,
        sizes={path.relative_to(result).as_posix(): path.stat().st_size for path in files},
        sha256={p.relative_to(result).as_posix(): sha256(p) for p in files if p.suffix in _HASHED_SUFFIXES},
    )
    for path in files:
        _flush(path)
    marker_path = result / MARKER_NAME
    marker_path.write_text(json.dumps(marker, indent=2) + "\n", encoding="utf-8")
    _flush(marker_path)
    if folder.exists():  # damaged: out of the way first, as a rename cannot replace a folder with files in it
        folder.rename(temporary / "damaged")
    result.replace(folder)


def _flush(path: Path) -> None:
    """Push a file to the disk, so that after a power cut the marker never outlives the weights."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove_leftovers(root: Path, folder_name: str) -> None:
    """Remove temporary folders of killed builds; called under the lock, so none is in use."""
    for leftover in root.glob(f".{folder_name}.*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)


def _require_space(root: Path, bytes_needed: int, name: str) -> None:
    """Raise before a download that could not be finished."""
    free = shutil.disk_usage(root).free
    if free < bytes_needed:
        raise BaseModelError(
            f"cannot prepare base model {name!r}: {root} has {free / 1e6:.0f} MB free, "
            f"{bytes_needed / 1e6:.0f} MB are needed; free some space or set LLAMO_CACHE_DIR to another disk"
        )


def _storage_error(error: OSError, root: Path, name: str, bytes_needed: int) -> BaseModelError:
    """Turn an operating system error during a build into one that says what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        why = f"the disk of {root} is full ({bytes_needed / 1e6:.0f} MB are needed)"
        remedy = "free some space or set LLAMO_CACHE_DIR to another disk"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why, remedy = (
            f"{root} cannot be written ({error})",
            "set LLAMO_CACHE_DIR to a folder you can write to",
        )
    else:
        why, remedy = str(error), "try again, or set LLAMO_CACHE_DIR to another folder"
    return BaseModelError(
        f"cannot prepare base model {name!r}: {why}; nothing half-written was kept; {remedy}"
    )
