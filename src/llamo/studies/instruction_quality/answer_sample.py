"""Answers to be rated by people: drawn by claim kind from several origins, nothing of the origin in what is shown."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from llamo.chem.claims import check_claims
from llamo.data.instructions.validation.judging import iter_exchanges
from llamo.data.instructions.validation.relevance import is_relevant
from llamo.data.records import Record
from llamo.errors import DataError

VERDICTS = ("supported", "contradicted", "not-checkable")
YES_NO = ("yes", "no")
NO_CLAIM = "no claim"


class AnswerToRate(NamedTuple):
    """One question with its answer, about one molecule.

    Attributes:
        id: twelve hexadecimal digits of molecule, question and answer.
        molecule: SMILES.
        earlier: question and answer before, or "".
    """

    id: str
    molecule: str
    earlier: str
    question: str
    answer: str


def draw_answers(origins: Mapping[str, Sequence[Record]], number: int, seed: int) -> list[AnswerToRate]:
    """Draw answers of conversations about one molecule: as many of each origin, within it of each kind of claim.

    A stratum is what the first claim of an answer is about, or that the checker finds none. One answer a conversation
    is taken, and the order is mixed.

    Args:
        origins: conversations by where they come from.
        number: of answers; the first origins give one more where it does not divide.

    Raises:
        DataError: an origin has too few conversations.
    """
    drawn: list[AnswerToRate] = []
    for place, (name, records) in enumerate(origins.items()):
        wanted = number // len(origins) + (place < number % len(origins))
        rng = random.Random(f"{seed}:{name}")
        found = list(islice(_take_turns(_strata(records, rng)), wanted))
        if len(found) < wanted:
            raise DataError(
                f"{name} has {len(found)} conversations about one molecule, {wanted} are wanted; ask for fewer answers"
            )
        drawn += found
    random.Random(f"{seed}:order").shuffle(drawn)
    return drawn


def _strata(records: Sequence[Record], rng: random.Random) -> list[list[AnswerToRate]]:
    """Take one answer of every conversation, of the kind that is rarest so far, and sort them by kind."""
    strata: defaultdict[str, list[AnswerToRate]] = defaultdict(list)
    alone = [record for record in records if len(set(record.molecules)) == 1]
    for record in rng.sample(alone, len(alone)):
        answers = _answers(record)
        by_kind = {first_kind(one): one for one in rng.sample(answers, len(answers))}
        kind = min(by_kind, key=lambda name: len(strata[name]))
        strata[kind].append(by_kind[kind])
    return [strata[kind] for kind in sorted(strata)]


def _take_turns(strata: Sequence[Sequence[AnswerToRate]]) -> chain[AnswerToRate]:
    rounds = (filter(None, members) for members in zip_longest(*strata))
    return chain.from_iterable(rounds)


def _answers(record: Record) -> list[AnswerToRate]:
    found, earlier = [], ""
    molecule = record.molecules[0]
    for one in iter_exchanges(record):
        digest = hashlib.sha256("\0".join((molecule, one.question, one.answer)).encode()).hexdigest()[:12]
        found.append(AnswerToRate(digest, molecule, earlier, one.question, one.answer))
        earlier = f"{one.question} - {one.answer}"
    return found


def first_kind(one: AnswerToRate) -> str:
    """Say what the first claim of an answer is about."""
    claims = check_claims(one.answer, one.molecule, question=one.question)
    return claims[0].claim.kind if claims else NO_CLAIM


def validator_verdict(one: AnswerToRate) -> str:
    """Say what the validator makes of an answer's claims: one false claim contradicts, a true one supports."""
    statuses = {verdict.status for verdict in check_claims(one.answer, one.molecule, question=one.question)}
    if "false" in statuses:
        return "contradicted"
    return "supported" if "true" in statuses else "not-checkable"


def validator_relevance(one: AnswerToRate) -> str:
    """Say whether the validator finds that an answer has to do with its question: "yes" or "no"."""
    return YES_NO[not is_relevant(one.question, one.answer)]
