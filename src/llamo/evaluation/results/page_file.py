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
    before, _, after = _split(page)
    with replacing(page) as temporary:
        temporary.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", encoding="utf-8")


def holds_tables(page: Path, tables: str) -> bool:
    """Say whether a page's tables are these.

    Raises:
        DataError: as `write_tables`.
    """
    return _split(page)[1].strip() == tables.strip()


def _split(page: Path) -> tuple[str, str, str]:
    """Return what stands before, between and after the markers."""
    try:
        text = page.read_text("utf-8")
    except OSError as error:
        raise DataError(f"page {page} cannot be read ({error.strerror}); check the path") from error
    before, begin, rest = text.partition(BEGIN)
    between, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in before + after:
        raise DataError(
            f"{page} has not the two lines {BEGIN!r} and {END!r}, once each; put them where the tables go"
        )
    return before, between, after
