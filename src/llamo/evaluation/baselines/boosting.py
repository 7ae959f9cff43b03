"""Morgan fingerprints and descriptors, with gradient boosting: what a graph model has to beat on MoleculeNet.

scikit-learn's histogram gradient boosting; the same seed gives the same answers. The settings are fixed, chosen on
validation parts (docs/baselines.md), so that nobody tunes on a test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Mol

from llamo.data.leakage import Blocklist
from llamo.errors import UsageError
from llamo.evaluation.baselines.constant import choice_answer, number_text
from llamo.evaluation.baselines.molecule_features import molecule_features
from llamo.evaluation.baselines.output import Answer, BaselineRun
from llamo.evaluation.baselines.question_table import Wanted, read_questions
from llamo.evaluation.baselines.training_table import TrainingTable, read_training

SETTINGS: Mapping[str, float] = {
    "learning_rate": 0.1,
    "max_iter": 150,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 10,
    "l2_regularization": 1.0,
    "max_bins": 32,  # counts need few, and descriptors do not gain by more; 255 take three times as long
    "max_features": 0.1,  # of all features at each split; the draw is what a seed changes
}
MIN_ROWS = 3  # training molecules in which a feature differs from its usual value; rarer ones are left out


class BoostedFingerprints:
    """Gradient boosting over the features of molecules.

    Args:
        training: molecules with numbers or labels.
        features: of these molecules, float32 [N, F], as `molecule_features` makes them.
        seed: of the draws of features.
    """

    def __init__(self, training: TrainingTable, features: NDArray[np.float32], *, seed: int) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        self.is_choice = isinstance(training.targets[0], bool)
        kind = HistGradientBoostingClassifier if self.is_choice else HistGradientBoostingRegressor
        self._used = varying(features)  # bool [F]
        self._model = kind(**SETTINGS, early_stopping=False, random_state=seed)
        self._model.fit(features[:, self._used], training.numbers())

    def predict(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Predict numbers, or probabilities of Yes: float64 [N]."""
        used = features[:, self._used]
        found = self._model.predict_proba(used)[:, 1] if self.is_choice else self._model.predict(used)
        return np.asarray(found, dtype=np.float64)


def varying(features: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Say which features take more than one value and differ from 0 in at least `MIN_ROWS` rows: bool [F]."""
    filled = np.nan_to_num(features)
    return (np.count_nonzero(filled, axis=0) >= min(MIN_ROWS, len(features))) & (np.ptp(filled, axis=0) > 0)


def boosted_answers(
    path: Path,
    train: Sequence[Path],
    wanted: Wanted,
    *,
    seeds: Sequence[int] = (0,),
    counts: bool = True,
    blocklist: Blocklist | None = None,
) -> Iterator[BaselineRun]:
    """Learn from known answers and answer every row, once for each seed.

    Args:
        path: Table with a SMILES column and the target column.
        train: Tables of known answers, with the same columns.
        wanted: Task (property or classification) and columns.
        seeds: Of the models.
        counts: Whether Morgan environments are counted, or set bits.
        blocklist: Molecules not to learn from, besides those of the input.

    Raises:
        UsageError: If the task has another kind of answer.
        DataError: If a table is missing, damaged or lacks a column, or there is too little to learn from.
    """
    questions = read_questions(path, wanted)
    if questions.wanted.known_task.answer not in ("number", "choice"):
        raise UsageError(
            f"gradient boosting predicts numbers and answers of Yes or No, which task {wanted.task!r} has not; use "
            "--task property or classification, or `llamo baseline copy`"
        )
    training = read_training(train, questions, blocklist=blocklist)
    training.require_two_classes()
    known = molecule_features(training.mols, counts=counts)
    asked = molecule_features([mol for mol in questions.molecules if not isinstance(mol, str)], counts=counts)
    for seed in seeds:
        model = BoostedFingerprints(training, known, seed=seed)
        yield BaselineRun(
            "fingerprint",
            questions,
            _answers(
                questions.molecules, model.predict(asked) if len(asked) else asked[:, 0], model.is_choice
            ),
            ("score",) if model.is_choice else (),
            {
                "name": "fingerprint",
                "counts": counts,
                "seed": seed,
                "blocklist": blocklist is not None,
                **SETTINGS,
            },
            train,
            training.left_out,
            len(training),
        )


def _answers(
    molecules: Sequence[Mol | str], values: NDArray[np.float64] | NDArray[np.float32], is_choice: bool
) -> list[Answer]:
    """Put predicted values beside the rows that have a molecule."""
    waiting = iter(values.tolist())
    return [
        Answer(error=mol)
        if isinstance(mol, str)
        else choice_answer(next(waiting))
        if is_choice
        else Answer(number_text(next(waiting)))
        for mol in molecules
    ]
