"""Interview: many short questions on one molecule, most of them whether a functional group is there.

One prompt with its graph serves all turns, so that a training step spends its tokens on decisions: eight turns cost
about as much as three records of one question each. As many groups are asked for that are there as that are not, in
random order, and those that are not come from another molecule of the pool, so that a group's name gives little away.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from llamo.data.records import Message, MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import MoleculeRow
from llamo.data.tasks.answers import parse_text
from llamo.data.tasks.fact_questions import GROUP_WORDINGS, draw_other, group_answer
from llamo.data.tasks.task import Decoding, Task
from llamo.data.tasks.wording import SkippedRowError, with_article

if TYPE_CHECKING:
    from llamo.chem.facts import Facts

NAME = "interview"
GROUP_TURNS = 6
COUNT_TURNS = 2  # rings, atoms, stereocentres, ...: see `fact_questions`
LONG_SHARE = 0.25  # of the answers on groups: a whole sentence; the others are "Yes." and "No."
LISTS = ("groups", "formula", "mass")  # kinds of fact questions whose answers are long

FOLLOW_UPS = ("Does it contain {a}?", "Is there {a} in it?", "Does it have {a}?", "And {a}?")


def make_record(row: MoleculeRow, rng: random.Random, *, source: str) -> Record:
    """Compose an interview about the molecule of a row.

    Raises:
        SkippedRowError: neither the molecule nor its partner has a group to ask for.
    """
    from llamo.chem.facts import exact_facts

    facts = exact_facts(row.smiles)
    others = exact_facts(row.other_smiles).groups if row.other_smiles else {}
    asked = draw_groups(facts, others, rng)
    if not asked:
        raise SkippedRowError("no functional group to ask for")
    messages: list[Message] = []
    for name in asked:
        question, answer = ask_group(name, facts, rng, is_first=not messages)
        if messages:
            messages += exchange(question, answer)
        else:
            messages += exchange([MoleculePart(smiles=row.smiles), TextPart(text=question)], answer)
    messages += count_turns(facts, rng)
    return Record(
        id=f"{source}:{row.number}:{NAME}", task=NAME, source=source, split="train", messages=messages
    )


def draw_groups(facts: Facts, others: dict[str, int], rng: random.Random) -> list[str]:
    """Draw as many groups that are there as that are not, as far as there are any, in random order."""
    present = sorted(facts.groups)
    absent = sorted(set(others) - set(facts.groups))
    size = min(GROUP_TURNS // 2, len(present), len(absent))
    drawn = rng.sample(present, size) + rng.sample(absent, size)
    rng.shuffle(drawn)
    return drawn


def ask_group(name: str, facts: Facts, rng: random.Random, *, is_first: bool) -> tuple[str, str]:
    """Word one question on a group and its answer: "Is there an ester in it?" -> "No."."""
    from llamo.data.instructions.topics.group_nouns import group_noun

    noun = group_noun(name, rng)
    question = rng.choice(GROUP_WORDINGS if is_first else FOLLOW_UPS).format(a=with_article(noun))
    number = facts.groups.get(name, 0)
    if rng.random() < LONG_SHARE:
        return question, group_answer(noun, number)
    return question, "Yes." if number else "No."


def count_turns(facts: Facts, rng: random.Random) -> list[Message]:
    """Ask for a few numbers, each of another kind."""
    messages: list[Message] = []
    kinds: set[str] = set()
    while len(kinds) < COUNT_TURNS:
        drawn = draw_other(facts, rng)
        if drawn.kind in kinds or drawn.kind in LISTS:
            continue
        kinds.add(drawn.kind)
        messages += exchange(drawn.follow_up, drawn.answer)
    return messages


TASK = Task(
    name=NAME,
    rows=(MoleculeRow,),
    instructions=(),
    answer="text",
    make_record=make_record,
    parse=parse_text,
    metrics=("claims",),
    decoding=Decoding(max_new_tokens=32, no_repeat_ngram=8),
)
