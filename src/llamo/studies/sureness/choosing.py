"""Held-out questions: Yes or No, numbers, descriptions; of the validation split of prepared shards."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from llamo.data.shards import Shards, open_shards
from llamo.data.tasks.answers import parse_number
from llamo.errors import DataError
from llamo.inference.conversation import Conversation, molecules_in

YES_NO_TASKS = ("classification", "facts", "interview")
_ANSWER = re.compile(r"(Yes|No)\b")
_PROPERTY = re.compile(r":property_(\w+)$")


@dataclass(frozen=True)
class Question:
    """One held-out question about one molecule.

    Attributes:
        id: Of its record.
        group: Its task; of a number its property: "homo".
        smiles: Canonical SMILES of the molecule.
        conversation: The question, as the record words it.
        answer: The record's answer.
    """

    id: str
    group: str
    smiles: str
    conversation: Conversation
    answer: str

    @property
    def is_yes(self) -> bool:
        """Whether the answer begins with Yes."""
        return self.answer.startswith("Yes")

    @property
    def value(self) -> float:
        """The number that the answer holds."""
        found = parse_number(self.answer)
        assert found is not None, "numbers without one are not chosen"
        return found


@dataclass(frozen=True)
class Chosen:
    """The questions of a run, in random order."""

    yes_no: list[Question]
    numbers: list[Question]
    descriptions: list[Question]


def choose_questions(data: Path, limit: int, *, seed: int = 0) -> Chosen:
    """Draw held-out questions: `limit` descriptions, as many numbers, three times as many with Yes or No.

    Tasks, and properties, get equal shares as far as they have so many. Of an interview the first question counts.

    Args:
        data: Folder of `llamo prepare`.
        limit: As above.
        seed: Of the drawing.

    Raises:
        DataError: The validation split holds no such question at all.
    """
    shards = open_shards(data, "validation")
    order = np.random.default_rng(seed).permutation(len(shards))
    tasks = shards.column("task")
    places: dict[str, list[int]] = defaultdict(list)
    for place in order:
        places[tasks[place]].append(int(place))
    yes_no = [list(_questions(shards, places[task])) for task in YES_NO_TASKS]
    numbers = _by_group(_questions(shards, places["property"]))
    chosen = Chosen(
        _equal_shares([[one for one in group if _ANSWER.match(one.answer)] for group in yes_no], 3 * limit),
        _equal_shares(
            [[one for one in group if parse_number(one.answer) is not None] for group in numbers], limit
        ),
        list(_questions(shards, places["description"][:limit])),
    )
    if not (chosen.yes_no or chosen.numbers or chosen.descriptions):
        raise DataError(
            f"the validation split of {data} holds no question with Yes or No, no number and no description; prepare a "
            "recipe with such tasks and `validation_permille` above 0"
        )
    return chosen


def _questions(shards: Shards, places: Sequence[int]) -> list[Question]:
    found = []
    for place in places:
        record = shards[place]
        molecules = molecules_in(record.messages[:1])
        if len(molecules) == 1 and record.messages[0]["role"] == "user":
            named = _PROPERTY.search(record.id)
            group = named[1] if named else record.task
            answer = str(record.messages[1]["content"])
            found.append(Question(record.id, group, molecules[0], record.messages[:1], answer))
    return found


def _by_group(questions: Sequence[Question]) -> list[list[Question]]:
    groups: dict[str, list[Question]] = defaultdict(list)
    for one in questions:
        groups[one.group].append(one)
    return [groups[name] for name in sorted(groups)]


def _equal_shares(groups: Sequence[list[Question]], total: int) -> list[Question]:
    """Take one of each group in turn until there are enough or none is left."""
    taken: list[Question] = []
    for place in range(max(map(len, groups), default=0)):
        for group in groups:
            if place < len(group) and len(taken) < total:
                taken.append(group[place])
    return taken
