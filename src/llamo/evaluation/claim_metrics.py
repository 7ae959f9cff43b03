"""How much of what an answer says about its molecule is true, by the claim checker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from llamo.chem.claims import check_claims
from llamo.errors import InvalidMoleculeError
from llamo.evaluation.metric import Coverage, Metric, check_lengths


def claim_metrics(
    answers: Sequence[str], molecules: Sequence[str], questions: Sequence[str] | None = None
) -> list[Metric]:
    """Judge the checkable claims of answers.

    `claims` is the share of claims judged true among those judged true or false. An empty answer, and one about a
    molecule that cannot be read, counts as one false claim. An answer that says nothing to judge changes nothing in
    it, so there stand beside it, over all answers: the share with a judged claim, the share with one and none
    false, and the claims judged, and left unclear, an answer.

    Args:
        answers: S texts.
        molecules: The molecule each is about, as SMILES or InChI.
        questions: What was asked, so that "No." can be read; None where that is not known.

    Returns:
        `claims`, `answers-with-claim`, `answers-without-error`, `claims-judged` and `claims-unclear`; n_valid counts
        the answers that make a claim that could be judged.

    Raises:
        InputError: For no answers, or unequal numbers of them.
    """
    check_lengths(answers, molecules)
    asked = questions if questions is not None else [""] * len(answers)
    counts = [_judge(*row) for row in zip(answers, molecules, asked, strict=True)]
    true, false, unclear = (
        np.array([count[status] for count in counts], dtype=np.float64)
        for status in ("true", "false", "unclear")
    )
    coverage = Coverage(np.array([bool(count["true"] or count["said false"]) for count in counts]))
    judged = true + np.array([count["said false"] for count in counts], dtype=np.float64)
    return [
        coverage.ratio("claims", true, true + false),
        coverage.mean("answers-with-claim", (judged > 0).astype(np.float64)),
        coverage.mean("answers-without-error", ((judged > 0) & (false == 0)).astype(np.float64)),
        coverage.mean("claims-judged", judged, unit="an answer"),
        coverage.mean("claims-unclear", unclear, unit="an answer"),
    ]


def _judge(answer: str, molecule: str, question: str) -> Counter[str]:
    """Count the verdicts on an answer; "said false" leaves out the false claim that silence stands for."""
    if not answer.strip():
        return Counter({"false": 1})
    try:
        verdicts = check_claims(answer, molecule, question=question)
    except InvalidMoleculeError:
        return Counter({"false": 1})
    counts: Counter[str] = Counter(verdict.status for verdict in verdicts)
    counts["said false"] = counts["false"]
    return counts
