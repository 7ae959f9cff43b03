"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from llamo.errors import LlamoError

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
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error, remedy) from error
    finally:
        with suppress(OSError):  # the parent may be a file, or gone
            temporary.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError, remedy: str = REMEDY) -> LlamoError:
    """Say that a file cannot be written, why, and what to do."""
    return LlamoError(f"cannot write {path}: {error.strerror or error}; {remedy}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
