"""What the claim checker makes of real captions: nearly all that it can check there should come out supported.

A contradicted claim of a database's own caption is a mistake of the caption, or of the checker; each is listed, to be
read by a person. The interval is a bootstrap over captions, since the claims of one stand or fall together.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np

from llamo.errors import InvalidMoleculeError
from llamo.evaluation.bootstrap import Interval, bootstrap_metrics
from llamo.evaluation.metric import Coverage

STATUS_NAMES = {"true": "supported", "false": "contradicted", "unclear": "not checkable"}


class Caption(NamedTuple):
    """A molecule and a text about it, with its row in the file."""

    row: int
    smiles: str
    text: str


@dataclass(frozen=True)
class Contradicted:
    """A claim that the structure contradicts, ready for JSON."""

    row: int
    kind: str
    claim: str
    expected: str
    smiles: str


@dataclass
class CaptionClaims:
    """What became of the captions.

    Attributes:
        kinds: Claims by (kind, "supported", "contradicted" or "not checkable").
        contradicted: The contradicted ones.
        silent: Captions without a claim.
        unreadable: Captions whose molecule cannot be read; they are not among the others.
        milliseconds: Processor time for each caption, the molecule's own facts included.
        counts: (supported, contradicted) of each caption.
    """

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    contradicted: list[Contradicted] = field(default_factory=list)
    silent: int = 0
    unreadable: int = 0
    milliseconds: list[float] = field(default_factory=list)
    counts: list[tuple[int, int]] = field(default_factory=list)

    def total(self, status: str) -> int:
        """Count the claims of one status."""
        return sum(count for (_, one), count in self.kinds.items() if one == status)

    def supported(self) -> Interval | None:
        """Share of supported claims among those supported or contradicted; None where there are none."""
        counts = np.array(self.counts, dtype=np.float64).reshape(-1, 2)
        if not counts.sum():
            return None
        share = Coverage(counts.sum(axis=1) > 0).ratio("supported", counts[:, 0], counts.sum(axis=1))
        return bootstrap_metrics([share])[0]

    def as_dict(self) -> dict[str, Any]:  # Any: nested counts, for JSON
        """Return figures and counts."""
        share = self.supported()
        kinds = sorted({kind for kind, _ in self.kinds})
        return {
            "captions": len(self.counts),
            "unreadable": self.unreadable,
            "without_claims": self.silent,
            "claims": {status: self.total(status) for status in STATUS_NAMES.values()},
            "supported": None if share is None else [round(value, 4) for value in share],
            "kinds": {
                kind: {status: self.kinds[kind, status] for status in STATUS_NAMES.values()} for kind in kinds
            },
            "milliseconds": self.speed(),
            "contradicted": [asdict(one) for one in self.contradicted],
        }

    def speed(self) -> dict[str, float]:
        """Mean, 99th percentile and most of the milliseconds a caption."""
        if not self.milliseconds:
            return {}
        times = np.array(self.milliseconds)
        figures = {"mean": times.mean(), "p99": np.percentile(times, 99), "max": times.max()}
        return {name: round(float(value), 3) for name, value in figures.items()}


def mismatch(captions: Iterable[Caption]) -> Iterator[Caption]:
    """Give each caption the molecule of the next row (the last: of the first), which a checker ought to notice."""
    rows = iter(captions)
    first = previous = next(rows, None)
    if first is None or previous is None:
        return
    for caption in rows:
        yield previous._replace(smiles=caption.smiles)
        previous = caption
    yield previous._replace(smiles=first.smiles)


def check_captions(captions: Iterable[Caption]) -> CaptionClaims:
    """Check the claims of captions against their molecules; what cannot be read is counted."""
    from llamo.chem.claims import check_claims

    check_claims("It is an amine.", "C")  # builds the lexicon, which is no caption's work
    result = CaptionClaims()
    for caption in captions:
        start = time.process_time()
        try:
            verdicts = check_claims(caption.text, caption.smiles)
        except InvalidMoleculeError:
            result.unreadable += 1
            continue
        result.milliseconds.append(1000 * (time.process_time() - start))
        statuses = [STATUS_NAMES[verdict.status] for verdict in verdicts]
        result.silent += not verdicts
        result.kinds.update((one.claim.kind, status) for one, status in zip(verdicts, statuses, strict=True))
        result.counts.append((statuses.count("supported"), statuses.count("contradicted")))
        result.contradicted += [
            Contradicted(caption.row, one.claim.kind, one.claim.text, one.expected, caption.smiles)
            for one in verdicts
            if one.status == "false"
        ]
    return result
