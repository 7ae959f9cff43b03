"""Reading tables row by row: SMILES files, CSV, TSV, JSON Lines, Parquet and SDF, plain or gzip."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from llamo.errors import DataError, InvalidMoleculeError
from llamo.inference.tables import (
    Row,
    TableInfo,
    open_hashed_text,
    open_text,
    reading,
    require_file,
    table_format,
)

_SD_TAG = re.compile(r"^>.*<([^>]+)>")


def inspect_table(path: Path, expected: str = "molecules") -> TableInfo:
    """Read a file once, to the end, so that what is broken in it is known before any work starts.

    Args:
        path: The file.
        expected: What its rows should hold, for the message where it has none.

    Raises:
        UsageError: For an unknown suffix.
        DataError: If the file is missing, empty, truncated, not UTF-8, or has no rows.
    """
    suffix = table_format(path)
    require_file(path, expected)
    with reading(path):
        info = _inspect_parquet(path) if suffix == ".parquet" else _inspect_text(path, suffix)
    if info.num_rows == 0:
        raise DataError(f"{path} has no rows; expected rows with {expected}")
    return info


def read_rows(info: TableInfo) -> Iterator[Row]:
    """Yield the rows of an inspected file in order, holding a few at a time in memory."""
    with reading(info.path):
        if info.format == ".parquet":
            yield from _parquet_rows(info.path)
        elif info.format == ".sdf":
            yield from _sdf_rows(info.path)
        else:
            with open_text(info.path) as file:
                yield from _text_rows(file, info.format)


def _inspect_text(path: Path, suffix: str) -> TableInfo:
    """Count rows, collect columns and value types, and hash the bytes of a text format."""
    columns: dict[str, None] = {}
    kinds: dict[str, str | None] = {}
    num_rows = 0
    with open_hashed_text(path) as (file, reader):
        if suffix == ".sdf":
            columns["smiles"] = None
            num_rows = _scan_sdf(file, columns)
        else:
            for row in _text_rows(file, suffix, columns):
                num_rows += 1
                for name, value in row.values.items():
                    columns.setdefault(name)
                    if suffix == ".jsonl":
                        kinds[name] = _join_kinds(kinds.get(name), value)
        digest = reader.drain()
    return TableInfo(
        path,
        suffix,
        tuple(columns),
        num_rows,
        digest,
        {name: kinds.get(name) or "string" for name in columns},
    )


def _text_rows(file: IO[str], suffix: str, columns: dict[str, None] | None = None) -> Iterator[Row]:
    """Dispatch on the format; `columns` collects a header's names even where no row follows."""
    if suffix == ".smi":
        return _smi_rows(file)
    if suffix == ".jsonl":
        return _jsonl_rows(file)
    return _csv_rows(file, "\t" if suffix == ".tsv" else ",", columns if columns is not None else {})


def _smi_rows(file: Iterable[str]) -> Iterator[Row]:
    """Yield `smiles` and `name` of each line; a header line, comments and blank lines are no rows."""
    for number, line in enumerate(file):
        smiles, _, name = line.strip().replace("\t", " ").partition(" ")
        is_header = number == 0 and smiles.lower() == "smiles"
        if smiles and not is_header and not smiles.startswith("#"):
            yield Row({"smiles": smiles, "name": name.strip()})


def _csv_rows(file: Iterable[str], delimiter: str, columns: dict[str, None]) -> Iterator[Row]:
    """Yield rows by the names in the header; a row with too many or too few fields carries an error."""
    reader = csv.reader(file, delimiter=delimiter)
    header = next(reader, None)
    if header is None:
        return
    _refuse_repeated(header)
    columns.update(dict.fromkeys(header))
    for cells in reader:
        if not cells:
            continue
        error = ""
        if len(cells) != len(header):
            error = (
                f"line {reader.line_num} has {len(cells)} fields, but the header has {len(header)}; "
                "quote fields that hold separators"
            )
        padded = cells + [""] * (len(header) - len(cells))
        yield Row(dict(zip(header, padded, strict=False)), error)


def _refuse_repeated(columns: Sequence[str]) -> None:
    """Raise DataError if two columns have one name: a row could only hold one of them."""
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    if repeated:
        raise DataError(
            f"the header names {', '.join(map(repr, repeated))} more than once; rename the columns"
        )


def _jsonl_rows(file: Iterable[str]) -> Iterator[Row]:
    """Yield the object of each line; a line that is no JSON object becomes a row with an error."""
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            yield Row({}, f"line {number} is not JSON ({error}); expected one object a line")
            continue
        if isinstance(value, dict):
            yield Row(value)
        else:
            yield Row({}, f"line {number} is a JSON {type(value).__name__}; expected an object")


def _scan_sdf(file: Iterable[str], columns: dict[str, None]) -> int:
    """Count the records of an SD file and collect its property names, without parsing molecules."""
    num_records, has_content = 0, False
    for line in file:
        if line.startswith("$$$$"):
            num_records, has_content = num_records + 1, False
            continue
        has_content = has_content or bool(line.strip())
        tag = _SD_TAG.match(line)
        if tag:
            columns.setdefault(_sd_column(tag.group(1)))
    return num_records + has_content


def _sdf_rows(path: Path) -> Iterator[Row]:
    """Yield `smiles` and the SD properties of each record; a broken mol block carries its error."""
    from llamo.chem.reading import read_sdf

    for _, molecule, properties in read_sdf(path):
        if isinstance(molecule, InvalidMoleculeError):
            smiles, error = "", str(molecule)
        else:
            smiles, error = molecule.smiles, ""
        values: dict[str, object] = {"smiles": smiles}
        values |= {_sd_column(name): value for name, value in properties.items()}
        yield Row(values, error)


def _sd_column(name: str) -> str:
    """Name the column of an SD property; one called "smiles" makes way for the structure itself."""
    return "smiles_property" if name == "smiles" else name


def _inspect_parquet(path: Path) -> TableInfo:
    """Read columns and row count from the footer, and hash the bytes."""
    import pyarrow
    import pyarrow.parquet

    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            columns = tuple(table.schema_arrow.names)
            num_rows = int(table.metadata.num_rows)
    except pyarrow.ArrowException as error:
        raise _broken_parquet(path, error) from error
    _refuse_repeated(columns)
    return TableInfo(path, ".parquet", columns, num_rows, digest.hexdigest())


def _parquet_rows(path: Path) -> Iterator[Row]:
    """Yield rows, a thousand in memory at a time."""
    import pyarrow
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as table:
        batches = table.iter_batches(batch_size=1024)
        while True:
            try:
                batch = next(batches)
            except StopIteration:
                return
            except pyarrow.ArrowException as error:
                raise _broken_parquet(path, error) from error
            for values in batch.to_pylist():
                yield Row(values)


def _broken_parquet(path: Path, error: Exception) -> DataError:
    """Say that a Parquet file is damaged."""
    return DataError(f"{path} is not a sound Parquet file ({error}); write or fetch it again")


def _join_kinds(kind: str | None, value: object) -> str | None:
    """Widen a column's type by one more value: int64 and double give double, other mixtures json."""
    if value is None:
        return kind
    names = {bool: "bool", int: "int64", float: "double", str: "string"}
    new = names.get(type(value), "json")
    if new == "int64" and not -(2**63) <= int(str(value)) < 2**63:
        new = "json"
    if kind in (None, new):
        return new
    return "double" if {kind, new} == {"int64", "double"} else "json"


def plain_json(value: object) -> object:
    """Make a cell fit for strict JSON: NaN and infinities become null, bytes and dates text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, dict):
        return {str(name): plain_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
