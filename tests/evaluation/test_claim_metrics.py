from __future__ import annotations

import pytest

from llamo.chem.claims import check_claims
from llamo.evaluation.claim_metrics import claim_metrics

ACID = "CC(=O)O"


def values(answers, molecules, questions=None) -> dict[str, float]:
    return {metric.name: metric.value for metric in claim_metrics(answers, molecules, questions)}


def test_by_hand():
    """True, false; nothing to judge; and silence, which counts as one false claim."""
    answers = ["It contains a carboxylic acid.", "It contains an amide.", "I like it.", ""]
    assert [len(check_claims(answer, ACID)) for answer in answers] == [1, 1, 0, 0]
    metrics = {metric.name: metric for metric in claim_metrics(answers, [ACID] * 4)}
    assert metrics["claims"].value == pytest.approx(1 / 3)
    assert (metrics["claims"].n_total, metrics["claims"].n_valid) == (4, 2)
    assert metrics["answers-without-error"].value == pytest.approx(1 / 4)
    assert metrics["answers-with-claim"].value == pytest.approx(2 / 4)
    assert metrics["claims-judged"].value == pytest.approx(2 / 4)


def test_the_question_is_what_a_bare_no_answers():
    assert values(["No."], [ACID], ["Does it contain an amide?"])["claims"] == 1.0
    assert values(["No."], [ACID], ["Does it contain a carboxylic acid?"])["claims"] == 0.0


def test_a_molecule_that_cannot_be_read_makes_the_answer_wrong():
    found = values(["It contains a carboxylic acid."], ["nonsense"])
    assert (found["claims"], found["claims-judged"]) == (0.0, 0.0)


def test_saying_nothing_is_no_answer_without_error():
    found = values(["I do not know.", "It contains a carboxylic acid."], [ACID] * 2)
    assert (found["claims"], found["answers-with-claim"], found["answers-without-error"]) == (1.0, 0.5, 0.5)
