"""Reagent prediction: what else is needed for this reaction? The answer is SMILES, joined by dots."""

from __future__ import annotations

import random

from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import ReactionRow
from llamo.data.tasks.reactions import molecule_parts
from llamo.data.tasks.wording import SkippedRowError

TASK = "reagent"

INSTRUCTIONS = (
    "Which reagents does this reaction need? Answer in SMILES.",
    "Predict the reagents, solvents and catalysts of this reaction, as SMILES.",
    "What reagents turn these reactants into the product? Write their SMILES.",
    "Suggest reagents (SMILES, joined by dots) for this reaction.",
    "Under which reagents does this conversion run? Give SMILES.",
    "Please name the SMILES of suitable reagents.",
    "What else has to be added for this reaction? Answer in SMILES.",
)


def prompt(
    reactants: str, product: str, *, instruction: str = INSTRUCTIONS[0]
) -> list[TextPart | MoleculePart]:
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
    return Record(
        id=f"{source}:{row.number}:{TASK}",
        task=TASK,
        source=source,
        split="train",
        messages=exchange(
            prompt(row.reactants, row.product, instruction=rng.choice(INSTRUCTIONS)), row.reagents
        ),
    )
