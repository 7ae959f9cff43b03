"""results.json: everything that was measured, for the page and for programs; published figures are not in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llamo.errors import DataError
from llamo.evaluation.results.cell_records import CellRecord, write_json
from llamo.evaluation.results.plan import Run
from llamo.evaluation.results.running import DatasetPlan

KIND = "llamo results"


@dataclass(frozen=True)
class DatasetReport:
    """What the page says of a data set, and its cells.

    Attributes:
        name: short.
        title: heading.
        about: sentences below it.
        task: what was asked.
        protocol: how it was scored.
        metrics: the table's columns.
        floor: what the differences are to.
        num_rows: rows there are in all.
        left_out: rows of the source that were not taken, by reason.
        failure: why there are no cells.
        cells: in the order of the table.
    """

    name: str
    title: str
    about: str
    task: str
    protocol: str
    metrics: tuple[str, ...]
    floor: str = ""
    num_rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    failure: str = ""
    cells: tuple[CellRecord, ...] = ()


@dataclass(frozen=True)
class Report:
    """All that was measured.

    Attributes:
        name: of the config.
        limit: rows of a sample; 0 for all.
        model: name of the model under test.
        model_sha256: its hash when the run began.
        datasets: in the order of the page.
        speeds: title, cell and aim of the speeds to tell.
    """

    name: str
    limit: int
    model: str
    model_sha256: str
    datasets: tuple[DatasetReport, ...]
    speeds: tuple[dict[str, Any], ...] = ()

    @property
    def cells(self) -> list[CellRecord]:
        """All cells."""
        return [cell for dataset in self.datasets for cell in dataset.cells]

    def to_dict(self) -> dict[str, Any]:
        """Lay it out for JSON."""
        from dataclasses import asdict

        return {"kind": KIND, **asdict(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Report:
        """Read what `to_dict` laid out."""
        datasets = tuple(_dataset(one) for one in values["datasets"])
        names = ("name", "limit", "model", "model_sha256")
        speeds = tuple(values.get("speeds", ()))
        return cls(**{name: values[name] for name in names}, datasets=datasets, speeds=speeds)


def make_report(run: Run, plans: Sequence[DatasetPlan], records: Sequence[CellRecord]) -> Report:
    """Put the records of all cells under their data sets, in the order of the config."""
    datasets = []
    for plan in plans:
        dataset = plan.dataset
        order = [system.name for system in dataset.systems]
        cells = [record for record in records if record.dataset == dataset.name]
        datasets.append(
            DatasetReport(
                dataset.name,
                dataset.title,
                dataset.about,
                dataset.task,
                dataset.protocol,
                tuple(dataset.metrics),
                floor=dataset.floor or "",
                num_rows=plan.whole.num_rows if plan.whole else 0,
                left_out=plan.whole.left_out if plan.whole else {},
                failure=plan.failure,
                cells=tuple(
                    sorted(cells, key=lambda cell: (order.index(cell.system), cell.rows != "sample"))
                ),
            )
        )
    speeds = tuple(speed.model_dump() for speed in run.config.speeds)
    name = Path(run.model).name if Path(run.model).is_absolute() else run.model
    return Report(run.config.name, run.limit, name, run.model_sha256, tuple(datasets), speeds)


def write_report(path: Path, report: Report) -> None:
    """Write results.json, whole or not at all."""
    write_json(path, report.to_dict())


def read_report(path: Path) -> Report:
    """Read results.json.

    Raises:
        DataError: it is missing, or not such a file.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
        if values.get("kind") == KIND:
            return Report.from_dict(values)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); `llamo results` writes it") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is damaged ({error!r}); run `llamo results` again") from error
    raise DataError(f"{path} was not written by `llamo results`; run it again")


def _dataset(values: dict[str, Any]) -> DatasetReport:
    cells = tuple(CellRecord.from_dict(cell) for cell in values["cells"])
    return DatasetReport(**{**values, "metrics": tuple(values["metrics"]), "cells": cells})
