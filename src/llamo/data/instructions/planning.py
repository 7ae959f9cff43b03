"""The course of a composed conversation: what is asked, in which order, of which molecule."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from llamo.data.instructions.topics.acidity import ask_acidic_site
from llamo.data.instructions.topics.composition import ask_charge, ask_exact_mass, ask_formula, ask_mass
from llamo.data.instructions.topics.counting import ask_atoms, ask_bonding, ask_ring_size, ask_rings
from llamo.data.instructions.topics.follow_ups import ask_false_premise, follow
from llamo.data.instructions.topics.groups import ask_group_count, ask_groups, ask_ring_systems
from llamo.data.instructions.topics.identity import ask_description, ask_name
from llamo.data.instructions.topics.pairs import PAIRS
from llamo.data.instructions.topics.stereo import ask_double_bonds, ask_labels, ask_stereocentres
from llamo.data.instructions.topics.unknowable import ask_unknowable
from llamo.data.instructions.topics.yes_no import ask_yes_no
from llamo.data.instructions.turns import Subject, Turn
from llamo.data.instructions.wordings import IT, Reference, Voice, named_reference

TURN_WEIGHTS = {2: 3, 3: 4, 4: 4, 5: 2, 6: 1}
FOLLOW_SHARE = 0.35
TRIES = 20
NEVER = -1
RESTATING = ("sure:", "only:", "compare:")  # topics that may say again what was said before

OPENINGS = (
    named_reference("this molecule"),
    named_reference("this molecule"),
    named_reference("this compound"),
    named_reference("this structure"),
    Reference("the molecule shown", "its"),
)
THE_MOLECULE = named_reference("the molecule")
FIRST = named_reference("the first molecule")
SECOND = named_reference("the second molecule")

INTRODUCTIONS = ("", "", "Here is another one. ", "Now a second molecule. ", "And this? ", "Next one: ")

Topic = Callable[[Subject, Voice], Turn | None]
TOPICS: dict[Topic, float] = {
    ask_yes_no: 9.0,
    ask_unknowable: 2.2,
    ask_false_premise: 0.8,
    ask_rings: 1.5,
    ask_atoms: 1.6,
    ask_bonding: 1.5,
    ask_ring_size: 0.5,
    ask_ring_systems: 0.8,
    ask_formula: 1.2,
    ask_mass: 1.0,
    ask_exact_mass: 0.4,
    ask_charge: 0.7,
    ask_groups: 1.2,
    ask_group_count: 1.2,
    ask_stereocentres: 0.8,
    ask_labels: 0.7,
    ask_double_bonds: 0.7,
    ask_acidic_site: 0.6,
    ask_name: 0.8,
    ask_description: 0.8,
}


def plan_single(subject: Subject, rng: random.Random) -> list[Turn]:
    """Compose the turns of a conversation about one molecule; empty where too little can be asked."""
    opening = Voice(rng, rng.choice(OPENINGS), rng.choice((IT, IT, THE_MOLECULE)))
    talk = Voice(rng, IT, IT, is_follow_up=True)
    return extend([], subject, opening, talk, draw_length(rng))


def plan_pair(first: Subject, second: Subject, rng: random.Random) -> tuple[list[Turn], int]:
    """Compose the turns of a conversation about two molecules.

    Returns:
        The turns, and the number of the turn that brings the second molecule in (0: both come at once;
        `NEVER` where nothing could be asked about it).
    """
    length = max(3, draw_length(rng))
    entry = 0 if rng.random() < 0.3 else rng.randint(1, length - 2)
    turns: list[Turn] = []
    if entry:
        opening = Voice(rng, rng.choice(OPENINGS), IT)
        turns = extend([], first, opening, Voice(rng, IT, IT, is_follow_up=True), entry)
        entry = len(turns)
        introduction = _introduce(second, rng)
        if introduction is None:
            return turns, NEVER
        turns.append(introduction)
    both = Voice(rng, IT, IT)
    while len(turns) < length:
        turn = _compare_or_return(turns, (first, second), both)
        if turn is None:
            break
        turns.append(turn)
    return turns, entry


def extend(turns: list[Turn], subject: Subject, opening: Voice, talk: Voice, length: int) -> list[Turn]:
    """Add turns about one molecule until there are `length`; no topic comes twice."""
    for _ in range(TRIES):
        if len(turns) >= length:
            break
        voice = talk if turns else opening
        turn = None
        if turns and voice.rng.random() < FOLLOW_SHARE:
            turn = follow(turns[-1], subject, voice)
        turn = turn or draw_topic(voice.rng)(subject, voice)
        if turn is not None and is_new(turn, turns):
            turns = [*turns, turn]
    return turns


def is_new(turn: Turn, turns: Sequence[Turn]) -> bool:
    """Tell whether a topic has not come up, and nothing but it has been stated, about the same molecule."""
    topics = {old.topic for old in turns}
    known = {(s.kind, s.about, s.molecule) for old in turns for s in old.stated}
    told = {(s.kind, s.about, s.molecule) for s in turn.stated}
    return turn.topic not in topics and (not told or not told <= known or turn.topic.startswith(RESTATING))


def draw_length(rng: random.Random) -> int:
    """Draw the number of turns, two to six."""
    return rng.choices(list(TURN_WEIGHTS), weights=list(TURN_WEIGHTS.values()))[0]


def draw_topic(rng: random.Random) -> Topic:
    """Draw a topic by its weight."""
    return rng.choices(list(TOPICS), weights=list(TOPICS.values()))[0]


def _introduce(second: Subject, rng: random.Random) -> Turn | None:
    """Bring the second molecule in with a question about it."""
    asked = named_reference(rng.choice(("this one", "this second molecule", "the second one")))
    for _ in range(TRIES):
        turn = draw_topic(rng)(second, Voice(rng, asked, SECOND))
        if turn is not None:
            return replace(
                turn, topic=f"second:{turn.topic}", question=rng.choice(INTRODUCTIONS) + turn.question
            )
    return None


def _compare_or_return(turns: list[Turn], pair: tuple[Subject, Subject], voice: Voice) -> Turn | None:
    """Compare the two, or ask about one of them by its place."""
    rng = voice.rng
    for _ in range(TRIES):
        if rng.random() < 0.55:
            is_comparing = bool(turns) and turns[-1].topic.startswith("compare:")
            turn = rng.choice(PAIRS)(*pair, replace(voice, is_follow_up=is_comparing))
        else:
            place = rng.randrange(2)
            asked, answered = _place(place, rng)
            turn = draw_topic(rng)(pair[place], voice.speaking_of(asked, answered))
            turn = turn and replace(turn, topic=f"{('first', 'second')[place]}:{turn.topic}")
        if turn is not None and is_new(turn, turns):
            return turn
    return None


def _place(place: int, rng: random.Random) -> tuple[Reference, Reference]:
    """Refer to the first or second molecule by its place; the answer repeats it, so that it stands alone."""
    word = ("first", "second")[place]
    asked = named_reference(f"the {word} {rng.choice(('one', 'molecule', 'compound'))}")
    return asked, (FIRST, SECOND)[place]
