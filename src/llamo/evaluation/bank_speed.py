"""How long one look into a retrieval bank takes, on one core."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from llamo.chem.parsing import parse_molecule
from llamo.data.bank import Bank
from llamo.data.bank_search import FingerprintIndex, morgan

NUM_QUERIES = 200


class BankSpeed(NamedTuple):
    """Milliseconds a query, from SMILES to five neighbours with their texts.

    Attributes:
        entries: of the bank.
        median_ms: by the clock.
        slowest_ms: by the clock, the slowest of all queries.
        processor_ms: the median of processor time: what remains when nothing else runs.
    """

    entries: int
    median_ms: float
    slowest_ms: float
    processor_ms: float


def measure_bank(smiles: Sequence[str], *, entries: int = 100_000) -> BankSpeed:
    """Measure queries of a bank whose molecules are the given ones, repeated until it has enough."""
    packed = np.stack([morgan(parse_molecule(text)) for text in smiles])
    rows = np.arange(entries) % len(smiles)
    repeated = list(itertools.islice(itertools.cycle(smiles), entries))
    keys = [f"{number:014d}" for number in range(entries)]
    columns = {"smiles": repeated, "text": repeated, "source": repeated, "connectivity": keys}
    bank = Bank(columns, FingerprintIndex(packed[rows]))
    queries = [smiles[index % len(smiles)] for index in range(NUM_QUERIES)]
    _query(bank, queries[0])
    times = [_query(bank, text) for text in queries]
    clock, processor = zip(*times, strict=True)
    return BankSpeed(
        entries=entries,
        median_ms=round(statistics.median(clock), 2),
        slowest_ms=round(max(clock), 2),
        processor_ms=round(statistics.median(processor), 2),
    )


def _query(bank: Bank, text: str) -> tuple[float, float]:
    """Return the milliseconds of one query, by the clock and of processor time."""
    clock, processor = time.perf_counter(), time.process_time()
    bank.nearest(text, 5, exclude_connectivity="0")
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)
