"""How good the claim checker is: precision and recall on sentences with planted errors.

A sentence is flagged when one of its claims is judged false. Precision is the share of flagged sentences that do hold
an error, recall the share of those with an error that are flagged. Neutral sentences, which state nothing checkable,
should give no verdict at all; a flagged one counts against precision.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from llamo.errors import DataError
from llamo.evaluation.bootstrap import Interval
from llamo.evaluation.proportions import wilson_interval

Outcome = (
    str  # "flagged", "confirmed" (a claim is true, none false), "unclear" (claims, all unclear), "silent"
)
FLAGGED, CONFIRMED, UNCLEAR, SILENT = "flagged", "confirmed", "unclear", "silent"
LABELS = {True: "true", False: "error", None: "neutral"}


class Sentence(NamedTuple):
    """A row of the benchmark; `label` is "true", "error" or "neutral"."""

    id: str
    smiles: str
    question: str
    text: str
    kind: str
    label: str


@dataclass
class ClaimsScore:
    """What became of the sentences.

    Attributes:
        outcomes: Sentences by (label, outcome).
        kinds: The same for each kind of sentence.
        wrong: Ids of the sentences that are flagged though they hold no error, and of the errors that are missed.
    """

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: defaultdict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    wrong: dict[str, list[str]] = field(default_factory=lambda: {"flagged": [], "missed": []})

    @property
    def precision(self) -> Interval | None:
        """Share of flagged sentences that hold an error, with its 95 % interval; None where none is flagged."""
        flagged = sum(count for (_, outcome), count in self.outcomes.items() if outcome == FLAGGED)
        return wilson_interval(self.outcomes["error", FLAGGED], flagged) if flagged else None

    @property
    def recall(self) -> Interval | None:
        """Share of planted errors that are flagged, with its 95 % interval; None where there are none."""
        errors = sum(count for (label, _), count in self.outcomes.items() if label == "error")
        return wilson_interval(self.outcomes["error", FLAGGED], errors) if errors else None

    def as_dict(self) -> dict[str, Any]:  # Any: nested counts, for JSON
        """Return figures and counts."""
        return {
            "sentences": self.outcomes.total(),
            "precision": _as_list(self.precision),
            "recall": _as_list(self.recall),
            "outcomes": _nested(self.outcomes),
            "kinds": {kind: _nested(counts) for kind, counts in sorted(self.kinds.items())},
            "wrong": self.wrong,
        }


def score_claims(path: Path) -> ClaimsScore:
    """Run the claim checker over a benchmark file.

    Args:
        path: JSON Lines with `id`, `smiles`, `question`, `text`, `kind` and `label` (true, false or null).

    Raises:
        DataError: The file is missing or a line is no such row.
    """
    score = ClaimsScore()
    for sentence in read_sentences(path):
        outcome = judge_sentence(sentence)
        score.outcomes[sentence.label, outcome] += 1
        score.kinds[sentence.kind][sentence.label, outcome] += 1
        if outcome == FLAGGED and sentence.label != "error":
            score.wrong["flagged"].append(sentence.id)
        if outcome != FLAGGED and sentence.label == "error":
            score.wrong["missed"].append(sentence.id)
    return score


def judge_sentence(sentence: Sentence) -> Outcome:
    """Say what the checker makes of a sentence."""
    from llamo.chem.claims import check_claims

    verdicts = check_claims(sentence.text, sentence.smiles, question=sentence.question)
    statuses = {verdict.status for verdict in verdicts}
    if "false" in statuses:
        return FLAGGED
    return "confirmed" if "true" in statuses else "unclear" if statuses else "silent"


def read_sentences(path: Path) -> Iterator[Sentence]:
    """Read a benchmark file.

    Raises:
        DataError: The file is missing or a line is no such row.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise DataError(
            f"benchmark {path} cannot be read ({error.strerror}); check the path given to --in"
        ) from error
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            label = LABELS[row["label"]]
            yield Sentence(row["id"], row["smiles"], row["question"], row["text"], row["kind"], label)
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise DataError(
                f"{path} line {number} is no sentence of a claims benchmark ({error!r}); "
                "expected id, smiles, question, text, kind and label"
            ) from error


def _as_list(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(value, 4) for value in interval]


def _nested(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (label, outcome), count in sorted(counts.items()):
        nested.setdefault(label, {})[outcome] = count
    return nested
