"""The record beside a finished output: what its answers were made of, and that it is still the same file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from llamo.errors import DataError, UsageError
from llamo.files import replacing, sha256

_KIND = "llamo predict, complete"
_REMEDY = "drop --resume to replace it, or choose another --out"


def record_path(output: Path) -> Path:
    """Name the record of an output: `out.csv` -> `out.csv.predict.json`."""
    return output.with_name(output.name + ".predict.json")


def write_record(output: Path, settings: Mapping[str, object], *, num_rows: int, num_errors: int) -> None:
    """Write down what a finished output was made of, and its own hash.

    Args:
        output: The finished file.
        settings: What its answers depend on, as `fingerprint` collects it.
        num_rows: Its rows.
        num_errors: Those among them that have an error.

    Raises:
        LlamoError: If the disk is full.
    """
    counts = {"num_rows": num_rows, "num_errors": num_errors, "output_sha256": sha256(output)}
    text = json.dumps({"kind": _KIND, **settings, **counts}, indent=2, ensure_ascii=False) + "\n"
    path = record_path(output)
    with replacing(path, remedy="free space and run again with --resume") as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")


def read_matching_record(output: Path, settings: Mapping[str, object]) -> tuple[int, int]:
    """Make sure that a finished output is what these settings give; returns its rows, and those with an error.

    Raises:
        DataError: If the record is missing or damaged, or the output was changed after it was written.
        UsageError: If the output was made of another input or with other settings; names each.
    """
    record = _read_record(output)
    changed = [
        f"{name} was {record.get(name)!r} and is {value!r}"
        for name, value in settings.items()
        if record.get(name) != value
    ]
    if changed:
        raise UsageError(
            f"nothing to resume: {output} is complete, and another run's: {'; '.join(changed)}; {_REMEDY}"
        )
    num_rows, num_errors = record.get("num_rows"), record.get("num_errors")
    if record.get("output_sha256") != sha256(output):
        raise DataError(f"nothing to resume: {output} was changed after llamo predict wrote it; {_REMEDY}")
    if not isinstance(num_rows, int) or not isinstance(num_errors, int):
        raise DataError(f"nothing to resume: {record_path(output)} is damaged; {_REMEDY}")
    return num_rows, num_errors


def _read_record(output: Path) -> dict[str, object]:
    """Read the record of an output, without which nobody can tell what it was made of."""
    path = record_path(output)
    try:
        record: object = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(
            f"nothing to resume: {output} is there, but not its record {path}, so it may be another run's; "
            f"{_REMEDY}"
        ) from error
    except ValueError as error:
        raise DataError(f"nothing to resume: {path} is damaged ({error}); {_REMEDY}") from error
    if not isinstance(record, dict) or record.get("kind") != _KIND:
        raise DataError(f"nothing to resume: {path} was not written by llamo predict; {_REMEDY}")
    return record
