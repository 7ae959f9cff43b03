"""A text whose claims about a structure are checked: which words are supported, contradicted, or neither."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from llamo.chem.claim_types import Status

if TYPE_CHECKING:
    from llamo.chem.claims import Verdict
    from llamo.chem.reading import Molecule

Mark = Literal["supported", "contradicted", "not checkable"]
MARKS: dict[Status, Mark] = {"true": "supported", "false": "contradicted", "unclear": "not checkable"}
_GRAVITY: tuple[Mark, ...] = ("supported", "not checkable", "contradicted")


class Piece(NamedTuple):
    """Words of a text under one mark.

    Attributes:
        text: The words.
        mark: What was found out about them; None for words that are part of no claim.
        is_silent: Whether their sentence holds no claim that could be checked.
        is_end: Whether a claim under this mark ends here.
    """

    text: str
    mark: Mark | None
    is_silent: bool
    is_end: bool


@dataclass(frozen=True)
class CheckedText:
    """A text with a verdict on each claim.

    Attributes:
        text: The text, as it was given.
        verdicts: The claims in the order of the text; `verdict.claim.start` and `.end` are places in it.
        silent: Start and end of each sentence that claims nothing that can be read.
    """

    text: str
    verdicts: tuple[Verdict, ...]
    silent: tuple[tuple[int, int], ...]

    def count(self, mark: Mark) -> int:
        """Count the claims under one mark."""
        return sum(MARKS[verdict.status] == mark for verdict in self.verdicts)

    def pieces(self) -> Iterator[Piece]:
        """Cut the text where marks change; of claims that overlap, the worst verdict is shown."""
        claims = [verdict.claim for verdict in self.verdicts]
        edges = {0, len(self.text), *(edge for span in self.silent for edge in span)}
        edges |= {edge for claim in claims for edge in (claim.start, claim.end)}
        places = sorted(edge for edge in edges if 0 <= edge <= len(self.text))
        for start, end in itertools.pairwise(places):
            marks = [
                MARKS[one.status]
                for one in self.verdicts
                if one.claim.start <= start and end <= one.claim.end
            ]
            worst = max(marks, key=_GRAVITY.index, default=None)
            ends = any(
                one.claim.end == end and one.claim.start <= start and MARKS[one.status] == worst
                for one in self.verdicts
            )
            is_silent = any(first <= start and end <= last for first, last in self.silent)
            yield Piece(self.text[start:end], worst, is_silent, ends)

    def to_dict(self) -> dict[str, object]:
        """Lay the verdicts out for JSON: counts, claims with spans, spans of sentences without a claim."""
        return {
            "counts": {mark: self.count(mark) for mark in MARKS.values()},
            "claims": [
                {
                    **asdict(verdict.claim),
                    "status": verdict.status,
                    "mark": MARKS[verdict.status],
                    "expected": verdict.expected,
                }
                for verdict in self.verdicts
            ],
            "silent": [list(span) for span in self.silent],
        }


def check_answer(
    text: str, molecule: Molecule | str | Sequence[Molecule | str], question: str = ""
) -> CheckedText:
    """Check what an answer claims about the structure of its molecule.

    Args:
        text: The answer.
        molecule: SMILES, or a molecule that was read; several where the talk is about several.
        question: What was asked, so that "No." can be read; empty if nothing was.

    Raises:
        InvalidMoleculeError: If a text given as molecule is none.
        InputError: If no molecule is given.

    Example:
        >>> checked = check_answer("It is a steroid. It smells.", "CCO")
        >>> [(one.claim.text, MARKS[one.status]) for one in checked.verdicts], checked.silent
        ([('is a steroid', 'contradicted')], ((17, 26),))
    """
    from llamo.chem.claims import check_claims

    return mark_text(text, check_claims(text, molecule, question=question))


def mark_text(text: str, verdicts: Sequence[Verdict]) -> CheckedText:
    """Put verdicts that are known already to their text, and find the sentences that claim nothing."""
    from llamo.chem.claim_tokens import plain_text, sentences

    silent = [
        (start, end)
        for start, end in (_trimmed(text, *span) for span in sentences(plain_text(text)))
        if not any(verdict.claim.start < end and start < verdict.claim.end for verdict in verdicts)
    ]
    return CheckedText(text, tuple(verdicts), tuple(silent))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave white space at both ends of a span out."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))
