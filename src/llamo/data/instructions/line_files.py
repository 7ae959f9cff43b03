"""Writing files line by line that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from llamo.files import replacing

WriteLine = Callable[[str], None]


@contextmanager
def line_writer(path: Path) -> Iterator[WriteLine]:
    """Hand out a function that writes one line; the file appears when the block ends well.

    Raises:
        LlamoError: The disk is full or the folder cannot be written to.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:

        def write(line: str) -> None:
            file.write(f"{line}\n")

        yield write
        file.flush()
