"""Facts: questions about and captions of what the graph shows, with answers that are exact."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import MoleculeRow
from llamo.data.tasks.fact_questions import describe_groups, describe_stereo, draw_question
from llamo.data.tasks.wording import count

if TYPE_CHECKING:
    from llamo.chem.facts import Facts

TASK = "facts"

INSTRUCTIONS = (
    "List what the structure of this molecule shows.",
    "Describe the structure of this molecule: formula, rings, groups, stereochemistry.",
    "Summarise the structural facts of this molecule.",
    "What can be read from the graph of this molecule?",
    "Write down the structural features of this molecule.",
    "Analyse this molecular structure.",
    "Give me the structural facts only.",
)


def make_record(row: MoleculeRow, rng: random.Random, *, source: str) -> Record:
    """Word a fact question."""
    from llamo.chem.facts import exact_facts

    facts = exact_facts(row.smiles)
    others = list(exact_facts(row.other_smiles).groups) if row.other_smiles else []
    question = draw_question(facts, rng, others=others)
    return _record(row, source, f"question_{question.kind}", question.text, question.answer)


def make_caption_record(row: MoleculeRow, rng: random.Random, *, source: str) -> Record:
    """Word a caption that puts the facts of a molecule into a few sentences."""
    from llamo.chem.facts import exact_facts

    return _record(row, source, "caption", rng.choice(INSTRUCTIONS), caption(exact_facts(row.smiles), rng))


def caption(facts: Facts, rng: random.Random) -> str:
    """Put a molecule's facts into three to five sentences, the formula first, the rest in any order."""
    state = f"has a charge of {facts.charge:+d}" if facts.charge else "is neutral"
    sentences = [_describe_rings(facts), describe_groups(facts), describe_stereo(facts)]
    if facts.rotatable_bonds and rng.random() < 0.5:
        sentences.append(f"It has {count(facts.rotatable_bonds, 'rotatable bond')}.")
    if facts.fragments > 1:
        sentences.append(f"It consists of {count(facts.fragments, 'fragment')}.")
    rng.shuffle(sentences)
    return f"The molecule has the formula {facts.formula} and {state}. {' '.join(sentences)}"


def _describe_rings(facts: Facts) -> str:
    if facts.rings == 1:
        return f"It has 1 ring, which is {'' if facts.aromatic_rings else 'not '}aromatic."
    aromatic = f", {facts.aromatic_rings or 'none'} of them aromatic" if facts.rings else ""
    return f"It has {count(facts.rings, 'ring')}{aromatic}."


def _record(row: MoleculeRow, source: str, kind: str, question: str, answer: str) -> Record:
    return Record(
        id=f"{source}:{row.number}:{TASK}_{kind}",
        task=TASK,
        source=source,
        split="train",
        messages=exchange([MoleculePart(smiles=row.smiles), TextPart(text=question)], answer),
    )
