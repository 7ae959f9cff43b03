"""Finding the wanted columns in tables and JSON lines, whatever their publisher called them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults, shown
from llamo.data.sources.tables import BROKEN, Numbered, column_names, read_table
from llamo.data.sources.text_files import read_lines
from llamo.errors import DataError

# What the field's files call a column, compared without regard to case; the first that is there is taken.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "smiles": ("isosmiles", "isomeric_smiles", "smiles", "canonical_smiles", "mol", "molecule"),
    "text": ("text", "description", "caption", "summary", "iupac", "iupac_name", "name"),
    "product": ("product", "products"),
    "reactants": ("reactants", "reactant"),
    "reagents": ("reagents", "reagent"),
    "reaction": ("reaction", "reactions", "reactionsmiles", "rxn_smiles", "reaction_smiles"),
    "value": ("value", "target", "y"),
    "label": ("label", "target", "y"),
}
JSON_LINES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")


def read_columns(
    path: Path,
    wanted: Sequence[str],
    *,
    columns: Mapping[str, str] | None = None,
    on_left_out: OnLeftOut = refuse_faults,
) -> Iterator[Numbered]:
    """Yield (row number, fields under the wanted names) of a TSV, CSV or JSON-lines file.

    Args:
        path: `.jsonl` or `.ndjson` are read as JSON lines, everything else as a table; plain or `.gz`.
        wanted: names of the fields, e.g. `["smiles", "text"]`.
        columns: the file's own name of a field, e.g. `{"text": "Description"}`; else `ALIASES` decides.
        on_left_out: told about broken lines.

    Raises:
        DataError: the file is missing or empty, or has no column for a field; its columns are named.
    """
    if path.name.lower().endswith(JSON_LINES):
        yield from _read_objects(path, wanted, columns or {}, on_left_out)
        return
    own = resolve(wanted, column_names(path), columns or {}, where=str(path))
    for number, fields in read_table(path, list(own.values()), on_left_out=on_left_out):
        yield number, {name: fields[column] for name, column in own.items()}


def resolve(
    wanted: Sequence[str], found: Sequence[str], columns: Mapping[str, str], *, where: str
) -> dict[str, str]:
    """Find for each wanted field the column that holds it.

    `resolve(["smiles", "text"], ["CID", "SMILES", "description"], {}, where="f")
    -> {"smiles": "SMILES", "text": "description"}`

    Raises:
        DataError: a field has no column.
    """
    unknown = sorted(set(columns) - set(wanted))
    if unknown:
        raise DataError(f"`columns` names {', '.join(unknown)}; this layout reads {', '.join(wanted)}")
    own = {name: columns.get(name) or _alias(name, found) for name in wanted}
    missing = [own[name] or name for name in wanted if own[name] not in found]
    if missing:
        raise DataError(
            f"{where} has no column {', '.join(map(repr, missing))}; its columns are {', '.join(found)}; "
            f"say which to read, e.g. `columns: {{{missing[0]}: NAME}}`"
        )
    return own


def _alias(name: str, found: Sequence[str]) -> str:
    if name in found:
        return name
    lowered = {column.lower(): column for column in reversed(found)}
    return next((lowered[alias] for alias in ALIASES.get(name, (name,)) if alias in lowered), "")


def _read_objects(
    path: Path, wanted: Sequence[str], columns: Mapping[str, str], on_left_out: OnLeftOut
) -> Iterator[Numbered]:
    """Yield the wanted fields of a file of JSON objects; the first one decides what the fields are called."""
    own: dict[str, str] = {}
    number = 0
    for number, line in read_lines(path, on_left_out):
        fault, content = "", None
        try:
            content = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            fault = f"{error}; the line begins {shown(line[:40])}"
        if content is not None and not isinstance(content, dict):
            fault = f"expected an object, found {shown(content)}"
        if fault or not isinstance(content, dict):
            on_left_out(LeftOut(number, BROKEN, fault or "expected an object, found null", path.name))
            continue
        own = own or resolve(wanted, list(content), columns, where=f"{path} row {number}")
        yield number, {name: _as_text(content.get(column)) for name, column in own.items()}
    if number == 0:
        raise DataError(f"{path} holds no rows; fetch it again or leave this source out")


def _as_text(value: object) -> str:
    """Write a JSON value as a table would hold it; null is an empty field."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
