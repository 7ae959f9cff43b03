"""Description: what is this molecule? The answer is the published text, cut at a sentence where long."""

from __future__ import annotations

import random
from typing import Literal

from llamo.data.records import Record
from llamo.data.sources.rows import TextRow
from llamo.data.tasks.answers import parse_text
from llamo.data.tasks.task import PROSE_METRICS, Decoding, Task, molecule_question, one_turn
from llamo.data.tasks.wording import SkippedRowError, collapse, cut_at_sentence

NAME = "description"
MIN_CHARACTERS = 20

Style = Literal["general", "classes", "origin", "use"]

# One style a kind of text: short texts about origin must not teach the model to keep descriptions short.
INSTRUCTIONS: dict[Style, tuple[str, ...]] = {
    "general": (
        "Describe this molecule.",
        "What is this molecule?",
        "Give a description of this molecule.",
        "Tell me about this molecule.",
        "Write a short description of the molecule shown.",
        "Could you describe this compound?",
        "Please give an overview of this compound.",
        "What can you say about this molecule?",
    ),
    "classes": (
        "Which classes of compounds does this molecule belong to?",
        "Classify this molecule and name its roles.",
        "What kind of compound is this, and what roles does it have?",
        "Name the chemical classes and roles of this molecule.",
        "To which families of compounds does it belong?",
        "How is this molecule classified?",
    ),
    "origin": (
        "In which organism is this molecule found?",
        "Where does this natural product come from?",
        "Name an organism that contains this molecule.",
        "Which organism makes this compound?",
        "What is the natural source of this molecule?",
        "Where in nature is this compound found?",
    ),
    "use": (
        "What is this drug used for, and how does it act?",
        "What is this compound's use in medicine?",
        "How does this drug work and what is it given for?",
        "Describe the pharmacology of this molecule.",
        "What does this molecule do as a drug?",
        "Name the targets and uses of this drug.",
    ),
}


def make_record(
    row: TextRow, rng: random.Random, *, source: str, max_characters: int = 420, style: Style = "general"
) -> Record:
    """Word a description record.

    Raises:
        SkippedRowError: the text is shorter than 20 characters.
    """
    text = collapse(row.text)
    if len(text) < MIN_CHARACTERS:
        raise SkippedRowError(f"text shorter than {MIN_CHARACTERS} characters")
    question = molecule_question(row.smiles, rng.choice(INSTRUCTIONS[style]))
    return one_turn(row, NAME, question, cut_at_sentence(text, max_characters), source=source)


TASK = Task(
    name=NAME,
    rows=(TextRow,),
    instructions=INSTRUCTIONS["general"],
    answer="text",
    make_record=make_record,
    parse=parse_text,
    metrics=PROSE_METRICS,
    decoding=Decoding(num_beams=3, no_repeat_ngram=4),
    options=("max_characters", "style"),
)
