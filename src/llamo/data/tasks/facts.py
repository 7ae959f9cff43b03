"""Facts: questions about what the graph shows, with answers that are exact."""

from __future__ import annotations

import random

from llamo.data.records import Record
from llamo.data.sources.rows import MoleculeRow
from llamo.data.tasks.answers import parse_text
from llamo.data.tasks.fact_questions import draw_question
from llamo.data.tasks.task import Decoding, Task, molecule_question, one_turn

NAME = "facts"


def make_record(row: MoleculeRow, rng: random.Random, *, source: str) -> Record:
    """Word a fact question; the wordings are those of `fact_questions`."""
    from llamo.chem.facts import exact_facts

    facts = exact_facts(row.smiles)
    others = list(exact_facts(row.other_smiles).groups) if row.other_smiles else []
    drawn = draw_question(facts, rng, others=others)
    question = molecule_question(row.smiles, drawn.text)
    return one_turn(row, NAME, question, drawn.answer, source=source, kind=f"{NAME}_question_{drawn.kind}")


TASK = Task(
    name=NAME,
    rows=(MoleculeRow,),
    instructions=(),
    answer="text",
    make_record=make_record,
    parse=parse_text,
    metrics=("exact", "claims"),
    decoding=Decoding(max_new_tokens=64, no_repeat_ngram=8),
)
