"""Reading a JSON array element by element, so that a file of any size needs the memory of one element."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from llamo.data.sources.left_out import LeftOut, OnLeftOut
from llamo.data.sources.text_files import MAX_LINE, NOT_UTF8, Place, is_utf8, open_text, stray_bytes

BROKEN_ARRAY = "broken JSON array"
_PIECE = 1 << 16
_SPACE = re.compile(r"\s*")
_DECODER = json.JSONDecoder()


def read_array(path: Path, on_left_out: OnLeftOut) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, JSON text) of the elements of an array in a file, plain or `.gz`.

    Where the array breaks, an element is longer than ten million characters, or something follows the array, the rest
    cannot be told apart: it is reported as one left-out row. An element that is not UTF-8 is left out alone.

    Raises:
        DataError: The file is missing, cannot be read, or is UTF-16.
    """
    place = Place()
    with open_text(path, place, on_left_out) as stream:
        window = _Window(stream)
        for text in _elements(window):
            place.row += 1
            if is_utf8(text):
                yield place.row, text
            else:
                on_left_out(LeftOut(place.row, NOT_UTF8, stray_bytes(text), path.name))
        if window.missing:
            found = window.found()
            if is_utf8(found):
                detail = f"expected {window.missing} after element {place.row}, found {found!r}"
                on_left_out(LeftOut(place.row + 1, BROKEN_ARRAY, detail, path.name))
            else:
                on_left_out(LeftOut(place.row + 1, NOT_UTF8, stray_bytes(found), path.name))


class _Window:
    """The part of a stream that is looked at.

    Attributes:
        missing: what was expected and not found; "" while all is well.
    """

    def __init__(self, stream: IO[str]) -> None:
        self.missing = ""
        self._stream = stream
        self._text = ""
        self._at = 0

    def next(self) -> str:
        """Return the next character that is not white space, without taking it; "" at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or not self._grow():
                return self._text[self._at : self._at + 1]

    def take(self, character: str) -> bool:
        """Go past a character, or note that it is missing."""
        if self.next() != character:
            self.missing = character
            return False
        self._at += 1
        return True

    def element(self) -> str:
        """Go past a JSON value and return its text; "" (and a note) where there is none or it is too long."""
        self.next()
        is_at_end = False
        while True:
            end = self._element_end()
            if end is not None and (end < len(self._text) or is_at_end):
                start, self._at = self._at, end
                return self._text[start:end]
            if is_at_end or len(self._text) - self._at > MAX_LINE:
                self.missing = "an element"
                return ""
            is_at_end = not self._grow()

    def found(self) -> str:
        """Return some characters from here on, for a message."""
        self.next()
        return self._text[self._at : self._at + 40]

    def _element_end(self) -> int | None:
        """Find where the JSON value that starts here ends; None while it is incomplete or wrong."""
        try:
            return _DECODER.raw_decode(self._text, self._at)[1]
        except (json.JSONDecodeError, RecursionError):
            return None

    def _grow(self) -> bool:
        """Read as much again as there is, so that a long element takes linear time; False at the end."""
        rest = self._text[self._at :]
        piece = self._stream.read(max(_PIECE, len(rest)))
        self._text, self._at = rest + piece, 0
        return bool(piece)


def _elements(window: _Window) -> Iterator[str]:
    """Yield the elements of the array that fills a stream, until it ends or something is missing."""
    if not window.take("["):
        return
    is_more = window.next() != "]"
    while is_more:
        text = window.element()
        if not text:
            return
        yield text
        is_more = window.next() != "]"
        if is_more and not window.take(","):
            return
    window.take("]")
    if window.next():
        window.missing = "nothing but white space behind the closing ]"
