"""What the answers of composed conversations state: the composer's side file, with the words beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from llamo.data.instructions.wordings import NUMBER_WORDS
from llamo.data.records import Record
from llamo.data.sources.left_out import refuse_faults
from llamo.data.sources.text_files import read_lines
from llamo.errors import DataError

Value = int | float | str | bool
NONE_WORDS = re.compile(r"\b(no|none|not|nothing|neither|nowhere|neutral|uncharged|zero|0)\b", re.IGNORECASE)
ONE_WORDS = re.compile(r"\b(an?|one|the|only|its|both|yes)\b", re.IGNORECASE)


class Statement(NamedTuple):
    """One statement of an answer, as the composer wrote it down, with the answer."""

    conversation: str
    molecule: str
    kind: str
    about: str
    value: Value
    answer: str


def read_statements(records: Iterable[Record], facts: Path) -> Iterator[list[Statement]]:
    """Yield the statements of each conversation.

    Args:
        records: The conversations, in the order of `facts`.
        facts: The side file: `{"id", "molecules", "turns": [{"stated": [{"kind", "about", "value", "molecule"}]}]}`.

    Raises:
        DataError: The side file is missing or damaged, or its lines are not those of the conversations.
    """
    for record, numbered in zip_longest(records, read_lines(facts, refuse_faults)):
        if record is None or numbered is None:
            longer = f"{facts} has more lines" if record is None else f"{facts} has fewer lines"
            raise DataError(
                f"{longer} than there are conversations; expected the --facts file of the same run"
            )
        number, line = numbered
        try:
            side = json.loads(line)
            is_same = side["id"] == record.id
            statements = list(_statements(record, side)) if is_same else []
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DataError(
                f"{facts.name} row {number} lists no statements ({error!r}); compose it again"
            ) from error
        if not is_same:
            found = f"{facts.name} row {number} is about {side['id']!r}, the conversation is {record.id!r}"
            raise DataError(f"{found}; expected the --facts file of the same run")
        yield statements


def _statements(record: Record, side: dict[str, Any]) -> Iterator[Statement]:  # Any: JSON values
    answers = [message.text for message in record.messages if message.role == "assistant"]
    for answer, turn in zip(answers, side["turns"], strict=True):
        for item in turn["stated"]:
            molecule = side["molecules"][item["molecule"]]
            yield Statement(record.id, molecule, item["kind"], item["about"], item["value"], answer)


def is_said(statement: Statement) -> bool:
    """Tell whether an answer has the value of a statement in its words: "2", "two", "none", "a", the formula."""
    value, answer = statement.value, statement.answer
    if isinstance(value, str):
        return value in answer
    if statement.kind in ("mass", "exact_mass"):
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", answer)]
        return any(abs(number - float(value)) < 1e-6 for number in numbers)
    if not value:
        return bool(NONE_WORDS.search(answer))
    spelled = NUMBER_WORDS[int(value)] if 0 < value < len(NUMBER_WORDS) else ""
    is_number = re.search(
        rf"(?<![\d.])\+?{int(value)}(?![\d]|\.\d)|\b{spelled or value}\b", answer, re.IGNORECASE
    )
    is_all = re.search(r"\b(all|both)\b", answer, re.IGNORECASE)  # "all of them are aromatic"
    return bool(is_number or is_all or (value == 1 and ONE_WORDS.search(answer)))
