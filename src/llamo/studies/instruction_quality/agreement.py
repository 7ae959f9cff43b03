"""How far raters agree with the validator and with one another, beyond chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from llamo.errors import DataError
from llamo.evaluation.bootstrap import RESAMPLES, Interval
from llamo.evaluation.claim_sentences.matching import cohen_kappa
from llamo.studies.instruction_quality.answer_sample import (
    AnswerToRate,
    validator_relevance,
    validator_verdict,
)
from llamo.studies.instruction_quality.rating_form import Rating

VALIDATOR = "validator"
QUESTIONS = ("claims", "answers")


class Agreement(NamedTuple):
    """Two raters on one question of the form.

    Attributes:
        question: "claims" or "answers".
        n: answers that both rated. same: share with the same verdict.
        kappa: Cohen's, with its bootstrap interval over answers; None where chance alone would agree always.
    """

    first: str
    second: str
    question: str
    n: int
    same: float
    kappa: Interval | None


def rate_by_validator(asked: Sequence[AnswerToRate]) -> dict[str, Rating]:
    """Fill in a form as the validator would."""
    return {one.id: Rating(one, validator_verdict(one), validator_relevance(one)) for one in asked}


def compare_raters(forms: Mapping[str, Mapping[str, Rating]]) -> list[Agreement]:
    """Compare each two forms on each question, by the answers that both have rated; the validator comes first.

    Args:
        forms: filled forms by the name of the rater.

    Raises:
        DataError: two forms have no answer in common.
    """
    asked = {one.asked.id: one.asked for form in forms.values() for one in form.values()}
    everyone = {VALIDATOR: rate_by_validator(list(asked.values())), **forms}
    found = []
    for first, second in combinations(everyone, 2):
        for question in QUESTIONS:
            pairs = _pairs(everyone[first], everyone[second], QUESTIONS.index(question) + 1)
            if not pairs:
                raise DataError(
                    f"{first} and {second} rated no answer both in {question}; compare forms of one sample"
                )
            same = sum(one == other for one, other in pairs) / len(pairs)
            found.append(Agreement(first, second, question, len(pairs), same, kappa_interval(pairs)))
    return found


def _pairs(first: Mapping[str, Rating], second: Mapping[str, Rating], column: int) -> list[tuple[str, str]]:
    both = [(str(one[column]), str(second[key][column])) for key, one in first.items() if key in second]
    return [pair for pair in both if all(pair)]


def kappa_interval(pairs: Sequence[tuple[str, str]], *, seed: int = 0) -> Interval | None:
    """Compute Cohen's kappa with its 95 % percentile interval over resampled things; None where it is not defined."""
    value = cohen_kappa(pairs)
    if not np.isfinite(value):
        return None
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(pairs), size=(RESAMPLES, len(pairs)))
    drawn = np.array([cohen_kappa([pairs[place] for place in row]) for row in picks])
    low, high = np.percentile(drawn[np.isfinite(drawn)], [2.5, 97.5])
    return Interval(value, float(low), float(high))
