"""Fetching a published file over HTTP: size and checksum verified, progress shown, whole or not there at all."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from llamo.data.report import progress
from llamo.errors import DataError
from llamo.files import replacing

BLOCK = 1 << 20
TIMEOUT = 30  # seconds without a byte


class PublicFile(BaseModel):
    """A file with a public address.

    Attributes:
        url: `https://...`.
        size: bytes.
        sha256: of the file as it is served.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = Field(pattern=r"^https?://")
    size: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


def fetch(public: PublicFile, path: Path) -> Path:
    """Download a file to `path`; nothing is left there when it fails.

    Raises:
        DataError: the address cannot be reached, or what it serves has another size or checksum.
        LlamoError: the disk is full or not writable.
    """
    with replacing(path) as partial:
        try:  # inside: the network's errors are OSErrors, which `replacing` takes for the disk's
            _receive(public, partial, path.name)
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", None) or error
            raise DataError(
                f"cannot fetch {public.url} ({reason}); go online, or put the file at {path} yourself"
            ) from error
        check_file(partial, size=public.size, sha256=public.sha256, name=public.url)
    return path


def _receive(public: PublicFile, target: Path, name: str) -> None:
    """Write what the address serves, at most a block more than the promised size."""
    with (
        urllib.request.urlopen(public.url, timeout=TIMEOUT) as answer,
        progress(f"Fetching {name}", public.size) as advance,
        target.open("wb") as file,
    ):
        received = 0
        while received <= public.size and (block := answer.read(BLOCK)):
            received += file.write(block)
            advance(len(block))


def check_file(path: Path, *, size: int, sha256: str, name: str = "") -> None:
    """Compare a file with what it must be.

    Raises:
        DataError: size or checksum differ; the message says both.
    """
    found_size = path.stat().st_size
    if found_size == size:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found == sha256:
            return
        fault = f"sha256 {found}, expected {sha256}"
    else:
        fault = f"{found_size:,} bytes, expected {size:,}"
    raise DataError(
        f"{name or path} is not the file it should be ({fault}); it is not used: delete it and fetch it again, and "
        "if it stays so, do not trust its origin"
    )
