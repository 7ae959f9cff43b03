"""What labellers found in sentences: claims by their places, without a word of the text.

JSON Lines, one line for each sentence: `{"id": "...", "claims": [{"kind": "class", "start": 12, "end": 31, "verdict":
"supported"}]}`. The places are characters of the sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from llamo.errors import DataError
from llamo.evaluation.claim_sentences.drawing import DrawnSentence

# What a checker of structure ought to read; and what it leaves alone by design: compounds' names, places of
# substituents, relations to other compounds.
IN_SCOPE = ("group", "ring", "class", "count", "formula", "mass", "charge", "stereo")
OUT_OF_SCOPE = ("name", "position", "relation", "other")
VERDICTS = ("supported", "contradicted", "not-checkable")


class LabelledClaim(NamedTuple):
    """A claim in a sentence: `sentence[start:end]`, what it is about, and whether the structure bears it out."""

    kind: str
    start: int
    end: int
    verdict: str

    @property
    def is_in_scope(self) -> bool:
        """Whether a checker of structure ought to find it."""
        return self.kind in IN_SCOPE


Labels = dict[str, tuple[LabelledClaim, ...]]


def read_labels(path: Path, sentences: Mapping[str, DrawnSentence]) -> Labels:
    """Read the labels of all sentences of a sample.

    Args:
        path: JSON Lines, as the module says.
        sentences: The sample by id.

    Raises:
        DataError: If the file is missing, a line is damaged, names no sentence of the sample or one twice, or a
            sentence has no line.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise DataError(f"labels {path} cannot be read ({error.strerror}); check the path") from error
    labels: Labels = {}
    for number, line in enumerate(lines, start=1):
        name, claims = _read_line(line, f"{path} line {number}")
        if name not in sentences:
            raise DataError(
                f"{path} line {number} labels {name!r}, which is not in the sample; draw it with the seed, count and "
                "files of the labels"
            )
        if name in labels:
            raise DataError(f"{path} line {number} labels {name!r} again; keep one line")
        _check(claims, len(sentences[name].sentence), f"{path} line {number}")
        labels[name] = claims
    missing = [name for name in sentences if name not in labels]
    if missing:
        raise DataError(
            f"{path} has no line for {len(missing)} sentences, the first is {missing[0]!r}; add them"
        )
    return labels


def _read_line(line: str, where: str) -> tuple[str, tuple[LabelledClaim, ...]]:
    try:
        row = json.loads(line)
        claims = tuple(LabelledClaim(**claim) for claim in row["claims"])
        return str(row["id"]), claims
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{where} is no label ({error!r}); expected id and claims") from error


def _check(claims: tuple[LabelledClaim, ...], length: int, where: str) -> None:
    for one in claims:
        if one.kind not in (*IN_SCOPE, *OUT_OF_SCOPE):
            raise DataError(
                f"{where}: kind {one.kind!r}; expected one of {', '.join((*IN_SCOPE, *OUT_OF_SCOPE))}"
            )
        if one.verdict not in VERDICTS:
            raise DataError(f"{where}: verdict {one.verdict!r}; expected one of {', '.join(VERDICTS)}")
        if not 0 <= one.start < one.end <= length:
            raise DataError(
                f"{where}: span {one.start} to {one.end} is not in a sentence of {length} characters"
            )
