"""One composed conversation: turns from `planning`, put into a record, with its facts beside it.

    compose(subject, None, random.Random(0), record_id="offline:0:0")

The same generator state gives the same conversation. Half of the yes/no questions are meant to have "no" as
the answer (`topics.yes_no`); every number and group in an answer comes from `llamo.chem.facts`.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any

from llamo.data.instructions.planning import NEVER, plan_pair, plan_single
from llamo.data.instructions.turns import Subject, Turn
from llamo.data.records import Message, MoleculePart, Record, TextPart, exchange

TASK = "conversation"
SOURCE = "offline"
TEXT_FIRST_SHARE = 0.25
PAIR_OPENINGS = ("", "Here are two molecules. ", "I have two molecules here. ", "Look at these two. ")
DOUBTS = ("sure:", "only:")  # nobody says "thanks, but are you sure?"
LEADS = (
    *[""] * 14, "Thanks. ", "Thank you. ", "I see. ", "Good. ", "OK. ", "Right. ", "Got it. ", "Noted. ",
    "That helps. ", "One more thing. ", "Next question. ", "Now this. ", "Let me go on. ", "Interesting. ",
)  # fmt: skip


@dataclass(frozen=True)
class Composed:
    """A conversation and what it states.

    Attributes:
        record: The conversation.
        turns: Its turns, with the statements of each.
    """

    record: Record
    turns: tuple[Turn, ...]

    def statements(self) -> dict[str, Any]:  # Any: JSON values
        """Return the side record that a second program can verify: molecules, and what each turn states."""
        molecules = list(dict.fromkeys(self.record.molecules))
        turns = [
            {"topic": turn.topic, "polarity": turn.polarity, "stated": [asdict(item) for item in turn.stated]}
            for turn in self.turns
        ]
        return {"id": self.record.id, "molecules": molecules, "turns": turns}


def compose(
    subject: Subject, other: Subject | None, rng: random.Random, *, record_id: str
) -> Composed | None:
    """Compose a conversation about one molecule or two.

    Args:
        subject: The (first) molecule.
        other: The second one, with index 1, or None.
        rng: Decides everything that is open.
        record_id: The record's id.

    Returns:
        The conversation, or None where fewer than two turns could be made.
    """
    if other is None:
        turns, entry = plan_single(subject, rng), NEVER
    else:
        turns, entry = plan_pair(subject, other, rng)
    if len(turns) < 2:
        return None
    messages: list[Message] = []
    for number, turn in enumerate(turns):
        new = [subject.facts.smiles] if number == 0 else []
        if other is not None and number == entry:
            new.append(other.facts.smiles)
        messages += exchange(_question(turn, new, number, rng), turn.answer)
    record = Record(id=record_id, task=TASK, source=SOURCE, split="train", messages=messages)
    return Composed(record, tuple(turns))


def _question(
    turn: Turn, molecules: list[str], number: int, rng: random.Random
) -> list[TextPart | MoleculePart] | str:
    """Put the molecules that a turn brings in before its text, or behind it where there is one."""
    text = turn.question
    if number and not molecules:
        lead = "" if turn.topic.startswith(DOUBTS) else rng.choice(LEADS)
        return f"{lead}{text}"
    if len(molecules) == 2:
        text = f"{rng.choice(PAIR_OPENINGS)}{text}"
    parts: list[TextPart | MoleculePart] = [MoleculePart(smiles=smiles) for smiles in molecules]
    words = TextPart(text=text)
    return [words, *parts] if len(parts) == 1 and rng.random() < TEXT_FIRST_SHARE else [*parts, words]
