"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from llamo.errors import LlamoError, UsageError

REMEDY = "free space or choose another place, and run again"


@contextmanager
def replacing(path: Path, *, remedy: str = REMEDY) -> Iterator[Path]:
    """Hand out a temporary path that replaces `path` when the block ends well, and vanishes otherwise.

    Folders are made. The file gets the mode that any new file gets, whatever wrote it.

    Raises:
        LlamoError: The disk is full or the folder cannot be written to.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _sync(temporary)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error, remedy) from error
    finally:
        with suppress(OSError):  # the parent may be a file, or gone
            temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path, *, remedy: str = REMEDY) -> Iterator[Path]:
    """Hand out a new, empty folder that becomes `path` when the block ends well, and vanishes otherwise.

    It is made beside `path` and moves there by a rename: whoever looks sees the old folder, for a moment none, or the
    new one whole. An old folder goes when the new one is complete.

    Raises:
        LlamoError: The disk is full or the place cannot be written to.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)  # of a killed process with this number
        temporary.mkdir()
        yield temporary
        for file in temporary.rglob("*"):
            if file.is_file():
                _sync(file)
        if path.is_dir():
            shutil.rmtree(old, ignore_errors=True)
            path.replace(old)
        temporary.replace(path)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise cannot_write(path, error, remedy) from error
    finally:  # Ctrl-C between the two renames, too, puts the old folder back
        if old.is_dir() and not path.exists():
            old.replace(path)
        shutil.rmtree(temporary, ignore_errors=True)


def check_outputs(outputs: Mapping[str, Path | None], inputs: Iterable[Path | None]) -> None:
    """Refuse to write over a file that is read, into a folder that is read, or twice to one file.

    Args:
        outputs: What is to be written, by the option that names it: `{"--json": path}`; None for what is not wanted.
        inputs: Files and folders that are read; None for what is not given.

    Raises:
        UsageError: The message says which.
    """
    read = [path.resolve() for path in inputs if path is not None]
    taken: dict[Path, str] = {}
    for option, output in outputs.items():
        if output is None:
            continue
        if output.is_dir():
            raise UsageError(f"{option} {output} is a folder; name a file to be written")
        place = output.resolve()
        if any(_is_same(place, path) or (path.is_dir() and place.is_relative_to(path)) for path in read):
            raise UsageError(
                f"{option} {output} is a file that is read, or lies in a folder that is; choose another name"
            )
        for path, other in taken.items():
            if _is_same(place, path):
                raise UsageError(
                    f"{option} and {other} both name {output}; choose another name for one of them"
                )
        taken[place] = option


def _is_same(first: Path, second: Path) -> bool:
    return first == second or (first.exists() and second.exists() and first.samefile(second))


def sha256(path: Path) -> str:
    """Hash a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cannot_write(path: Path, error: OSError, remedy: str = REMEDY) -> LlamoError:
    """Say that a file cannot be written, why, and what to do."""
    return LlamoError(f"cannot write {path}: {error.strerror or error}; {remedy}")


def _sync(path: Path) -> None:
    """Bring a file's content to the disk, so that a rename never shows an empty one after a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
