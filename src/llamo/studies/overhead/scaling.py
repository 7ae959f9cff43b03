"""A law for times, fitted to some sizes and checked on others: seconds = a + b B + c B N, no term negative.

B graphs of N nodes each. Passing a layer, attending and averaging all take time in proportion to the nodes; padding to
the largest graph adds nothing here, since the graphs of a batch have one size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LinearRegression


class Law(NamedTuple):
    """Seconds of a pass over `batch` graphs of `nodes` nodes: fixed + graph * batch + node * batch * nodes."""

    fixed: float
    graph: float
    node: float

    def seconds(self, batch: float, nodes: float) -> float:
        """Predict the time of a pass."""
        return self.fixed + self.graph * batch + self.node * batch * nodes

    def __add__(self, other: object) -> Law:
        """Add the law of a second part that runs after the first."""
        if not isinstance(other, Law):
            return NotImplemented
        return Law(self.fixed + other.fixed, self.graph + other.graph, self.node + other.node)


class Sample(NamedTuple):
    """One measured time."""

    batch: float
    nodes: float
    seconds: float


def fit(samples: Sequence[Sample]) -> Law:
    """Fit a law by least squares of relative errors: a microsecond counts as much as a second, each in its place.

    Raises:
        ValueError: there are no samples.
    """
    if not samples:
        raise ValueError("no times to fit a law to; measure one size at least")
    seconds = np.array([sample.seconds for sample in samples])
    terms = np.array([[1.0, sample.batch, sample.batch * sample.nodes] for sample in samples])
    scale = np.maximum(terms.max(axis=0), 1e-12)  # a part without nodes has a column of zeros
    model = LinearRegression(fit_intercept=False, positive=True)
    model.fit(terms / scale / seconds[:, None], np.ones(len(seconds)))
    return Law(*(float(value) for value in model.coef_ / scale))


def relative_errors(law: Law, samples: Sequence[Sample]) -> list[float]:
    """List by how much the law misses each time, as a share of it, without sign."""
    return [abs(law.seconds(one.batch, one.nodes) - one.seconds) / one.seconds for one in samples]


def crossing(graph: Law, prefill_seconds: float, batch: int, share: float) -> float | None:
    """Say from how many nodes on the graph's part takes more than a share of the prefill; None where it never does."""
    room = share * prefill_seconds - graph.fixed - graph.graph * batch
    if room <= 0:
        return 0.0
    return room / (graph.node * batch) if graph.node > 0 else None
