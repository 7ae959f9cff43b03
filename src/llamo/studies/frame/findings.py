"""What follows from a study: a verdict with its reason, tables and charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from llamo.evaluation.bootstrap import Interval
from llamo.studies.frame.charts import Chart

Verdict = Literal["supported", "not supported", "cannot tell"]


@dataclass(frozen=True)
class Table:
    """A table of the report.

    Attributes:
        title: what it shows, with units.
        columns: headings.
        rows: cells, written as they are.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def markdown(self) -> str:
        """Write the table under its title."""
        lines = [f"**{self.title}**", "", f"| {' | '.join(self.columns)} |", "|" + "---|" * len(self.columns)]
        lines += [f"| {' | '.join(cell_text(cell) for cell in row)} |" for row in self.rows]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Findings:
    """What a study found.

    Attributes:
        verdict: on the study's claim.
        reason: one sentence with the figures that decide.
        done: what was measured, on what, how often: sizes in words.
        tables: with intervals.
        charts: each is written as PNG and SVG.
        notes: what a reader of the figures has to know.
    """

    verdict: Verdict
    reason: str
    done: Sequence[str]
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        return f"**{self.verdict.capitalize()}**: {self.reason}"


def judge(interval: Interval | None, *, threshold: float = 0.0) -> Verdict:
    """Say whether a quantity that the claim wants above a threshold is: by its whole 95 % interval.

    An interval without width decides nothing: it stands on a single sample, or on samples so much alike that resampling
    them says nothing about others.
    """
    if interval is None or not interval.low < interval.high:
        return "cannot tell"
    if interval.low > threshold:
        return "supported"
    return "not supported" if interval.high < threshold else "cannot tell"


def judge_below(interval: Interval | None, threshold: float = 0.0) -> Verdict:
    """Say whether a quantity that the claim wants below a threshold is."""
    if interval is None:
        return "cannot tell"
    return judge(Interval(-interval.value, -interval.high, -interval.low), threshold=-threshold)


def judge_all(verdicts: Iterable[Verdict]) -> Verdict:
    """Judge a claim whose parts all have to hold: one that does not refutes it, one that is open leaves it open."""
    found = set(verdicts)
    if "not supported" in found:
        return "not supported"
    return "supported" if found == {"supported"} else "cannot tell"


def cell_text(value: object) -> str:
    """Write a cell of a table: an interval with three digits, a number with three significant ones, nothing as "-"."""
    if value is None:
        return "-"
    if isinstance(value, Interval):
        if value.low == value.high:
            return number_text(value.value)
        return f"{number_text(value.value)} [{number_text(value.low)}, {number_text(value.high)}]"
    if isinstance(value, float):
        return number_text(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def number_text(value: float) -> str:
    """Write a number in three significant digits: .0123, 4.57, 12,300; what is next to nothing is 0."""
    if abs(value) < 1e-8 or 1e-3 <= abs(value) < 1000:
        digits = 3 if abs(value) < 10 else 1
        return f"{value:.{digits}f}"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.2e}"


def signed_text(interval: Interval | None) -> str:
    """Write a difference with its interval: "+0.123 [-0.010, +0.256]", or "-" for none."""
    return "-" if interval is None else f"{interval.value:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]"
