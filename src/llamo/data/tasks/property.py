"""Property: HOMO, LUMO or gap in Hartree; the unit stands in the question, the answer is a bare number."""

from __future__ import annotations

import random
from typing import Literal

from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import PropertyRow

TASK = "property"
DECIMALS = 4  # of a Hartree: 0.003 eV, finer than the functional's error

PropertyName = Literal["homo", "lumo", "gap"]

PHRASES: dict[PropertyName, tuple[str, ...]] = {
    "homo": ("HOMO energy", "energy of the highest occupied molecular orbital (HOMO)"),
    "lumo": ("LUMO energy", "energy of the lowest unoccupied molecular orbital (LUMO)"),
    "gap": ("HOMO-LUMO gap", "energy gap between HOMO and LUMO"),
}

INSTRUCTIONS = (
    "What is the {name} of this molecule in Hartree?",
    "Predict the {name} in Hartree.",
    "Give the {name} (Hartree) of the molecule shown.",
    "Estimate the {name} of this molecule. Answer in Hartree.",
    "In Hartree, what {name} would you expect for this molecule?",
    "Please state the {name} in Hartree.",
    "How large is the {name} of this compound, in Hartree?",
)


def prompt(
    smiles: str, *, name: PropertyName, instruction: str = INSTRUCTIONS[0]
) -> list[TextPart | MoleculePart]:
    """Build the question about one property; `instruction` holds the field `{name}`."""
    return [MoleculePart(smiles=smiles), TextPart(text=instruction.format(name=PHRASES[name][0]))]


def format_value(value: float) -> str:
    """Write an energy with four decimals: `-0.25529 -> "-0.2553"`."""
    return f"{value:.{DECIMALS}f}"


def make_record(row: PropertyRow, rng: random.Random, *, source: str) -> Record:
    """Word a question about one of the three energies, drawn at random."""
    name: PropertyName = rng.choice(("homo", "lumo", "gap"))
    question = rng.choice(INSTRUCTIONS).format(name=rng.choice(PHRASES[name]))
    value = {"homo": row.homo, "lumo": row.lumo, "gap": row.gap}[name]
    return Record(
        id=f"{source}:{row.number}:{TASK}_{name}",
        task=TASK,
        source=source,
        split="train",
        messages=exchange([MoleculePart(smiles=row.smiles), TextPart(text=question)], format_value(value)),
    )
