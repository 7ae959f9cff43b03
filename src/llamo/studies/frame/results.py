"""The rows that the cells of a study gave: selected by their labels, averaged with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from llamo.evaluation.bootstrap import Interval, bootstrap_mean

Label = str | int | float | bool | None
Row = dict[str, Label]


@dataclass(frozen=True)
class Results:
    """Rows of all finished cells; each has a `table`, the labels of its cell, and what was measured."""

    rows: Sequence[Row]

    def where(self, **labels: Label) -> Results:
        """Keep the rows that have these labels."""
        return Results([row for row in self.rows if all(row.get(key) == labels[key] for key in labels)])

    def values(self, column: str) -> list[float]:
        """List the numbers of a column, where it has one."""
        found = (row.get(column) for row in self.rows)
        return [float(value) for value in found if isinstance(value, int | float) and np.isfinite(value)]

    def distinct(self, column: str) -> list[Label]:
        """List the values of a column, each once, in order of appearance."""
        return list(dict.fromkeys(row[column] for row in self.rows if column in row))

    def interval(self, column: str) -> Interval | None:
        """Average a column with the 95 % interval of its mean; None where there is nothing."""
        return mean_interval(self.values(column))

    def tables(self) -> dict[str, list[Row]]:
        """Sort the rows by table, without that column."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            rest = {key: value for key, value in row.items() if key != "table"}
            found.setdefault(str(row["table"]), []).append(rest)
        return found

    def __len__(self) -> int:
        return len(self.rows)


def mean_interval(values: Iterable[float]) -> Interval | None:
    """Average values with the bootstrap interval of their mean; one value alone has no width, none gives None."""
    numbers = np.array(list(values), dtype=np.float64)
    return bootstrap_mean(numbers) if len(numbers) else None
