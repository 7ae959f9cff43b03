"""Files of conversations: one a line (`.jsonl`), or a JSON array (`.json`), plain or `.gz`; any layout.

Whatever cannot be read is handed to `on_left_out` with file, line, field and value, never dropped in silence.
"""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from llamo.data.json_arrays import read_array
from llamo.data.layouts import Layout, Provenance, parse, render
from llamo.data.records import Record
from llamo.data.sources.left_out import LeftOut, OnLeftOut, shown
from llamo.data.sources.text_files import read_lines
from llamo.errors import DataError
from llamo.files import replacing

NOT_JSON = "not JSON"
BAD_RECORD = "no conversation record"
SAME_ID = "id used before"
BAD_MOLECULE = "molecule cannot be read"
Check = Callable[[Record], str | None]  # what is wrong with a record, or None


@dataclass
class Tally:
    """Counts what is left out by reason and keeps the first of each; hand it over as `on_left_out`.

    Args:
        shown: how many rows of each reason are kept with their place.
    """

    shown: int = 5
    counts: Counter[str] = field(default_factory=Counter)
    rows: list[LeftOut] = field(default_factory=list)

    def __call__(self, row: LeftOut) -> None:
        self.counts[row.reason] += 1
        if self.counts[row.reason] <= self.shown:
            self.rows.append(row)

    @property
    def num_hidden(self) -> int:
        """How many rows are counted and not kept."""
        return self.counts.total() - len(self.rows)


def refuse(row: LeftOut) -> None:
    """Stop at the first line that cannot be read.

    Raises:
        DataError: Always; names file, line and field.
    """
    raise DataError(f"{located(row)}; correct the line, or pass --on-invalid skip to count and skip it")


def located(row: LeftOut) -> str:
    """Write a left-out row as `file:line: reason: detail`."""
    return f"{row.file}:{row.number}: {row.reason}: {row.detail}"


def read_records(
    path: Path,
    *,
    layout: Layout = "record",
    otherwise: Provenance | None = None,
    check: Check | None = None,
    on_left_out: OnLeftOut = refuse,
) -> Iterator[tuple[int, Record]]:
    """Yield (line, record) of the records in a file.

    Args:
        path: `.jsonl` or `.json`, plain or `.gz`.
        layout: the layout of the file.
        otherwise: task, source and split where another layout names none; default: "conversation", the file's name
            and "train". An id that is missing becomes `<source>:<line>`.
        check: a further condition, e.g. `record_checks.molecules_are_readable`.
        on_left_out: told about lines that are left out; refuses them unless told otherwise.

    Raises:
        DataError: The file is missing, empty, or (as `on_left_out` has it) holds a line that cannot be read.
    """
    reader = read_array if _stem_suffix(path) == ".json" else read_lines
    defaults = {"task": "conversation", "source": path.name.split(".")[0], "split": "train"}
    known = Provenance.model_validate(
        {**defaults, **(otherwise or Provenance()).model_dump(exclude_none=True)}
    )
    first_line: dict[str, int] = {}
    is_empty = True

    def leave_out(row: LeftOut) -> None:
        nonlocal is_empty
        is_empty = False
        on_left_out(row)

    for number, line in reader(path, leave_out):
        is_empty = False
        record = _parse_line(line, layout, known.model_copy(update={"id": f"{known.source}:{number}"}))
        fault = record if isinstance(record, tuple) else _further_fault(record, first_line, check)
        if fault is not None:
            leave_out(LeftOut(number, *fault, path.name))
        elif isinstance(record, Record):
            first_line[record.id] = number
            yield number, record
    if is_empty:
        raise DataError(f"{path} is empty; expected one conversation a line")


def write_records(records: Iterable[Record], path: Path, *, layout: Layout = "record") -> int:
    """Write records to a file that is there whole or not at all; returns how many.

    The suffix chooses the form: `.jsonl` or `.json` (an array), plain or `.gz`.

    Raises:
        LlamoError: The file cannot be written.
    """
    is_array = _stem_suffix(path) == ".json"
    count = 0
    with replacing(path) as temporary, _open_writing(temporary, is_gzip=path.suffix == ".gz") as stream:
        for record in records:
            stream.write((",\n" if count else "[\n") if is_array else "")
            stream.write(render(record, layout) + ("" if is_array else "\n"))
            count += 1
        if is_array:
            stream.write("\n]\n" if count else "[]\n")
    return count


def fault_of(error: ValidationError) -> tuple[str, str]:
    """Name the reason, and the field and value, of the most telling fault: the one deepest in the record."""
    fault = max(error.errors(include_url=False), key=lambda fault: len(_field(fault["loc"])))
    if fault["type"] == "json_invalid":
        return NOT_JSON, f"{fault['ctx']['error']}, found {shown(fault['input'])}"
    where = ".".join(map(str, _field(fault["loc"]))) or "the line"
    if fault["type"] == "value_error":  # its words name the value
        return BAD_RECORD, f"{where}: {fault['ctx']['error']}"
    if where.endswith("content") and fault["type"] in ("string_type", "list_type"):
        return BAD_RECORD, f"{where}: expected text or a list of parts, found {shown(fault['input'])}"
    return BAD_RECORD, f"{where}: {fault['msg']}, found {shown(fault['input'])}"


def _field(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Drop the names that pydantic gives to the branches of a union: `messages.0.content.list[...].1.text.text`."""
    field: list[int | str] = []
    for name in loc:
        is_branch = isinstance(name, str) and (
            name.startswith("list[")
            or (name == "str" and field[-1:] == ["content"])
            or (name in ("text", "molecule") and "content" in field and isinstance(field[-1], int))
        )
        if not is_branch:
            field.append(name)
    return tuple(field)


def _unique(pairs: list[tuple[str, object]]) -> None:
    """Refuse a JSON object with a key twice: of two values, readers keep one in silence.

    Raises:
        ValueError: Always where a key is repeated; names it.
    """
    if len({key for key, _ in pairs}) < len(pairs):
        keys = [key for key, _ in pairs]
        key = next(key for place, key in enumerate(keys) if key in keys[:place])
        raise ValueError(f"key {key!r} stands twice in one object; keep one of them")


_KEYS_ARE_UNIQUE = json.JSONDecoder(object_pairs_hook=_unique)


def _parse_line(line: str, layout: Layout, otherwise: Provenance) -> Record | tuple[str, str]:
    """Read one record, or say (reason, detail) why it is none."""
    try:
        record = parse(line, layout, otherwise)
        _KEYS_ARE_UNIQUE.decode(line)
        return record
    except ValidationError as error:
        return fault_of(error)
    except ValueError as error:
        return BAD_RECORD, str(error)


def _further_fault(record: Record, first_line: dict[str, int], check: Check | None) -> tuple[str, str] | None:
    if record.id in first_line:
        return SAME_ID, f"id: {shown(record.id)} is the id of line {first_line[record.id]}"
    wrong = check(record) if check else None
    return (BAD_MOLECULE, wrong) if wrong else None


def _stem_suffix(path: Path) -> str:
    """Return the suffix without `.gz`.

    Raises:
        DataError: It is neither `.jsonl` nor `.json`.
    """
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if suffix not in (".jsonl", ".json"):
        raise DataError(f"{path} ends in {suffix or 'no suffix'!r}; expected .jsonl or .json, plain or .gz")
    return suffix


@contextmanager
def _open_writing(path: Path, *, is_gzip: bool) -> Iterator[IO[str]]:
    """Open a file for text; gzip without a time stamp, so that the same records give the same bytes."""
    with path.open("wb") as raw:
        packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) if is_gzip else raw
        with io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as stream:
            yield stream
