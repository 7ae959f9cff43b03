"""From named fields to rows: the same for local tables and Hugging Face data sets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from llamo.data.sources.left_out import LeftOut, OnLeftOut, shown
from llamo.data.sources.rows import LabelRow, MoleculeRow, ReactionRow, Row, ScalarRow, TextRow
from llamo.data.sources.tables import Numbered

NO_NUMBER = "target is not a finite number"
NO_LABEL = "label is neither yes nor no"
NO_VALUE = "no value"  # by design: many sets were not measured for all molecules
LABELS = {
    "1": True,
    "1.0": True,
    "true": True,
    "yes": True,
    "0": False,
    "0.0": False,
    "false": False,
    "no": False,
}

# The fields a row of each task is made of; None is a bare molecule.
TASK_FIELDS: Mapping[str | None, tuple[str, ...]] = {
    None: ("smiles",),
    "description": ("smiles", "text"),
    "iupac": ("smiles", "text"),
    "property": ("smiles", "value"),
    "classification": ("smiles", "label"),
    "forward_reaction": ("reactants", "product"),
    "retrosynthesis": ("reactants", "product"),
    "reagent": ("reactants", "reagents", "product"),
}


@dataclass(frozen=True)
class Asked:
    """What a column of values or labels is about.

    Attributes:
        name: short name, e.g. "esol".
        phrase: of a value, as a question says it, e.g. "aqueous solubility".
        unit: of a value, e.g. "log mol/L"; "" for a pure number.
        question: of a label, in full.
    """

    name: str
    phrase: str = ""
    unit: str = ""
    question: str = ""


def make_rows(
    task: str | None, numbered: Iterable[Numbered], asked: Asked, *, file: str, on_left_out: OnLeftOut
) -> Iterator[Row]:
    """Yield the row of each set of fields; what is no number or label is left out and counted."""
    for number, fields in numbered:
        match task:
            case None:
                yield MoleculeRow(number, fields["smiles"].strip())
            case "description" | "iupac":
                yield TextRow(number, fields["smiles"].strip(), fields["text"])
            case "property":
                value = read_number(fields["value"], number, asked.name, file, on_left_out)
                if value is not None:
                    smiles = fields["smiles"].strip()
                    yield ScalarRow(number, smiles, asked.name, asked.phrase, value, asked.unit)
            case "classification":
                label = read_label(fields["label"], number, asked.name, file, on_left_out)
                if label is not None:
                    yield LabelRow(number, fields["smiles"].strip(), asked.name, asked.question, label)
            case _:
                sides = {name: fields.get(name, "").strip() for name in ("reactants", "reagents", "product")}
                yield ReactionRow(number, sides["reactants"], sides["reagents"], sides["product"])


def read_number(text: str, number: int, column: str, file: str, on_left_out: OnLeftOut) -> float | None:
    """Read a finite number; an empty field is left out as not measured, anything else as a fault."""
    if not text.strip():
        on_left_out(LeftOut(number, NO_VALUE, f"{column} is empty", file, is_fault=False))
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    on_left_out(LeftOut(number, NO_NUMBER, f"{column} is {shown(text)}", file))
    return None


def read_label(text: str, number: int, column: str, file: str, on_left_out: OnLeftOut) -> bool | None:
    """Read a label; an empty field is left out as not measured, anything but yes and no as a fault."""
    if not text.strip():
        on_left_out(LeftOut(number, NO_VALUE, f"{column} is empty", file, is_fault=False))
        return None
    label = LABELS.get(text.strip().lower())
    if label is None:
        on_left_out(LeftOut(number, NO_LABEL, f"{column} is {shown(text)}", file))
    return label
