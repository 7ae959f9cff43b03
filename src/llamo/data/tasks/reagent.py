"""Reagent prediction: what else is needed for this reaction? The answer is SMILES, joined by dots."""

from __future__ import annotations

import random
from functools import partial

from llamo.data.records import MoleculePart, Record, TextPart
from llamo.data.sources.rows import ReactionRow
from llamo.data.tasks.reactions import ANSWER_METRICS, molecule_parts, read_sides
from llamo.data.tasks.smiles_answers import REAGENTS, parse_mixture
from llamo.data.tasks.task import Decoding, Parts, Task, one_turn
from llamo.data.tasks.wording import SkippedRowError
from llamo.errors import InvalidMoleculeError

NAME = "reagent"

INSTRUCTIONS = (
    "Which reagents does this reaction need? Answer in SMILES.",
    "Predict the reagents, solvents and catalysts of this reaction, as SMILES.",
    "What reagents turn these reactants into the product? Write their SMILES.",
    "Suggest reagents (SMILES, joined by dots) for this reaction.",
    "Under which reagents does this conversion run? Give SMILES.",
    "Please name the SMILES of suitable reagents.",
    "What else has to be added for this reaction? Answer in SMILES.",
)


def prompt(reactants: str, product: str, *, instruction: str = INSTRUCTIONS[0]) -> Parts:
    """Build the question: reactants, then the product, each marked, then the instruction."""
    return [
        TextPart(text="Reactants:"),
        *molecule_parts(reactants),
        TextPart(text="Product:"),
        MoleculePart(smiles=product),
        TextPart(text=instruction),
    ]


def make_record(row: ReactionRow, rng: random.Random, *, source: str) -> Record:
    """Word a reagent record.

    Raises:
        SkippedRowError: the reaction has no reagents.
    """
    if not row.reagents:
        raise SkippedRowError("reaction without reagents")
    question = prompt(row.reactants, row.product, instruction=rng.choice(INSTRUCTIONS))
    return one_turn(row, NAME, question, row.reagents, source=source)


def ask(cell: str, instruction: str) -> Parts:
    """Ask for the reagents between two sides of a reaction; reagents in the cell are not shown.

    Raises:
        InvalidMoleculeError: the cell is no reaction, or its product is not given.
    """
    sides = read_sides(cell, expected="'reactants>>product'")
    if not sides.product:
        raise InvalidMoleculeError(f"the reaction {cell!r} has no product; expected 'reactants>>product'")
    return prompt(sides.reactants, sides.product, instruction=instruction)


TASK = Task(
    name=NAME,
    rows=(ReactionRow,),
    instructions=INSTRUCTIONS,
    answer="smiles",
    make_record=make_record,
    parse=partial(parse_mixture, side=REAGENTS),
    metrics=ANSWER_METRICS,
    ask=ask,
    decoding=Decoding(max_new_tokens=96),
)
