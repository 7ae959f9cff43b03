"""Energies: HOMO, LUMO and gap of one molecule asked in one conversation, in random order.

One prompt with its graph serves three numbers: about half of what three records of task `property` cost in training.
"""

from __future__ import annotations

import math
import random

from llamo.data.records import Message, Record, exchange
from llamo.data.sources.rows import PropertyRow
from llamo.data.tasks.answers import parse_number
from llamo.data.tasks.property import HARTREE, INSTRUCTIONS, PHRASES, format_value
from llamo.data.tasks.task import Decoding, Task, molecule_question
from llamo.data.tasks.wording import SkippedRowError

NAME = "energies"
FOLLOW_UPS = (
    "And the {name}?",
    "What is the {name}?",
    "And what about the {name}, in {unit}?",
    "Now the {name}, please.",
)


def make_record(row: PropertyRow, rng: random.Random, *, source: str) -> Record:
    """Ask for all energies of a row, one after another.

    Raises:
        SkippedRowError: one of them is missing or not finite.
    """
    values = {"homo": row.homo, "lumo": row.lumo, "gap": row.gap}
    if not all(map(math.isfinite, values.values())):
        raise SkippedRowError("target is not a finite number")
    messages: list[Message] = []
    for name in rng.sample(sorted(values), len(values)):
        wording = rng.choice(FOLLOW_UPS if messages else INSTRUCTIONS)
        question = wording.format(name=rng.choice(PHRASES[name]), unit=HARTREE)
        messages += exchange(
            question if messages else molecule_question(row.smiles, question), format_value(values[name])
        )
    return Record(
        id=f"{source}:{row.number}:{NAME}", task=NAME, source=source, split="train", messages=messages
    )


TASK = Task(
    name=NAME,
    rows=(PropertyRow,),
    instructions=(),
    answer="number",
    make_record=make_record,
    parse=parse_number,
    metrics=("mae", "rmse", "r2", "parse-rate"),
    decoding=Decoding(max_new_tokens=12),
)
