"""The same answer for every molecule: the median of a property, the more frequent class, the most frequent text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from llamo.data.leakage import Blocklist
from llamo.data.tasks.classification import CHOICES
from llamo.evaluation.baselines.output import Answer, BaselineRun
from llamo.evaluation.baselines.question_table import Wanted, read_questions
from llamo.evaluation.baselines.training_table import TrainingTable, read_training

DIGITS = 6  # significant ones of a predicted number


def constant_answers(
    path: Path, train: Sequence[Path], wanted: Wanted, *, blocklist: Blocklist | None = None
) -> BaselineRun:
    """Answer every row with what is most usual among the known answers.

    Args:
        path: Table with a SMILES column and the target column.
        train: Tables of known answers, with the same columns.
        wanted: Task and columns.
        blocklist: Molecules not to learn from, besides those of the input.

    Returns:
        One answer for each row; `score` of a classification is the share of Yes.

    Raises:
        UsageError: If no baseline answers the task.
        DataError: If a table is missing, damaged or lacks a column, or nothing is left to learn from.
    """
    questions = read_questions(path, wanted)
    training = read_training(train, questions, blocklist=blocklist)
    answer = most_usual(training)
    answers = [Answer(error=mol) if isinstance(mol, str) else answer for mol in questions.molecules]
    return BaselineRun(
        "constant",
        questions,
        answers,
        ("score",) if answer.score is not None else (),
        {"name": "constant", "answer": answer.prediction, "blocklist": blocklist is not None},
        train,
        training.left_out,
        len(training),
    )


def most_usual(training: TrainingTable) -> Answer:
    """Return the median of numbers, the class of most, or the most frequent text (of equal ones the first).

    The score of a class is the share of Yes.
    """
    first = training.targets[0]
    if isinstance(first, bool):
        return choice_answer(float(np.mean(training.numbers())))
    if isinstance(first, float):
        return Answer(number_text(float(np.median(training.numbers()))))
    return Answer(str(Counter(training.targets).most_common(1)[0][0]))


def choice_answer(score: float) -> Answer:
    """Say Yes where its probability is above one half, as `llamo evaluate` reads scores."""
    return Answer(CHOICES[0] if score > 0.5 else CHOICES[1], score=round(score, DIGITS))


def number_text(value: float) -> str:
    """Write a number with six significant digits: `-0.2401234 -> "-0.240123"`."""
    return f"{value:.{DIGITS}g}"
