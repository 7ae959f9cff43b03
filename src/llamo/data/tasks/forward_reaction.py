"""Forward reaction: which product do these molecules give? The answer is isomeric canonical SMILES."""

from __future__ import annotations

import random

from llamo.data.records import MoleculePart, Record, TextPart
from llamo.data.sources.rows import ReactionRow
from llamo.data.tasks.reactions import ANSWER_METRICS, MAX_PARTS, REAGENTS_MARK, molecule_parts, read_sides
from llamo.data.tasks.smiles_answers import parse_smiles
from llamo.data.tasks.task import Parts, Task, one_turn

NAME = "forward_reaction"
MIXED_SHARE = (
    0.5  # share of questions that do not say which molecules are the reagents, as benchmarks often do
)

INSTRUCTIONS = (
    "What is the product of this reaction? Answer in SMILES.",
    "Predict the product formed by these molecules, as SMILES.",
    "Give the SMILES of the product these reactants form.",
    "Which product results from this reaction? Write its SMILES.",
    "These molecules react. What is formed, in SMILES?",
    "Please predict the main product (SMILES).",
    "Write the SMILES of the reaction's main product.",
)


def prompt(reactants: str, *, reagents: str = "", instruction: str = INSTRUCTIONS[0]) -> Parts:
    """Build the question; reagents, where given, follow the reactants as one marked mixture."""
    parts = molecule_parts(reactants)
    if reagents:
        parts += [TextPart(text=REAGENTS_MARK), MoleculePart(smiles=reagents)]
    return [*parts, TextPart(text=instruction)]


def make_record(row: ReactionRow, rng: random.Random, *, source: str, marks_reagents: bool = False) -> Record:
    """Word a forward reaction; in half of the records the reagents stand unmarked among the reactants.

    Args:
        row: the reaction.
        rng: draws the wording.
        source: name of the source.
        marks_reagents: they must be told from the reactants, for which stricter rules hold (docs/leakage.md).
    """
    reactants, reagents = row.reactants, row.reagents
    if reagents and rng.random() < MIXED_SHARE and not marks_reagents:
        fragments = f"{reactants}.{reagents}".split(".")
        if len(fragments) > MAX_PARTS:
            fragments.sort()  # they will be one molecule part; canonical SMILES order their fragments so
        else:
            rng.shuffle(fragments)
        reactants, reagents = ".".join(fragments), ""
    question = prompt(reactants, reagents=reagents, instruction=rng.choice(INSTRUCTIONS))
    return one_turn(row, NAME, question, row.product, source=source)


def ask(cell: str, instruction: str) -> Parts:
    """Ask for the product of reactants, with reagents where the cell gives them; its product is not shown."""
    sides = read_sides(cell, expected="'reactants' or 'reactants>reagents>'", may_be_bare=True)
    return prompt(sides.reactants, reagents=sides.reagents, instruction=instruction)


TASK = Task(
    name=NAME,
    rows=(ReactionRow,),
    instructions=INSTRUCTIONS,
    answer="smiles",
    make_record=make_record,
    parse=parse_smiles,
    metrics=ANSWER_METRICS,
    ask=ask,
    options=("marks_reagents",),
)
