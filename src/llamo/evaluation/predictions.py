"""Reading a predictions file: what was said, what is true, and which rows have no answer."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llamo.errors import DataError
from llamo.evaluation.metric import counted
from llamo.inference.predict_record import record_path
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import (
    OUTPUT_FORMATS,
    SMILES_COLUMNS,
    Row,
    TableInfo,
    require_file,
    table_format,
)


@dataclass(frozen=True)
class Predictions:
    """The rows of a predictions file, none left out.

    Attributes:
        path: The file.
        sha256: Hash of its bytes.
        texts: What was predicted; "" where a row has an error or no answer.
        references: The true texts; "" where none is needed and there is none.
        num_errors: Rows with an error.
        num_empty: Rows without an error whose answer is empty.
        molecules: What each row is about, as SMILES or InChI; None without a column of molecules.
        questions: What each row was asked; None where neither a column nor the record of `llamo predict` says so.
        properties: The property each row is about, "" where nothing says so.
        scores: Probability of the positive answer (column `score`), None in a row without; None without the column.
        candidates: Further answers, the best first (column `candidates`); None without the column.
        ids: Column `id`; None without it.
        errors: Why a row has no answer, "" where it has one or nothing is said.
        similarities: Similarity of each row's molecule to those that were learnt from (column `similarity`), None in
            a row without; None without the column.
        record: What `llamo predict` or a baseline wrote down beside the file; empty where there is nothing.
    """

    path: Path
    sha256: str
    texts: tuple[str, ...]
    references: tuple[str, ...]
    num_errors: int
    num_empty: int
    molecules: tuple[str, ...] | None = None
    questions: tuple[str, ...] | None = None
    properties: tuple[str, ...] = ()
    scores: tuple[float | None, ...] | None = None
    candidates: tuple[tuple[str, ...], ...] | None = None
    ids: tuple[str, ...] | None = None
    errors: tuple[str, ...] = ()
    similarities: tuple[float | None, ...] | None = None
    record: Mapping[str, object] = field(default_factory=dict)

    @property
    def num_valid(self) -> int:
        """Rows with an answer."""
        return len(self.texts) - self.num_errors - self.num_empty

    @property
    def num_duplicate_ids(self) -> int:
        """Rows whose id an earlier row has."""
        return len(self.ids) - len(set(self.ids)) if self.ids is not None else 0


def read_predictions(
    path: Path,
    *,
    needs_references: bool = True,
    may_be_numbers: bool = False,
    has_scores: bool = True,
    has_candidates: bool = True,
) -> Predictions:
    """Read a file written by `llamo predict --target-column` or a baseline: .jsonl, .csv or .parquet.

    Args:
        path: The file.
        needs_references: Whether a row without a reference is refused.
        may_be_numbers: Whether a prediction or reference may be a number, not text.
        has_scores: Whether a column `score` means the probability of Yes; else it is somebody's own and left alone.
        has_candidates: The same of a column `candidates`, for several answers.

    Raises:
        UsageError: For another suffix.
        DataError: If the file is missing, empty or damaged, lacks a column, or a row has no reference.
    """
    info = _inspect(path, needs_references=needs_references)
    record = _record_beside(path)
    rows = list(read_rows(info))
    errors, texts, references = [], [], []
    for number, row in enumerate(rows, start=1):
        errors.append(_text(path, number, row, "error"))
        texts.append("" if errors[-1] else _text(path, number, row, "prediction", numbers=may_be_numbers))
        references.append(_text(path, number, row, "reference", numbers=may_be_numbers))
    if needs_references:
        _refuse_missing(path, references)
    num_empty = sum(not (text or is_error) for text, is_error in zip(texts, errors, strict=True))
    asked = _column(info, rows, str(record.get("question_column") or "question"))
    if asked is None and record.get("question"):
        asked = (str(record["question"]),) * len(rows)
    named = _column(info, rows, str(record.get("property_column") or "property"))
    scored = has_scores and "score" in info.columns
    listed = has_candidates and "candidates" in info.columns
    properties = named or (str(record.get("property") or ""),) * len(rows)
    return Predictions(
        path,
        info.sha256,
        tuple(texts),
        tuple(references),
        sum(map(bool, errors)),
        num_empty,
        molecules=_molecules(info, rows, record),
        questions=asked,
        properties=properties,
        scores=_scores(path, rows, [bool(error) for error in errors]) if scored else None,
        candidates=_candidates(path, rows) if listed else None,
        ids=_column(info, rows, "id"),
        errors=tuple(errors),
        similarities=_similarities(rows) if "similarity" in info.columns else None,
        record=record,
    )


def _inspect(path: Path, *, needs_references: bool) -> TableInfo:
    """Look at the file's format and columns."""
    table_format(path, OUTPUT_FORMATS)
    if not path.exists():
        raise DataError(f"predictions file {path} does not exist; `llamo predict` writes one")
    if path.is_dir():
        raise DataError(f"{path} is a folder; give a predictions file ({', '.join(OUTPUT_FORMATS)})")
    require_file(path, "predictions; is it the output of `llamo predict`?")
    info = inspect_table(path, "predictions; is it the output of `llamo predict`?")
    needed = {"prediction": "is it the output of `llamo predict`?"}
    if needs_references:
        needed["reference"] = "run `llamo predict` with --target-column to have the true answers copied there"
    for column, remedy in needed.items():
        if column not in info.columns:
            _refuse_broken_rows(info)
            raise DataError(
                f"{path} has no column {column!r}, only {', '.join(map(repr, info.columns))}; {remedy}"
            )
    return info


def _refuse_broken_rows(info: TableInfo) -> None:
    """Raise DataError for the first row that cannot be read: for want of it a file may seem to have no columns."""
    for number, row in enumerate(read_rows(info), start=1):
        if row.error:
            raise _unreadable(info.path, number, row)


def _unreadable(path: Path, number: int, row: Row) -> DataError:
    return DataError(
        f"row {number} of {path} cannot be read: {row.error}; correct the line, or predict again"
    )


def _record_beside(path: Path) -> Mapping[str, object]:
    """Read what `llamo predict` wrote down about the file; empty where there is no such record."""
    beside = record_path(path)
    if not beside.is_file():
        return {}
    try:
        record: object = json.loads(beside.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"{beside}, the record of {path.name}, is damaged ({error}); predict again, or delete it"
        ) from error
    return record if isinstance(record, dict) else {}


def _column(info: TableInfo, rows: list[Row], name: str) -> tuple[str, ...] | None:
    """Take a column as text; None where the file lacks it."""
    if name not in info.columns:
        return None
    values = (row.values.get(name) for row in rows)
    return tuple("" if value is None else str(value) for value in values)


def _molecules(info: TableInfo, rows: list[Row], record: Mapping[str, object]) -> tuple[str, ...] | None:
    """Find the column of the molecules: the one that was predicted from, or one with a usual name."""
    by_name = {column.lower(): column for column in reversed(info.columns)}
    usual = (by_name[name] for name in SMILES_COLUMNS if name in by_name)
    return _column(info, rows, str(record.get("smiles_column") or next(usual, "smiles")))


def _scores(path: Path, rows: list[Row], errors: list[bool]) -> tuple[float | None, ...]:
    """Take the column `score`; None for a row with an error, without a score, or one that is not finite."""
    scores: list[float | None] = []
    for number, (row, is_error) in enumerate(zip(rows, errors, strict=True), start=1):
        value = row.values.get("score")
        try:
            score = math.nan if is_error or value in (None, "") else float(str(value))
        except ValueError as error:
            raise DataError(f"row {number} of {path} has {value!r} as score; expected a number") from error
        if math.isfinite(score) and not 0 <= score <= 1:
            raise DataError(
                f"row {number} of {path} has {value!r} as score; expected the probability of Yes, 0 to 1"
            )
        scores.append(score if math.isfinite(score) else None)
    return tuple(scores)


def _similarities(rows: list[Row]) -> tuple[float | None, ...]:
    """Take the column `similarity`; None for what is no number from 0 to 1: scores do not depend on it."""
    found: list[float | None] = []
    for row in rows:
        try:
            similarity = float(str(row.values.get("similarity")))
        except ValueError:
            similarity = math.nan
        found.append(similarity if 0 <= similarity <= 1 else None)
    return tuple(found)


def _candidates(path: Path, rows: list[Row]) -> tuple[tuple[str, ...], ...]:
    """Take the column `candidates`: a list of texts, in CSV as JSON; an empty cell, or an error row, has none."""
    found = []
    for number, row in enumerate(rows, start=1):
        cell = row.values.get("candidates")
        try:
            listed = json.loads(cell) if isinstance(cell, str) and cell.strip() else cell or []
        except ValueError:
            listed = None
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise DataError(
                f"row {number} of {path} has {cell!r} as candidates; expected a list of texts, the best first"
            )
        found.append(() if row.values.get("error") else tuple(listed))
    return tuple(found)


def _text(path: Path, number: int, row: Row, column: str, *, numbers: bool = False) -> str:
    """Take a cell as text; null, or white space alone, is empty."""
    if row.error:
        raise _unreadable(path, number, row)
    value = row.values.get(column)
    if value is None:
        return ""
    if numbers and isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise DataError(f"row {number} of {path} has {value!r} as {column}; expected text")
    return value if value.strip() else ""


def _refuse_missing(path: Path, references: list[str]) -> None:
    """Raise DataError if a row has nothing to be compared with."""
    missing = [number for number, text in enumerate(references, start=1) if not text]
    if missing:
        shown = ", ".join(map(str, missing[:5])) + (", ..." if len(missing) > 5 else "")
        raise DataError(
            f"{len(missing)} of {counted(len(references), 'row')} of {path} "
            f"{'has' if len(missing) == 1 else 'have'} an empty reference "
            f"(row{'s' * (len(missing) > 1)} {shown}); fill it in, or take such rows out of the "
            "input and predict again"
        )
