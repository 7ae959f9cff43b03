"""Forward reaction: which product do these molecules give? The answer is isomeric canonical SMILES."""

from __future__ import annotations

import random

from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import ReactionRow
from llamo.data.tasks.reactions import MAX_PARTS, molecule_parts

TASK = "forward_reaction"
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


def prompt(
    reactants: str, *, reagents: str = "", instruction: str = INSTRUCTIONS[0]
) -> list[TextPart | MoleculePart]:
    """Build the question; reagents, where given, follow the reactants as one marked mixture."""
    parts = molecule_parts(reactants)
    if reagents:
        parts += [TextPart(text="Reagents:"), MoleculePart(smiles=reagents)]
    return [*parts, TextPart(text=instruction)]


def make_record(row: ReactionRow, rng: random.Random, *, source: str) -> Record:
    """Word a forward reaction; in half of the records the reagents stand unmarked among the reactants."""
    reactants, reagents = row.reactants, row.reagents
    if reagents and rng.random() < MIXED_SHARE:
        fragments = f"{reactants}.{reagents}".split(".")
        if len(fragments) > MAX_PARTS:
            fragments.sort()  # they will be one molecule part; canonical SMILES order their fragments so
        else:
            rng.shuffle(fragments)
        reactants, reagents = ".".join(fragments), ""
    question = prompt(reactants, reagents=reagents, instruction=rng.choice(INSTRUCTIONS))
    return Record(
        id=f"{source}:{row.number}:{TASK}",
        task=TASK,
        source=source,
        split="train",
        messages=exchange(question, row.product),
    )
