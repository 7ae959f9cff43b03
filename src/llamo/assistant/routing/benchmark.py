"""How good routing and computed answers are, on questions written by someone who had not seen the router.

A routed question is right if exactly the intent that its author named was found, with the same argument; a question
for the model is right if it goes there. A fact question is right if the value that the answer carries is the author's,
numbers within the tolerance that comes with them, lists in any order. What goes to the model although facts answer it
is wrong: no model is asked here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from llamo.assistant.answer import Value
from llamo.assistant.routing.answering import answer_from_facts, route_for
from llamo.assistant.routing.reading import read_parts
from llamo.assistant.routing.route import MODEL, Route
from llamo.assistant.routing.router import route_question
from llamo.chem.claim_property_synonyms import ELEMENTS
from llamo.errors import DataError
from llamo.evaluation.bootstrap import Interval
from llamo.evaluation.proportions import wilson_interval


@dataclass
class Score:
    """What became of the questions of a file.

    Attributes:
        right: Questions that are right.
        total: All questions.
        kinds: By each intent (or kind of fact) that was wanted: (right, total).
        origins: Likewise by how the wanted answer was found, where the file says so: "openbabel", "inchi", "hand".
        confusions: (wanted, got) -> how often, for the wrong ones.
        errors: Each wrong one: id, question, what was wanted, what came.
    """

    right: int = 0
    total: int = 0
    kinds: dict[str, tuple[int, int]] = field(default_factory=dict)
    origins: dict[str, tuple[int, int]] = field(default_factory=dict)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[dict[str, Any]] = field(default_factory=list)  # Any: JSON values

    def add(
        self, wanted: str, got: str, error: dict[str, Any] | None, *, origin: str = ""
    ) -> None:  # Any: JSON values
        """Count one question; `error` describes it where it is wrong."""
        for counts, key in ((self.kinds, wanted), (self.origins, origin)):
            if key:
                right, total = counts.get(key, (0, 0))
                counts[key] = right + (error is None), total + 1
        self.right += error is None
        self.total += 1
        if error is not None:
            self.confusions[wanted, got] += 1
            self.errors.append(error)

    @property
    def accuracy(self) -> Interval:
        """Share that is right, with its 95 % Wilson interval."""
        return wilson_interval(self.right, self.total)

    @property
    def of_answered(self) -> Interval | None:
        """Share that is right of those that facts answered, rightly or not; None where there are none."""
        to_model = sum(number for (_, got), number in self.confusions.items() if got == MODEL)
        right_for_model = self.kinds.get(MODEL, (0, 0))[0]
        answered = self.total - to_model - right_for_model
        return wilson_interval(self.right - right_for_model, answered) if answered else None

    def as_dict(self) -> dict[str, Any]:  # Any: JSON values
        """Return the score as JSON takes it."""
        return {
            "questions": self.total,
            "right": self.right,
            "accuracy": [round(value, 4) for value in self.accuracy] if self.total else None,
            "of_answered": [round(value, 4) for value in self.of_answered] if self.of_answered else None,
            "kinds": {kind: list(counts) for kind, counts in sorted(self.kinds.items())},
            "origins": {origin: list(counts) for origin, counts in sorted(self.origins.items())},
            "confusions": [[*pair, number] for pair, number in self.confusions.most_common()],
            "errors": self.errors,
        }


def score_routes(path: Path) -> Score:
    """Route the questions of a file: JSON Lines with `id`, `question`, `intent` and `argument`.

    Raises:
        DataError: The file is missing or empty, or a line is no such question.
    """
    score = Score()
    for row in _rows(path, ("id", "question", "intent", "argument")):
        route = route_question(row["question"])
        got = _came_from(route)
        argument = route.asks[0].argument if route.asks else ""
        is_right = got == row["intent"] and same_argument(row["argument"], argument)
        error = {
            **{key: row[key] for key in ("id", "question", "intent", "argument")},
            "got": got,
            "got_argument": argument or None,
            "reason": route.reason,
        }
        score.add(row["intent"], got, None if is_right else error)
    return score


def score_facts(path: Path) -> Score:
    """Answer the questions of a file: JSON Lines with `id`, `kind`, `smiles`, `question`, `answer` and `tolerance`.

    Raises:
        DataError: The file is missing or empty, or a line is no such question.
    """
    from llamo.chem.reading import read_molecule

    score = Score()
    for row in _rows(path, ("id", "kind", "smiles", "question", "answer", "tolerance")):
        molecule = read_molecule(row["smiles"])
        route = route_for(row["question"], [molecule])
        value: Value = None
        text = ""
        if route.asks:
            answer = answer_from_facts(route, [molecule], MODEL)
            value, text = answer.facts[0].value, answer.text
        is_right = len(route.asks) == 1 and same_value(row["answer"], value, row["tolerance"])
        error = {
            **{key: row[key] for key in ("id", "kind", "smiles", "question", "answer")},
            "got": route.intent,
            "value": value,
            "text": text or route.reason,
        }
        score.add(row["kind"], _came_from(route), None if is_right else error, origin=row.get("route", ""))
    return score


def same_argument(wanted: str | None, got: str) -> bool:
    """Compare what a question is about: an element by symbol or name, a group by any of its names."""
    if not wanted:
        return not got
    return got in (wanted, ELEMENTS.get(wanted.lower(), ""), _subject(wanted), _subject(f"{wanted} group"))


def same_value(wanted: Value, got: Value, tolerance: float | None) -> bool:
    """Compare values: `["S", "R"]` and `[[3, "R"], [7, "S"]]` are the same labels, 1 is no True."""
    if isinstance(wanted, list) or isinstance(got, list):
        return isinstance(wanted, list) and isinstance(got, list) and _items(wanted) == _items(got)
    if isinstance(wanted, bool):
        return not isinstance(got, str) and got is not None and bool(got) == wanted
    if isinstance(wanted, str):
        return isinstance(got, str) and (got == wanted or _same_smiles(wanted, got))
    if isinstance(got, bool) or not isinstance(got, int | float) or not isinstance(wanted, int | float):
        return False
    return abs(got - wanted) <= (tolerance or 0) + 1e-9


def _items(values: list[Value]) -> list[str]:
    """Sort a list; of an item that says where a label stands, the label counts."""
    return sorted(str(value[-1] if isinstance(value, list) else value) for value in values)


def _same_smiles(first: str, second: str) -> bool:
    from llamo.chem.reading import canonical_smiles
    from llamo.errors import InvalidMoleculeError

    try:
        return canonical_smiles(first) == canonical_smiles(second)
    except InvalidMoleculeError:
        return False


@lru_cache(maxsize=500)
def _subject(name: str) -> str:
    """Find what the claim checker's lexicon calls a group."""
    from llamo.assistant.routing.question_words import question_tokens

    parts = read_parts(question_tokens(name))
    concept = parts[0].concept if len(parts) == 1 else None
    return concept.term.subject if concept is not None and concept.term is not None else ""


def _came_from(route: Route) -> str:
    return " + ".join(ask.intent for ask in route.asks) or MODEL


def _rows(path: Path, keys: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:  # Any: JSON values
    """Read a file of questions.

    Raises:
        DataError: It is missing or empty, or a line lacks a key.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}); check the path of the questions"
        ) from error
    if not lines:
        raise DataError(f"{path} is empty; expected one question a line with {', '.join(keys)}")
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(
                f"{path} line {number} is no JSON ({error}); expected one object a line"
            ) from error
        missing = [key for key in keys if not isinstance(row, dict) or key not in row]
        if missing:
            raise DataError(f"{path} line {number} lacks {', '.join(missing)}; expected {', '.join(keys)}")
        yield row
