"""Yes/no questions, as often with "no" as the answer as with "yes".

The answer is drawn first, then a question that has it. A "no" asks for what another molecule of the pool has
(its groups), or for a number that is off, so that the question alone does not give the answer away.
"""

from __future__ import annotations

from collections.abc import Callable

from llamo.data.instructions.topics.acidity import is_acid, is_base
from llamo.data.instructions.topics.assertions import has_more_than, is_charged, is_formula, is_heavier
from llamo.data.instructions.topics.presence import (
    has_aromatic_ring,
    has_element,
    has_group,
    has_ring_of_size,
    has_stereocentre,
)
from llamo.data.instructions.turns import Subject, Turn
from llamo.data.instructions.wordings import Voice

TRIES = 6
YES_SHARE = 0.58  # drawn; questions with a false premise and harder draws make it about half of what is asked

MAKERS: dict[Callable[[Subject, Voice, bool], Turn | None], float] = {
    has_group: 5.0,
    has_element: 1.5,
    has_ring_of_size: 1.0,
    has_aromatic_ring: 1.0,
    has_stereocentre: 0.8,
    is_charged: 0.7,
    is_formula: 0.7,
    is_heavier: 0.7,
    has_more_than: 0.8,
    is_acid: 1.0,
    is_base: 1.0,
}


def ask_yes_no(subject: Subject, voice: Voice) -> Turn | None:
    """Draw the answer, then a question that has it; None where six draws found no such question."""
    wants_yes = voice.rng.random() < YES_SHARE
    for _ in range(TRIES):
        make = voice.rng.choices(list(MAKERS), weights=list(MAKERS.values()))[0]
        turn = make(subject, voice, wants_yes)
        if turn is not None:
            return turn
    return None
