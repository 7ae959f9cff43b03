"""Two answers to every question: the model's first one, and the one chosen after checking; both kept as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llamo.inference.reranking import Candidate, CheckedEngine
from llamo.inference.settings import GenerationSettings
from llamo.studies.checked_answers.choosing import HeldOut
from llamo.studies.run_log import RunLog

KIND = "llamo study checked-answers, answers"


@dataclass(frozen=True)
class Pair:
    """Both answers to a question.

    Attributes:
        asked: The question.
        raw: The model's first answer.
        checked: The one chosen; the same where the first was not contradicted.
        candidates: How many answers it was chosen from.
        raw_seconds: What the first one took.
        checked_seconds: What all of it took, the first one and checking included.
    """

    asked: HeldOut
    raw: Candidate
    checked: Candidate
    candidates: int
    raw_seconds: float
    checked_seconds: float


def answer_all(
    engine: CheckedEngine,
    questions: Sequence[HeldOut],
    settings: GenerationSettings,
    log: RunLog,
    *,
    batch_size: int = 8,
    on_answers: Callable[[int], None] = lambda _: None,
) -> list[Pair]:
    """Answer every question twice; those that the log holds are not asked again.

    Args:
        engine: Checks and asks again.
        questions: In any order.
        settings: How the first answer is decoded.
        log: Keeps the answers.
        batch_size: Questions asked at once.
        on_answers: Told how many more are answered.
    """
    missing = [one for one in questions if one.id not in log]
    on_answers(len(questions) - len(missing))
    ordered = sorted(missing, key=lambda one: -len(one.smiles))
    for start in range(0, len(ordered), batch_size):
        batch = ordered[start : start + batch_size]
        choices = engine.consider([one.conversation for one in batch], settings)
        log.add({
            one.id: {
                "raw": vars(choice.candidates[0]),
                "checked": vars(choice.candidates[choice.best]),
                "candidates": len(choice.candidates),
                "raw_seconds": round(choice.first_seconds, 4),
                "checked_seconds": round(choice.seconds, 4),
            }
            for one, choice in zip(batch, choices, strict=True)
        })  # fmt: skip
        on_answers(len(batch))
    return [_pair(one, log) for one in questions]


def _pair(asked: HeldOut, log: RunLog) -> Pair:
    entry = log[asked.id]
    return Pair(
        asked,
        Candidate(**entry["raw"]),
        Candidate(**entry["checked"]),
        entry["candidates"],
        entry["raw_seconds"],
        entry["checked_seconds"],
    )
