"""IUPAC naming: the answer is the bare name."""

from __future__ import annotations

import random

from llamo.data.records import Record
from llamo.data.sources.rows import TextRow
from llamo.data.tasks.answers import parse_name
from llamo.data.tasks.task import Task, molecule_question, one_turn
from llamo.data.tasks.wording import SkippedRowError, collapse

NAME = "iupac"

INSTRUCTIONS = (
    "What is the IUPAC name of this molecule?",
    "Give the IUPAC name of this molecule.",
    "Name this molecule according to IUPAC rules.",
    "What is this compound called in IUPAC nomenclature?",
    "Write the systematic (IUPAC) name of the molecule shown.",
    "Please provide the IUPAC name.",
    "How would IUPAC name this compound?",
    "State the systematic name of this structure.",
)


def make_record(row: TextRow, rng: random.Random, *, source: str) -> Record:
    """Word a naming record.

    Raises:
        SkippedRowError: the name is empty.
    """
    name = collapse(row.text)
    if not name:
        raise SkippedRowError("empty name")
    question = molecule_question(row.smiles, rng.choice(INSTRUCTIONS))
    return one_turn(row, NAME, question, name, source=source)


TASK = Task(
    name=NAME,
    rows=(TextRow,),
    instructions=INSTRUCTIONS,
    answer="name",
    make_record=make_record,
    parse=parse_name,
    metrics=("exact", "levenshtein", "bleu-2", "bleu-4", "rouge-l", "meteor", "name-to-structure"),
)
