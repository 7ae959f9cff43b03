"""Reading a predictions file: what was said, what is true, and which rows have no answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from llamo.errors import DataError
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import OUTPUT_FORMATS, Row, require_file, table_format


@dataclass(frozen=True)
class Predictions:
    """The rows of a predictions file, none left out.

    Attributes:
        path: The file.
        sha256: Hash of its bytes.
        texts: What was predicted; "" where a row has an error or no answer.
        references: The true texts.
        num_errors: Rows with an error.
        num_empty: Rows without an error whose answer is empty.
    """

    path: Path
    sha256: str
    texts: tuple[str, ...]
    references: tuple[str, ...]
    num_errors: int
    num_empty: int

    @property
    def num_valid(self) -> int:
        """Rows with an answer."""
        return len(self.texts) - self.num_errors - self.num_empty


def read_predictions(path: Path) -> Predictions:
    """Read a file written by `llamo predict --target-column` or a baseline: .jsonl, .csv or .parquet.

    Raises:
        UsageError: For another suffix.
        DataError: If the file is missing, empty or damaged, lacks a column, or a row has no reference.
    """
    table_format(path, OUTPUT_FORMATS)
    if not path.exists():
        raise DataError(f"predictions file {path} does not exist; `llamo predict` writes one")
    require_file(path)
    info = inspect_table(path)
    for column, remedy in (
        ("prediction", "is it the output of `llamo predict`?"),
        ("reference", "run `llamo predict` with --target-column to have the true answers copied there"),
    ):
        if column not in info.columns:
            raise DataError(
                f"{path} has no column {column!r}, only {', '.join(map(repr, info.columns))}; {remedy}"
            )
    texts, references, errors = [], [], []
    for number, row in enumerate(read_rows(info), start=1):
        errors.append(bool(_text(path, number, row, "error")))
        texts.append("" if errors[-1] else _text(path, number, row, "prediction"))
        references.append(_text(path, number, row, "reference"))
    _refuse_missing(path, references)
    num_empty = sum(not (text or is_error) for text, is_error in zip(texts, errors, strict=True))
    return Predictions(path, info.sha256, tuple(texts), tuple(references), sum(errors), num_empty)


def _text(path: Path, number: int, row: Row, column: str) -> str:
    """Take a cell as text; null, or white space alone, is empty."""
    if row.error:
        raise DataError(f"row {number} of {path} cannot be read: {row.error}")
    value = row.values.get(column)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DataError(f"row {number} of {path} has {value!r} as {column}; expected text")
    return value if value.strip() else ""


def _refuse_missing(path: Path, references: list[str]) -> None:
    """Raise DataError if a row has nothing to be compared with."""
    missing = [number for number, text in enumerate(references, start=1) if not text]
    if missing:
        shown = ", ".join(map(str, missing[:5])) + (", ..." if len(missing) > 5 else "")
        raise DataError(
            f"{len(missing)} of {len(references)} rows of {path} have an empty reference (rows {shown}); "
            "fill them in, or take these rows out of the input and predict again"
        )
