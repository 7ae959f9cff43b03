"""Retrosynthesis: which reactants give this product? The answer is their SMILES, joined by dots."""

from __future__ import annotations

import random

from llamo.data.records import Record
from llamo.data.sources.rows import ReactionRow
from llamo.data.tasks.reactions import ANSWER_METRICS
from llamo.data.tasks.smiles_answers import parse_mixture
from llamo.data.tasks.task import Decoding, Task, molecule_question, one_turn

NAME = "retrosynthesis"

INSTRUCTIONS = (
    "From which reactants can this molecule be made in one step? Answer in SMILES.",
    "Propose reactants for a one-step synthesis of this molecule, as SMILES.",
    "Which starting materials give this product? Write their SMILES.",
    "How would you make this molecule in one step? Give the reactants' SMILES.",
    "Suggest the reactants (SMILES, joined by dots) that form this product.",
    "Do one retrosynthetic step: what are the reactants, in SMILES?",
    "Please name the SMILES of the reactants for this product.",
)


def make_record(row: ReactionRow, rng: random.Random, *, source: str) -> Record:
    """Word a retrosynthesis record; the answer keeps the canonical order of the joined reactants."""
    question = molecule_question(row.product, rng.choice(INSTRUCTIONS))
    return one_turn(row, NAME, question, row.reactants, source=source)


TASK = Task(
    name=NAME,
    rows=(ReactionRow,),
    instructions=INSTRUCTIONS,
    answer="smiles",
    make_record=make_record,
    parse=parse_mixture,
    metrics=ANSWER_METRICS,
    decoding=Decoding(max_new_tokens=160),
)
