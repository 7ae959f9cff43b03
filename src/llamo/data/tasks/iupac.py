"""IUPAC naming: the answer is the bare name."""

from __future__ import annotations

import random

from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import TextRow
from llamo.data.tasks.wording import SkippedRowError, collapse

TASK = "iupac"

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


def prompt(smiles: str, *, instruction: str = INSTRUCTIONS[0]) -> list[TextPart | MoleculePart]:
    """Build the question about one molecule."""
    return [MoleculePart(smiles=smiles), TextPart(text=instruction)]


def make_record(row: TextRow, rng: random.Random, *, source: str) -> Record:
    """Word a naming record.

    Raises:
        SkippedRowError: the name is empty.
    """
    name = collapse(row.text)
    if not name:
        raise SkippedRowError("empty name")
    return Record(
        id=f"{source}:{row.number}:{TASK}",
        task=TASK,
        source=source,
        split="train",
        messages=exchange(prompt(row.smiles, instruction=rng.choice(INSTRUCTIONS)), name),
    )
