"""k nearest neighbours: the mean of their values, or the share of Yes among them, weighted by Tanimoto similarity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Mol

from llamo.data.bank_search import FingerprintIndex, best, morgan
from llamo.data.leakage import Blocklist
from llamo.errors import DataError, UsageError
from llamo.evaluation.baselines.constant import choice_answer, number_text
from llamo.evaluation.baselines.output import Answer, BaselineRun
from llamo.evaluation.baselines.question_table import Wanted, read_questions
from llamo.evaluation.baselines.training_table import TrainingTable, read_training


class NearestNeighbours:
    """Predicts from the most similar known molecules (Morgan radius 2, 2048 bits).

    Args:
        training: molecules with numbers or labels.
        k: neighbours.

    Raises:
        UsageError: the targets are texts, or `k` is below 1.
        DataError: `k` is more than there are molecules, or all labels are the same.
    """

    def __init__(self, training: TrainingTable, k: int) -> None:
        if k < 1:
            raise UsageError(f"k is {k}, but has to be at least 1")
        if k > len(training):
            raise DataError(
                f"k is {k}, but there are only {len(training)} molecules to learn from; give --k {len(training)} or "
                "less, or more rows with --train"
            )
        self._values = training.numbers()  # float64 [N]
        training.require_two_classes()
        self._is_choice = isinstance(training.targets[0], bool)
        self._smiles = training.smiles
        self._index = FingerprintIndex(np.stack([morgan(mol) for mol in training.mols]))
        self._k = k

    def answer(self, mol: Mol) -> Answer:
        """Predict for one molecule."""
        similarities = self._index.similarities(morgan(mol))
        nearest = best(similarities, self._k)
        value = weighted_mean(self._values[nearest], similarities[nearest])
        made = choice_answer(value) if self._is_choice else Answer(number_text(value))
        return Answer(
            made.prediction,
            score=made.score,
            similarity=round(float(similarities[nearest[0]]), 4),
            neighbour=self._smiles[nearest[0]],
        )


def weighted_mean(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the mean of values by their weights; the plain mean where all weights are 0."""
    return float(np.average(values, weights=weights if weights.sum() > 0 else None))


def knn_answers(
    path: Path, train: Sequence[Path], wanted: Wanted, *, k: int = 5, blocklist: Blocklist | None = None
) -> BaselineRun:
    """Answer every row from its `k` most similar known molecules.

    Args:
        path: Table with a SMILES column and the target column.
        train: Tables of known answers, with the same columns.
        wanted: Task (property or classification) and columns.
        k: Neighbours.
        blocklist: Molecules not to learn from, besides those of the input.

    Raises:
        UsageError: If the task has another kind of answer, or `k` is below 1.
        DataError: If a table is missing, damaged or lacks a column, or there is too little to learn from.
    """
    questions = read_questions(path, wanted)
    training = read_training(train, questions, blocklist=blocklist)
    model = NearestNeighbours(training, k)
    answers = [
        Answer(error=mol) if isinstance(mol, str) else model.answer(mol) for mol in questions.molecules
    ]
    is_choice = questions.wanted.known_task.answer == "choice"
    return BaselineRun(
        "knn",
        questions,
        answers,
        ("score", "similarity", "neighbour") if is_choice else ("similarity", "neighbour"),
        {"name": "knn", "k": k, "blocklist": blocklist is not None},
        train,
        training.left_out,
        len(training),
    )
