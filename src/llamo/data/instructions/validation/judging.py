"""Judging one conversation: its claims against RDKit, its turns, its language.

judge(record, Limits()).problems  ->  [] where the conversation passes
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llamo.data.instructions.validation.answer_checks import find_break, find_leak, find_loop
from llamo.data.instructions.validation.focus import molecules_in_focus
from llamo.data.instructions.validation.relevance import content_stems, is_relevant
from llamo.data.records import Record
from llamo.errors import InvalidMoleculeError

if TYPE_CHECKING:
    from llamo.chem.reading import Molecule

FALSE_CLAIM = "false claim"
NO_MOLECULE = "no molecule"
BAD_MOLECULE = "molecule cannot be read"
CUT = "answer breaks off"
LEAK = "prompt or markup in the text"
LOOP = "answer repeats itself"
OFF_TOPIC = "answers beside the questions"
REPEATED_QUESTION = "question asked twice"
NUM_TURNS = "number of turns"
LENGTH = "length of an answer"


@dataclass(frozen=True)
class Limits:
    """What a conversation has to keep to.

    Attributes:
        max_false: False claims it may have.
        min_turns, max_turns: Exchanges.
        min_words, max_words: Of each answer.
        min_relevance: Share of answers that have to do with their question.
        near_duplicate: Share of word triples that makes two conversations near duplicates; above 1: none are.
    """

    max_false: int = 0
    min_turns: int = 1
    max_turns: int = 10
    min_words: int = 1
    max_words: int = 300
    min_relevance: float = 0.5
    near_duplicate: float = 0.9


@dataclass(frozen=True)
class Problem:
    """Why a conversation does not pass; `turn` counts exchanges from 1, 0 is the whole conversation."""

    reason: str
    detail: str = ""
    turn: int = 0


@dataclass(frozen=True)
class JudgedClaim:
    """A claim of an answer and what became of it, ready for JSON."""

    turn: int
    kind: str
    text: str
    status: str
    expected: str
    about: str = ""


@dataclass
class Judgement:
    """What was found in a conversation.

    Attributes:
        id: Of the record.
        problems: Why it does not pass; empty where it does.
        claims: Its checkable claims, in order.
        turns: Its number of exchanges.
        answer_words: Words of each answer.
        relevance: Share of its answers that have to do with their questions.
    """

    id: str
    problems: list[Problem] = field(default_factory=list)
    claims: list[JudgedClaim] = field(default_factory=list)
    turns: int = 0
    answer_words: list[int] = field(default_factory=list)
    relevance: float = 1.0


@dataclass(frozen=True)
class Exchange:
    """One question and answer, the molecules that have been shown by then, and those that the answer is about."""

    number: int
    question: str
    answer: str
    molecules: tuple[str, ...]
    focus: tuple[str, ...]


def judge(record: Record, limits: Limits) -> Judgement:
    """Judge one conversation; nothing is raised, all that is wrong is a problem of the judgement."""
    exchanges = list(iter_exchanges(record))
    result = Judgement(record.id, turns=len(exchanges))
    result.answer_words = [len(exchange.answer.split()) for exchange in exchanges]
    result.problems += _check_turns(exchanges, limits)
    for exchange in exchanges:
        result.problems += _check_language(exchange, limits)
    relevant = [is_relevant(exchange.question, exchange.answer) for exchange in exchanges]
    result.relevance = sum(relevant) / max(1, len(relevant))
    if result.relevance < limits.min_relevance:
        first = relevant.index(False) + 1
        result.problems.append(Problem(OFF_TOPIC, f"{relevant.count(False)} of {len(relevant)}", first))
    _check_claims(record, exchanges, limits, result)
    return result


def iter_exchanges(record: Record) -> Iterator[Exchange]:
    """Yield the exchanges of a record."""
    molecules: dict[str, None] = {}
    focus: tuple[str, ...] = ()
    messages = [message for message in record.messages if message.role != "system"]
    for number, (question, answer) in enumerate(zip(messages[::2], messages[1::2], strict=True), start=1):
        molecules |= dict.fromkeys(question.molecules)
        shown, new = tuple(molecules), question.molecules
        focus = molecules_in_focus(question.text, answer.text, shown=shown, new=new, previous=focus)
        yield Exchange(number, question.text, answer.text, shown, focus)


def _check_turns(exchanges: Sequence[Exchange], limits: Limits) -> Iterator[Problem]:
    if not limits.min_turns <= len(exchanges) <= limits.max_turns:
        yield Problem(
            NUM_TURNS, f"{len(exchanges)} exchanges; expected {limits.min_turns} to {limits.max_turns}"
        )
    asked: dict[tuple[str, tuple[str, ...]], int] = {}
    for exchange in exchanges:
        question = (" ".join(exchange.question.lower().split()), exchange.molecules)
        if question in asked and content_stems(exchange.question):  # "Just one?" may be asked of many things
            yield Problem(REPEATED_QUESTION, f"as turn {asked[question]}", exchange.number)
        asked.setdefault(question, exchange.number)


def _check_language(exchange: Exchange, limits: Limits) -> Iterator[Problem]:
    words = len(exchange.answer.split())
    if not limits.min_words <= words <= limits.max_words:
        detail = f"{words} words; expected {limits.min_words} to {limits.max_words}"
        yield Problem(LENGTH, detail, exchange.number)
    checks = (
        (CUT, find_break(exchange.answer)),
        (LOOP, find_loop(exchange.answer)),
        (LEAK, find_leak(exchange.answer) or find_leak(exchange.question)),
    )
    for reason, detail in checks:
        if detail:
            yield Problem(reason, detail, exchange.number)


def _check_claims(record: Record, exchanges: Sequence[Exchange], limits: Limits, result: Judgement) -> None:
    from llamo.chem.claims import check_claims

    if not record.molecules:
        result.problems.append(Problem(NO_MOLECULE, "its claims cannot be checked"))
        return
    try:
        molecules = _read(record.molecules)
    except InvalidMoleculeError as error:
        result.problems.append(Problem(BAD_MOLECULE, str(error)))
        return
    for exchange in exchanges:
        shown = [molecules[smiles] for smiles in exchange.focus]
        if not shown:
            continue
        target = shown[0] if len(shown) == 1 else shown
        for verdict in check_claims(exchange.answer, target, question=exchange.question):
            claim = verdict.claim
            result.claims.append(
                JudgedClaim(
                    exchange.number, claim.kind, claim.text, verdict.status, verdict.expected, claim.about
                )
            )
    false = [claim for claim in result.claims if claim.status == "false"]
    if len(false) > limits.max_false:
        result.problems += [
            Problem(FALSE_CLAIM, f"{claim.text!r}: {claim.expected}", claim.turn) for claim in false
        ]


def _read(texts: Sequence[str]) -> dict[str, Molecule]:
    from llamo.chem.reading import read_molecule

    return {text: read_molecule(text) for text in dict.fromkeys(texts)}
