"""Conversations of two to four turns, composed from exact facts and, where there is one, a description.

Some turns ask what a graph cannot tell; their answer says so. Some bring a second molecule in.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from llamo.data.records import Message, MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import MoleculeRow
from llamo.data.tasks.answers import parse_text
from llamo.data.tasks.description import INSTRUCTIONS as DESCRIPTION_INSTRUCTIONS
from llamo.data.tasks.description import MIN_CHARACTERS
from llamo.data.tasks.fact_questions import draw_question
from llamo.data.tasks.task import Decoding, Task
from llamo.data.tasks.wording import choose, collapse, count, cut_at_sentence

if TYPE_CHECKING:
    from llamo.chem.facts import Facts

NAME = "conversation"
COMPARE_SHARE = 0.15
REFUSE_SHARE = 0.2
DESCRIBE_SHARE = 0.5

UNKNOWABLE = (
    ("What is its melting point?", "the melting point has to be measured or looked up"),
    ("What does it cost?", "prices are not part of a structure; ask a supplier"),
    ("Who discovered it?", "who first made or found it is a matter of the literature"),
    ("What colour is it?", "I cannot see a colour in the graph"),
    ("How toxic is it?", "toxicity has to be tested or looked up"),
    ("What does it taste like?", "taste cannot be told from the graph"),
    ("What yield does its synthesis give?", "a yield depends on how the reaction was run"),
    ("Is it patented?", "patents have to be searched"),
    ("In which year was it first made?", "the year has to be looked up"),
    ("What is its density?", "the density has to be measured or looked up"),
)
REFUSALS = (
    "The structure does not tell me that: {reason}.",
    "I cannot answer this from the molecular graph; {reason}.",
    "That cannot be read from the structure: {reason}.",
)


def make_record(row: MoleculeRow, rng: random.Random, *, source: str, max_characters: int = 420) -> Record:
    """Compose a conversation about the molecule of a row."""
    from llamo.chem.facts import exact_facts

    facts = exact_facts(row.smiles)
    other = exact_facts(row.other_smiles) if row.other_smiles else None
    messages = _opening(row, facts, other, rng, max_characters)
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        messages += _follow_up(facts, other, rng, asked={message.text for message in messages})
    if other is not None and rng.random() < COMPARE_SHARE:
        messages = [*messages[:4], *_comparison(facts, other, row.other_smiles, rng)]
    return Record(
        id=f"{source}:{row.number}:{NAME}", task=NAME, source=source, split="train", messages=messages
    )


def _opening(
    row: MoleculeRow, facts: Facts, other: Facts | None, rng: random.Random, max_characters: int
) -> list[Message]:
    text = collapse(row.text)
    if len(text) >= MIN_CHARACTERS and rng.random() < DESCRIBE_SHARE:
        question, answer = (
            rng.choice(DESCRIPTION_INSTRUCTIONS["general"]),
            cut_at_sentence(text, max_characters),
        )
    else:
        drawn = draw_question(facts, rng, others=list(other.groups) if other else [])
        question, answer = drawn.text, drawn.answer
    return exchange([MoleculePart(smiles=row.smiles), TextPart(text=question)], answer)


def _follow_up(facts: Facts, other: Facts | None, rng: random.Random, *, asked: set[str]) -> list[Message]:
    """Ask for something new about the same molecule; what was answered before is not asked again."""
    if rng.random() < REFUSE_SHARE:
        question, reason = rng.choice(UNKNOWABLE)
        if question not in asked:
            return exchange(question, choose(rng, REFUSALS, reason=reason))
    for _ in range(8):
        drawn = draw_question(facts, rng, others=list(other.groups) if other else [])
        if drawn.answer not in asked:
            return exchange(drawn.follow_up, drawn.answer)
    return []


def _comparison(facts: Facts, other: Facts, other_smiles: str, rng: random.Random) -> list[Message]:
    """Bring a second molecule in and compare one number."""
    what, here, there = rng.choice((
        ("rings", facts.rings, other.rings),
        ("heavy atoms", facts.heavy_atoms, other.heavy_atoms),
        ("oxygen atoms", facts.atom_counts.get("O", 0), other.atom_counts.get("O", 0)),
        ("nitrogen atoms", facts.atom_counts.get("N", 0), other.atom_counts.get("N", 0)),
        ("aromatic rings", facts.aromatic_rings, other.aromatic_rings),
    ))  # fmt: skip
    noun = what.removesuffix("s")
    question = choose(rng, ("Here is a second molecule. Which of the two has more {what}?",
                            "And this one? Which of them has more {what}?",
                            "Compare it with this molecule: which has more {what}?"), what=what)  # fmt: skip
    if here == there:
        answer = f"Neither: both have {count(here, noun)}."
    else:
        first, more, less = ("first", here, there) if here > there else ("second", there, here)
        answer = f"The {first} molecule, with {count(more, noun)} against {less or 'none'}."
    return exchange([MoleculePart(smiles=other_smiles), TextPart(text=question)], answer)


TASK = Task(
    name=NAME,
    rows=(MoleculeRow,),
    instructions=(),
    answer="text",
    make_record=make_record,
    parse=parse_text,
    metrics=("claims",),
    decoding=Decoding(max_new_tokens=200, no_repeat_ngram=8),
    options=("max_characters",),
)
