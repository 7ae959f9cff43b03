"""Mol-Instructions: a JSON array of instruction, input and output, molecules as SELFIES or SMILES.

The recipe's task says which of its files it is: description, property, forward_reaction, retrosynthesis or reagent. The
instructions are not kept: every task of this package words its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from llamo.data.sources.field_rows import read_number
from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults, shown
from llamo.data.sources.rows import ReactionRow, Row, ScalarRow, SourceCard, TextRow
from llamo.data.sources.scaffold_split import Part
from llamo.data.sources.selfies_text import NoSelfiesError, to_smiles
from llamo.data.sources.tables import BROKEN
from llamo.data.sources.text_files import Place, open_text
from llamo.errors import DataError

CARD = SourceCard(
    title="Mol-Instructions, molecule-oriented instructions",
    licence="CC BY 4.0",
    citation="Fang et al. 2024, Mol-Instructions: A large-scale biomolecular instruction dataset for LLMs",
)

TASKS = ("description", "property", "forward_reaction", "retrosynthesis", "reagent")
NO_ENERGY = "instruction asks for none of HOMO, LUMO and gap"
NO_SELFIES = "SELFIES cannot be decoded"
ENERGIES = {"homo": "HOMO energy", "lumo": "LUMO energy", "gap": "HOMO-LUMO gap"}


def read(
    path: Path, *, task: str, part: Part = "train", on_left_out: OnLeftOut = refuse_faults
) -> Iterator[Row]:
    """Yield the rows of a file.

    Args:
        path: a JSON array, plain or gzip.
        task: what the file's instructions ask for.
        part: of the published split (`metadata.split`); entries without one belong to training.
        on_left_out: told about broken entries and those of the other parts.

    Raises:
        DataError: the file is missing or no JSON array, or it holds SELFIES and `selfies` is not installed.
    """
    for number, entry in enumerate(_entries(path, on_left_out), start=1):
        fields = _fields(entry)
        if fields is None:
            detail = f"expected texts instruction, input, output; found {shown(entry)}"
            on_left_out(LeftOut(number, BROKEN, detail, path.name))
        elif fields["split"] != part:
            detail = shown(fields["input"])
            on_left_out(LeftOut(number, f"{fields['split']} part", detail, path.name, is_fault=False))
        else:
            try:
                row = _make_row(task, number, fields, path.name, on_left_out)
            except NoSelfiesError as error:
                on_left_out(LeftOut(number, NO_SELFIES, str(error), path.name))
                continue
            if row is not None:
                yield row


def _make_row(
    task: str, number: int, fields: Mapping[str, str], file: str, on_left_out: OnLeftOut
) -> Row | None:
    given, answer = fields["input"], fields["output"]
    match task:
        case "description":
            return TextRow(number, to_smiles(given), answer)
        case "forward_reaction":
            return ReactionRow(number, to_smiles(given), "", to_smiles(answer))
        case "retrosynthesis":
            return ReactionRow(number, to_smiles(answer), "", to_smiles(given))
        case "reagent":
            reactants, _, product = given.partition(">>")
            return ReactionRow(number, to_smiles(reactants), to_smiles(answer), to_smiles(product))
        case _:
            name = asked_energy(fields["instruction"])
            value = read_number(answer or "nan", number, "output", file, on_left_out) if name else None
            if not name:
                on_left_out(LeftOut(number, NO_ENERGY, shown(fields["instruction"]), file))
            if value is None:
                return None
            return ScalarRow(number, to_smiles(given), name, ENERGIES[name], value, "Hartree")


def asked_energy(instruction: str) -> str:
    """Tell which orbital energy an instruction asks for, "" for none: `"... HOMO-LUMO gap ..." -> "gap"`."""
    named = {word.lower() for word in re.findall(r"\b(HOMO|LUMO|gap)\b", instruction, re.IGNORECASE)}
    named |= {"homo"} if "highest occupied" in instruction.lower() else set()
    named |= {"lumo"} if "lowest unoccupied" in instruction.lower() else set()
    if "gap" in named or len(named) == 2:
        return "gap"
    return next(iter(named), "")


def _entries(path: Path, on_left_out: OnLeftOut) -> list[Any]:  # Any: JSON
    with open_text(path, Place(), on_left_out) as stream:
        try:
            content = json.load(stream)
        except (json.JSONDecodeError, RecursionError) as error:
            raise DataError(f"{path} is no JSON ({error}); fetch it again") from error
        if not isinstance(content, list) or not content:
            raise DataError(f"{path} holds no JSON array of instructions; choose another layout or file")
        return content
    return []


def _fields(entry: Any) -> dict[str, str] | None:  # Any: JSON
    """Return instruction, input, output and split of an entry; None where one is no text."""
    if not isinstance(entry, dict):
        return None
    fields = {name: entry.get(name) for name in ("instruction", "input", "output")}
    if not all(isinstance(value, str) for value in fields.values()):
        return None
    metadata = entry.get("metadata")
    split = metadata.get("split", "train") if isinstance(metadata, dict) else "train"
    return {**{name: str(value) for name, value in fields.items()}, "split": str(split)}
