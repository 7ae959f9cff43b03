"""Who answers a question: the facts, if all of it is understood and asks for nothing else, or the model.

A small grammar, not a classifier, since its decisions can be explained and a wrong one mended: a question is cut into
parts (`reading`), and goes to the facts only if every word of it is known, every fact it names can be asked for in
the form in which it is asked ("how many", "is it", "what is"), and several facts are joined by "and", "or" or a comma.
Whatever else a question holds ("why", "toxic", "on the ring", "than caffeine") is unknown to the grammar and sends it
to the model, and so does a relation between two facts ("How many carbons are in the ring?").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from llamo.assistant.routing.asks import asks_of
from llamo.assistant.routing.pairs import UnclearQuestionError
from llamo.assistant.routing.question_words import question_tokens, spelled_out
from llamo.assistant.routing.reading import CONCEPT, PRESUMED, STATED_FORMULA, UNKNOWN, Part, read_parts
from llamo.assistant.routing.route import Route
from llamo.chem.claim_property_synonyms import ELEMENTS
from llamo.chem.claim_tokens import plain_text, sentences

MAX_QUESTION = 400  # characters; what is longer tells a story
_FORMULA = re.compile(r"\b(?=\w*\d)(?:[A-Z][a-z]?\d{0,4}){2,20}(?:[+-]\d?)?(?![\w-])")
_ASKING = frozenset(("many", "whether", "what", "give"))
_SYMBOLS = frozenset(ELEMENTS.values())


class _Sentence(NamedTuple):
    parts: list[Part]
    is_question: bool  # ends in a question mark

    @property
    def unknown(self) -> str:
        return next((part.text for part in self.parts if part.role == UNKNOWN), "")

    @property
    def has_concept(self) -> bool:
        return any(part.role == CONCEPT for part in self.parts)

    @property
    def asks(self) -> bool:
        return self.is_question or any(part.role in _ASKING for part in self.parts)


def route_question(question: str, num_molecules: int = 1) -> Route:
    """Decide who answers a question.

    Args:
        question: In plain words.
        num_molecules: How many molecules the talk is about; "the second one" has to be among them.

    Returns:
        The facts asked for; or none, and the reason why the model has to answer.

    Examples: "How many rings does it have?" -> rings; "Is it chiral, and what is its formula?" -> is_chiral, formula;
    "How many rings does it have, and why?" -> the model, since 'why' is no word of a fact question
    """
    if num_molecules < 1:
        return Route(reason="there is no molecule to compute facts of")
    if len(question) > MAX_QUESTION:
        return Route(reason=f"a question of {len(question)} characters is no plain question for facts")
    stated, text = _take_formula(spelled_out(plain_text(question)))
    read = [_read(text, start, end) for start, end in sentences(text)]
    spoken = [one for one in read if one.parts and not _sets_the_scene(one, read)]
    unknown = next((one.unknown for one in spoken if one.unknown), "")
    if unknown:
        return Route(reason=f"{unknown!r} is no word of a question for facts")
    try:
        asks = [ask for one in spoken if one.has_concept for ask in asks_of(one.parts, stated)]
        molecule = _molecule([part for one in spoken for part in one.parts], num_molecules)
    except UnclearQuestionError as error:
        return Route(reason=str(error))
    if not asks:
        return Route(reason="it names no fact that can be computed")
    return Route(tuple(dict.fromkeys(asks)), _presumed(spoken), molecule)


def _read(text: str, start: int, end: int) -> _Sentence:
    return _Sentence(read_parts(question_tokens(text[start:end])), text[end : end + 1] == "?")


def _sets_the_scene(sentence: _Sentence, all_of_them: list[_Sentence]) -> bool:
    """Tell a statement that goes before the question: "I am writing a table. What is its formula?"."""
    if sentence.asks:
        return False
    return any(other.asks and other is not sentence for other in all_of_them)


def _take_formula(text: str) -> tuple[str, str]:
    """Take the first formula out of a text: "Is it C6H6?" -> ("C6H6", "Is it statedformula?")."""
    for match in _FORMULA.finditer(text):
        symbols = re.findall(r"[A-Z][a-z]?", match.group())
        if all(symbol in _SYMBOLS for symbol in symbols):
            return match.group(), f"{text[: match.start()]}{STATED_FORMULA}{text[match.end() :]}"
    return "", text


def _presumed(sentences_read: list[_Sentence]) -> tuple[tuple[str, str], ...]:
    concepts = [part.concept for one in sentences_read for part in one.parts if part.role == PRESUMED]
    return tuple(
        (one.term.kind, one.term.subject) for one in concepts if one is not None and one.term is not None
    )


def _molecule(parts: list[Part], num_molecules: int) -> int | None:
    """Find the molecule meant by "the first", "the last"; None where none is singled out.

    Raises:
        UnclearQuestionError: Several are, or there is no such molecule.
    """
    places = {int(part.value) for part in parts if part.role == "place"}
    if not places:
        return None
    place = places.pop()
    if places or place >= num_molecules or num_molecules == 1:
        raise UnclearQuestionError("which of the molecules is meant is not clear")
    return place
