"""Property: HOMO, LUMO, gap or any other number; the unit stands in the question, the answer is a bare number.

A number is written with as many decimals as its unit deserves, always the same, without exponent: a small model
learns the place of each digit, and has nothing to say that was not measured.
"""

from __future__ import annotations

import math
import random

from llamo.data.records import Record
from llamo.data.sources.moleculenet_sets import SETS
from llamo.data.sources.rows import PropertyRow, ScalarRow
from llamo.data.tasks.answers import parse_number
from llamo.data.tasks.task import Decoding, Task, molecule_question, one_turn
from llamo.data.tasks.wording import SkippedRowError

NAME = "property"
HARTREE = "Hartree"
DECIMALS = {HARTREE: 4}  # 0.0001 Hartree are 0.003 eV, finer than the functional's error
USUAL_DECIMALS = 2

PHRASES: dict[str, tuple[str, ...]] = {
    "homo": ("HOMO energy", "energy of the highest occupied molecular orbital (HOMO)"),
    "lumo": ("LUMO energy", "energy of the lowest unoccupied molecular orbital (LUMO)"),
    "gap": ("HOMO-LUMO gap", "energy gap between HOMO and LUMO"),
}

OTHERS = [asked for each in SETS.values() if each.task == NAME for asked in each.columns.values()]

INSTRUCTIONS = (
    "What is the {name} of this molecule in {unit}?",
    "Predict the {name} in {unit}.",
    "Give the {name} ({unit}) of the molecule shown.",
    "Estimate the {name} of this molecule. Answer in {unit}.",
    "In {unit}, what {name} would you expect for this molecule?",
    "Please state the {name} in {unit}.",
    "How large is the {name} of this compound, in {unit}?",
)
UNITLESS = (
    "What is the {name} of this molecule?",
    "Predict the {name}.",
    "Give the {name} of the molecule shown.",
    "Estimate the {name} of this molecule. Answer with a number.",
    "What {name} would you expect for this molecule?",
    "Please state the {name} as a number.",
    "How large is the {name} of this compound?",
)


def format_value(value: float, unit: str = HARTREE) -> str:
    """Write a number with the decimals of its unit: `-0.25529 -> "-0.2553"`; a rounded zero has no sign."""
    decimals = DECIMALS.get(unit, USUAL_DECIMALS)
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def make_record(row: PropertyRow | ScalarRow, rng: random.Random, *, source: str) -> Record:
    """Word a question about the number of a row; of three energies one is drawn.

    Raises:
        SkippedRowError: the number is missing or not finite.
    """
    scalar = row if isinstance(row, ScalarRow) else _draw_energy(row, rng)
    if not math.isfinite(scalar.value):
        raise SkippedRowError("target is not a finite number")
    instruction = rng.choice(INSTRUCTIONS if scalar.unit else UNITLESS)
    phrase = rng.choice(PHRASES.get(scalar.name, (scalar.phrase,)))
    text = instruction.format(name=phrase, unit=scalar.unit)
    question = molecule_question(row.smiles, text)
    answer = format_value(scalar.value, scalar.unit)
    return one_turn(row, NAME, question, answer, source=source, kind=f"{NAME}_{scalar.name}")


def _draw_energy(row: PropertyRow, rng: random.Random) -> ScalarRow:
    values = {"homo": row.homo, "lumo": row.lumo, "gap": row.gap}
    names = [name for name, value in values.items() if math.isfinite(value)] or ["homo"]
    name = rng.choice(names)
    return ScalarRow(row.number, row.smiles, name, PHRASES[name][0], values[name], HARTREE)


def _question(phrase: str, unit: str) -> str:
    return (INSTRUCTIONS if unit else UNITLESS)[0].format(name=phrase, unit=unit)


TASK = Task(
    name=NAME,
    rows=(PropertyRow, ScalarRow),
    instructions=INSTRUCTIONS,
    answer="number",
    make_record=make_record,
    parse=parse_number,
    metrics=("mae", "rmse", "r2", "parse-rate"),
    named_questions={
        **{name: _question(phrases[0], HARTREE) for name, phrases in PHRASES.items()},
        **{asked.name: _question(asked.phrase, asked.unit) for asked in OTHERS},
    },
    decoding=Decoding(max_new_tokens=12),
)
