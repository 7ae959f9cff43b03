"""Questions for what the molecule is called and what is published about it, where that is known."""

from __future__ import annotations

from llamo.data.instructions.turns import Subject, Turn
from llamo.data.instructions.wordings import Voice
from llamo.data.tasks.wording import collapse, cut_at_sentence

MAX_NAME = 120
MAX_TEXT = 420
MIN_TEXT = 20

NAME = (
    "[What is {it} called|What is the name of {it}|What is {its} name]?",
    "[Can|Could] you name {it}?",
    "[Name|Please name] {it}.",
    "Which name does {it} go by?",
)
NAME_SHORT = ("[And its|And the] name?", "What is it called?")
NAME_ANSWER = ("{Its} name is {name}.", "{It} is called {name}.", "{name}.", "It is {name}.")
DESCRIBE = (
    "[Describe|Please describe|Tell me about] {it}.",
    "What [is known|can you say|do you know] about {it}?",
    "[Give|Write] a short description of {it}.",
)


def ask_name(subject: Subject, voice: Voice) -> Turn | None:
    """Ask for the name, where one is given."""
    name = subject.name.strip()
    if not name or len(name) > MAX_NAME:
        return None
    answer = voice.answer(NAME_ANSWER, name=name)
    return Turn("name", voice.ask(NAME, NAME_SHORT), answer, subject.states("name", name))


def ask_description(subject: Subject, voice: Voice) -> Turn | None:
    """Ask for a description, where a published one is given; it is cut at a sentence."""
    text = collapse(subject.text)
    if len(text) < MIN_TEXT:
        return None
    return Turn("description", voice.ask(DESCRIBE), cut_at_sentence(text, MAX_TEXT))
