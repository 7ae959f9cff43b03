"""Opening text files, plain or gzip, whose damage is located and whose stray bytes stay visible."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from llamo.data.sources.left_out import LeftOut, OnLeftOut
from llamo.errors import DataError

DAMAGED = "file truncated or damaged"
NOT_UTF8 = "not UTF-8"
MAX_LINE = 10_000_000  # characters; a longer line or field is a broken file, not a molecule or a caption


class Place:
    """How far a file has been read: the number of the last whole row."""

    def __init__(self) -> None:
        self.row = 0


@contextmanager
def open_text(path: Path, place: Place, on_left_out: OnLeftOut) -> Iterator[IO[str]]:
    """Open a UTF-8 file, plain or `.gz`; bytes that are not UTF-8 come as lone surrogates (see `is_utf8`).

    A gzip stream that breaks off ends the block and is reported as one left-out row after the last whole one.

    Raises:
        DataError: the file does not exist, cannot be read, or is UTF-16.
    """
    try:
        with _open_bytes(path) as raw:
            text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")
            with text as stream:
                yield stream
    except FileNotFoundError as error:
        raise DataError(f"data file {path} does not exist; put it there or correct the path") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        reported = f"{path} is truncated or damaged after row {place.row} ({error}); fetch it again"
        on_left_out(LeftOut(place.row + 1, DAMAGED, reported, path.name))
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error}); correct the path or fetch it again") from error


def read_lines(path: Path, on_left_out: OnLeftOut) -> Iterator[tuple[int, str]]:
    """Yield (row number from 1, line without its end) of a text file; blank lines are numbered, not yielded.

    Lines that are not UTF-8 or longer than ten million characters are left out.

    Raises:
        DataError: as `open_text`.
    """
    place = Place()
    with open_text(path, place, on_left_out) as stream:
        while line := stream.readline(MAX_LINE):
            number = place.row + 1
            if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                skipped = _skip_line(stream)
                detail = f"the line has {len(line) + skipped:,} characters, at most {MAX_LINE:,} are read"
                on_left_out(LeftOut(number, "line too long", detail, path.name))
            elif not is_utf8(line):
                on_left_out(LeftOut(number, NOT_UTF8, stray_bytes(line), path.name))
            elif line.strip():
                yield number, line.rstrip("\r\n")
            place.row = number


def is_utf8(text: str) -> bool:
    """Tell whether text read by `open_text` was UTF-8."""
    return text.isascii() or not any(map(_is_stray, text))


def stray_bytes(text: str) -> str:
    """Say where the first byte is that is not UTF-8."""
    position = next(place for place, character in enumerate(text) if _is_stray(character))
    byte = text[position].encode("utf-8", "surrogateescape")
    return f"byte 0x{byte.hex()} after {position} characters; convert the file to UTF-8"


def _is_stray(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _skip_line(stream: IO[str]) -> int:
    """Read on to the end of a line without keeping it; returns the number of characters skipped."""
    skipped = 0
    while piece := stream.readline(MAX_LINE):
        skipped += len(piece)
        if piece.endswith(("\n", "\r")):
            break
    return skipped


def _open_bytes(path: Path) -> IO[bytes]:
    opened = gzip.open if path.suffix == ".gz" else open
    raw: Any = opened(path, "rb")  # Any: both kinds of file can `peek`
    if raw.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw.close()
        raise DataError(f"{path} is UTF-16; convert it to UTF-8")
    return cast("IO[bytes]", raw)
