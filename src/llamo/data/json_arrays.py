"""Reading a JSON array element by element, so that a file of any size needs the memory of one element."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from llamo.data.sources.left_out import LeftOut, OnLeftOut
from llamo.data.sources.text_files import MAX_LINE, Place, open_text

BROKEN_ARRAY = "broken JSON array"
_PIECE = 1 << 16


def read_array(path: Path, on_left_out: OnLeftOut) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, JSON text) of the elements of an array in a file, plain or `.gz`.

    Where the array breaks, or an element is longer than ten million characters, the rest cannot be told apart: it is
    reported as one left-out row.

    Raises:
        DataError: The file is missing, cannot be read, or is UTF-16.
    """
    place = Place()
    with open_text(path, place, on_left_out) as stream:
        decoder = json.JSONDecoder()
        buffer, expected, is_at_end = "", "[", False
        while True:
            buffer = buffer.lstrip()
            if buffer and expected:  # an opening bracket, or what follows an element
                if buffer[0] == "]" and expected == ",":
                    return
                if buffer[0] != expected:
                    break
                buffer, expected = buffer[1:], ""
                continue
            if buffer.startswith("]") and place.row == 0:  # an empty array
                return
            end = _element_end(decoder, buffer)
            if end is not None and (end < len(buffer) or is_at_end):
                place.row += 1
                yield place.row, buffer[:end]
                buffer, expected = buffer[end:], ","
                continue
            piece = (
                "" if len(buffer) > MAX_LINE else stream.read(max(_PIECE, len(buffer)))
            )  # doubling: linear time
            if not piece:
                if is_at_end or len(buffer) > MAX_LINE:
                    break
                is_at_end = True
            buffer += piece
        detail = f"expected {expected or 'an element'} after element {place.row}, found {buffer[:40]!r}"
        on_left_out(LeftOut(place.row + 1, BROKEN_ARRAY, detail, path.name))


def _element_end(decoder: json.JSONDecoder, buffer: str) -> int | None:
    """Find where the first JSON value of a text ends; None while it is incomplete or wrong."""
    if not buffer:
        return None
    try:
        return decoder.raw_decode(buffer)[1]
    except (json.JSONDecodeError, RecursionError):
        return None
