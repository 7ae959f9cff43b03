"""The page itself: what stands between two markers is written by `llamo results`, the rest by people."""

from __future__ import annotations

from pathlib import Path

from llamo.errors import DataError
from llamo.files import replacing

BEGIN = "<!-- results: begin; `llamo results` writes what follows, do not edit it -->"
END = "<!-- results: end -->"


def json_beside(page: Path) -> Path:
    """Name the figures that a page's tables are made of: `docs/results.md -> docs/results.json`."""
    return page.with_suffix(".json")


def write_tables(page: Path, tables: str) -> None:
    """Put tables between the markers of a page.

    Raises:
        DataError: the page is missing or has not both markers, once each and in order.
    """
    fill_page(page, tables, BEGIN, END, goes="the tables go")


def holds_tables(page: Path, tables: str) -> bool:
    """Say whether a page's tables are these.

    Raises:
        DataError: as `write_tables`.
    """
    return split_page(page, BEGIN, END, goes="the tables go")[1].strip() == tables.strip()


def fill_page(page: Path, text: str, begin: str, end: str, *, goes: str) -> None:
    """Put a text between two markers of a page, in place of what stands there.

    Args:
        goes: as in `split_page`.

    Raises:
        DataError: as `split_page`.
        LlamoError: the disk is full or the page cannot be written.
    """
    before, _, after = split_page(page, begin, end, goes=goes)
    with replacing(page) as temporary:
        temporary.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")


def split_page(page: Path, begin: str, end: str, *, goes: str) -> tuple[str, str, str]:
    """Return what stands before, between and after two markers.

    Args:
        goes: what stands between them, for the message, as in "the tables go".

    Raises:
        DataError: the page is missing or has not both markers, once each and in order.
    """
    try:
        text = page.read_text("utf-8")
    except OSError as error:
        raise DataError(f"page {page} cannot be read ({error.strerror}); check the path") from error
    before, opening, rest = text.partition(begin)
    between, closing, after = rest.partition(end)
    if not opening or not closing or begin in rest or end in before + after:
        raise DataError(
            f"{page} has not the two lines {begin!r} and {end!r}, once each; put them where {goes}"
        )
    return before, between, after
