"""Do computed facts in the prompt help the model? Two measures, on held-back molecules with published texts.

The published text: is it more probable with the facts before the question than without (nats a token, lower is
better)? The model's own text: how many of its claims about the structure are contradicted? Texts that merely repeat
the facts would win the second alone, so the first decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from llamo.assistant.routing.prompt_facts import facts_before
from llamo.chem.claims import check_claims
from llamo.chem.reading import Molecule
from llamo.errors import InputError
from llamo.evaluation.bootstrap import Interval, bootstrap_mean, bootstrap_scores
from llamo.inference.conversation import Conversation, user_message
from llamo.inference.engines import Engine
from llamo.inference.settings import GenerationSettings


class Row(NamedTuple):
    """One molecule: nats a token of its published text, and (contradicted, decided) claims of the model's own text.

    The first of each pair is without facts in the prompt, the second with them.
    """

    nats: tuple[float, float]
    contradicted: tuple[int, int]
    decided: tuple[int, int]


class Comparison(NamedTuple):
    """What facts in the prompt change, with 95 % bootstrap intervals over molecules; differences are with - without."""

    molecules: int
    nats_without: Interval
    nats_difference: Interval
    contradicted_without: Interval | None
    contradicted_with: Interval | None
    contradicted_difference: Interval | None

    def to_dict(self) -> dict[str, object]:
        """Lay out for JSON; intervals as value, low, high."""
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in self._asdict().items()
        }


def compare(
    engine: Engine,
    texts: Sequence[tuple[Molecule, str]],
    question: str,
    settings: GenerationSettings,
    *,
    on_molecule: Callable[[int], object] = lambda _: None,
) -> Comparison:
    """Ask about each molecule with and without its facts before the question.

    Args:
        engine: Who answers.
        texts: Molecules, each with its published text.
        question: What is asked.
        settings: How the model's own text is decoded.
        on_molecule: Called with 1 after each, for a progress bar.

    Raises:
        InputError: If there are fewer than two molecules.
    """
    if len(texts) < 2:
        raise InputError(f"{len(texts)} molecules were given; two or more are needed for an interval")
    rows: list[Row] = []
    for molecule, text in texts:
        rows.append(_measure(engine, molecule, text, question, settings))
        on_molecule(1)
    return _summary(rows)


def _measure(
    engine: Engine, molecule: Molecule, text: str, question: str, settings: GenerationSettings
) -> Row:
    informed, _ = facts_before([molecule], question)
    asked: list[Conversation] = [[user_message([molecule.smiles], words)] for words in (question, informed)]
    nats = [-float(np.mean(engine.log_probabilities([one], [text])[0])) for one in asked]
    said = [engine.generate([one], settings)[0] for one in asked]
    statuses = [
        [verdict.status for verdict in check_claims(one, molecule, question=question)] for one in said
    ]
    contradicted = [one.count("false") for one in statuses]
    decided = [one.count("false") + one.count("true") for one in statuses]
    return Row((nats[0], nats[1]), (contradicted[0], contradicted[1]), (decided[0], decided[1]))


def _summary(rows: Sequence[Row]) -> Comparison:
    nats = np.array([row.nats for row in rows])
    sums = np.array([(*row.contradicted, *row.decided) for row in rows], dtype=float)
    rates = bootstrap_scores(sums, _rates) if sums[:, 2:].sum(axis=0).all() else {}
    return Comparison(
        molecules=len(rows),
        nats_without=bootstrap_mean(nats[:, 0]),
        nats_difference=bootstrap_mean(nats[:, 1] - nats[:, 0]),
        contradicted_without=rates.get("without"),
        contradicted_with=rates.get("with"),
        contradicted_difference=rates.get("difference"),
    )


def _rates(sums: np.ndarray) -> dict[str, float]:
    """Compute shares of contradicted claims among the decided ones; a resample without any has a share of 0."""
    without, informed = (float(sums[place] / max(sums[place + 2], 1)) for place in (0, 1))
    return {"without": without, "with": informed, "difference": informed - without}
