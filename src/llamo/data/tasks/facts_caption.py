"""Captions from facts: a few sentences that say what the graph shows, all of them exact."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from llamo.data.records import Record
from llamo.data.sources.rows import MoleculeRow
from llamo.data.tasks import facts as fact_task
from llamo.data.tasks.answers import parse_text
from llamo.data.tasks.fact_questions import describe_groups, describe_stereo
from llamo.data.tasks.task import PROSE_METRICS, Decoding, Task, molecule_question, one_turn
from llamo.data.tasks.wording import count

if TYPE_CHECKING:
    from llamo.chem.facts import Facts

NAME = "facts_caption"  # its records are counted and mixed as "facts"

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
    """Word a caption that puts the facts of a molecule into a few sentences."""
    from llamo.chem.facts import exact_facts

    question = molecule_question(row.smiles, rng.choice(INSTRUCTIONS))
    answer = caption(exact_facts(row.smiles), rng)
    return one_turn(row, fact_task.NAME, question, answer, source=source, kind=NAME)


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


TASK = Task(
    name=NAME,
    rows=(MoleculeRow,),
    instructions=INSTRUCTIONS,
    answer="text",
    make_record=make_record,
    parse=parse_text,
    metrics=(*PROSE_METRICS, "claims"),
    decoding=Decoding(no_repeat_ngram=8),
)
