"""Classification: a question whose answer is Yes or No, scored by the logits of these two words."""

from __future__ import annotations

import random

from llamo.data.records import Record
from llamo.data.sources.moleculenet_sets import SETS
from llamo.data.sources.rows import LabelRow
from llamo.data.tasks.answers import parse_yes_no
from llamo.data.tasks.task import Decoding, Parts, Task, ask_about_molecule, molecule_question, one_turn
from llamo.data.tasks.wording import SkippedRowError, collapse

NAME = "classification"
CHOICES = ("Yes", "No")  # the positive one first

INSTRUCTIONS = (
    "{question} Answer Yes or No.",
    "{question} Yes or No?",
    "{question} Reply with one word, Yes or No.",
    "Answer with Yes or No: {question}",
    "Yes or No: {question}",
    "Please answer with Yes or No only. {question}",
)


def make_record(row: LabelRow, rng: random.Random, *, source: str) -> Record:
    """Word a question of a row with the answer "Yes" or "No".

    Raises:
        SkippedRowError: the question is empty.
    """
    asked = collapse(row.question)
    if not asked:
        raise SkippedRowError("empty question")
    text = rng.choice(INSTRUCTIONS).format(question=asked)
    question = molecule_question(row.smiles, text)
    answer = CHOICES[0] if row.label else CHOICES[1]
    return one_turn(row, NAME, question, answer, source=source, kind=f"{NAME}_{row.name}")


def ask(cell: str, instruction: str) -> Parts:
    """Ask a question about one molecule, worded as in training unless it asks for Yes or No itself."""
    if "yes or no" not in instruction.lower():
        instruction = INSTRUCTIONS[0].format(question=instruction)
    return ask_about_molecule(cell, instruction)


TASK = Task(
    name=NAME,
    rows=(LabelRow,),
    instructions=INSTRUCTIONS,
    answer="choice",
    make_record=make_record,
    parse=parse_yes_no,
    metrics=("auroc", "auprc", "accuracy", "parse-rate"),
    ask=ask,
    named_questions={
        asked.name: asked.question
        for each in SETS.values()
        if each.task == NAME
        for asked in each.columns.values()
    },
    choices=CHOICES,
    decoding=Decoding(max_new_tokens=8),
)
