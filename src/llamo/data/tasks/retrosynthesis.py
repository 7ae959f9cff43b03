"""Retrosynthesis: which reactants give this product? The answer is their SMILES, joined by dots."""

from __future__ import annotations

import random

from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import ReactionRow

TASK = "retrosynthesis"

INSTRUCTIONS = (
    "From which reactants can this molecule be made in one step? Answer in SMILES.",
    "Propose reactants for a one-step synthesis of this molecule, as SMILES.",
    "Which starting materials give this product? Write their SMILES.",
    "How would you make this molecule in one step? Give the reactants' SMILES.",
    "Suggest the reactants (SMILES, joined by dots) that form this product.",
    "Do one retrosynthetic step: what are the reactants, in SMILES?",
    "Please name the SMILES of the reactants for this product.",
)


def prompt(product: str, *, instruction: str = INSTRUCTIONS[0]) -> list[TextPart | MoleculePart]:
    """Build the question about one product."""
    return [MoleculePart(smiles=product), TextPart(text=instruction)]


def make_record(row: ReactionRow, rng: random.Random, *, source: str) -> Record:
    """Word a retrosynthesis record; the answer keeps the canonical order of the joined reactants."""
    return Record(
        id=f"{source}:{row.number}:{TASK}",
        task=TASK,
        source=source,
        split="train",
        messages=exchange(prompt(row.product, instruction=rng.choice(INSTRUCTIONS)), row.reactants),
    )
