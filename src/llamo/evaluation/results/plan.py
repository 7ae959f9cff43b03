"""The cells of a table of results: which command runs on which rows, where its files go, and what it depends on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from llamo.data.locations import data_dir
from llamo.evaluation.results.commands import Command, fill
from llamo.evaluation.results.config import DatasetEntry, ResultsConfig, Rows, System
from llamo.evaluation.results.input_tables import InputTable
from llamo.files import sha256
from llamo.version import __version__


@dataclass(frozen=True)
class Run:
    """What all cells of a run share.

    Attributes:
        config: what is wanted.
        out: folder of everything that is written.
        limit: rows of a sample; 0 for all.
        model: what $model stands for.
        model_sha256: its hash; "" where it cannot be found.
    """

    config: ResultsConfig
    out: Path
    limit: int
    model: str
    model_sha256: str


@dataclass(frozen=True)
class Cell:
    """One system on one table.

    Attributes:
        run: what all cells share.
        dataset: the data set.
        system: the system.
        table: the rows that are asked.
        rows: whether they are a sample or all.
        known: the table of known answers, where the data set has one.
    """

    run: Run
    dataset: DatasetEntry
    system: System
    table: InputTable
    rows: Rows
    known: InputTable | None = None

    @property
    def name(self) -> str:
        """Data set, system and rows."""
        return f"{self.dataset.name}/{self.system.name}/{self.rows}"

    @property
    def expected_seconds(self) -> float:
        """How long it should take on one core, as the config estimates it."""
        start, a_row = self.system.expected
        return start + a_row * self.table.num_rows

    @property
    def is_floor(self) -> bool:
        """Whether the others are compared with it."""
        return self.system.name == self.dataset.floor

    def path(self, folder: str, suffix: str, *, system: str = "", part: str = "") -> Path:
        """Name one of its files: `out/predictions/qm9.knn.60.homo.jsonl`; or the same one of another system."""
        label = "all" if self.rows == "all" else str(self.table.num_rows)
        names = [self.dataset.name, system or self.system.name, label, *([part] if part else [])]
        return self.run.out / folder / (".".join(names) + suffix)

    @property
    def predictions(self) -> Path:
        """The predictions that are scored."""
        return self.path("predictions", ".jsonl")

    @property
    def outputs(self) -> dict[str, Path]:
        """The files that its commands write, by the property asked; "" where there is one file alone."""
        columns = self.dataset.columns
        return {part: self.path("predictions", ".jsonl", part=part) for part in columns} or {
            "": self.predictions
        }

    @cached_property
    def made(self) -> Path:
        """The folder that the system's `before` makes; named by that command and its data, so that systems share it."""
        folder = self.run.out / "made"
        if self.system.before is None:
            return folder
        read = _data_files([self._before(self.system.before, folder)])
        parts = "\n".join([self.system.before, *read, __version__])
        return folder / hashlib.sha256(parts.encode()).hexdigest()[:12]

    def before_commands(self, aside: Path | None = None) -> list[Command]:
        """Fill in what makes the folder `made`, if anything does.

        Args:
            aside: the folder that it makes in truth, to become `made` when it is complete.
        """
        if self.system.before is None:
            return []
        shown = self._before(self.system.before, self.made)
        if aside is None:
            return [shown]
        return [replace(shown, words=self._before(self.system.before, aside).words)]

    def commands(self) -> list[Command]:
        """Fill in what writes the predictions, one command a property."""
        return [
            fill(self.system.command, self._values(output, self.dataset.columns.get(part, "")), self.run.out)
            for part, output in self.outputs.items()
        ]

    def evaluate_command(self, *, against: Path | None) -> Command:
        """Fill in what scores the predictions, and holds them against others where there are any."""
        config = self.run.config
        values: dict[str, Path | str] = {
            "predictions": self.predictions,
            "task": self.dataset.task,
            "protocol": self.dataset.protocol,
            "scores": self.path("scores", ".json"),
        }
        if against is None:
            return fill(config.evaluate, values, self.run.out)
        return fill(config.compare, {**values, "against": against}, self.run.out)

    def key(self, *, against: Path | None) -> str:
        """Hash all that the cell's figures depend on."""
        commands = [*self.before_commands(), *self.commands(), self.evaluate_command(against=against)]
        parts: dict[str, object] = {
            "commands": [command.shown for command in commands],
            "input": self.table.sha256,
            "known": self.known.sha256 if self.known is not None else "",
            "model": self.run.model_sha256 if self.system.uses_model else "",
            "against": sha256(against) if against is not None else "",
            "files": _data_files(commands),
            "llamo": __version__,
        }
        if self.system.needs:
            parts["environment"] = {name: os.environ.get(name) for name in self.system.needs}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _before(self, template: str, made: Path) -> Command:
        return fill(template, {"made": made, "data": data_dir()}, self.run.out)

    def _values(self, output: Path, column: str) -> Mapping[str, Path | str]:
        values: dict[str, Path | str] = {
            "input": self.table.path,
            "output": output,
            "data": data_dir(),
            "model": self.run.model,
            "column": column,
            "made": self.made,
        }
        if self.known is not None:
            values["known"] = self.known.path
        return values


def dataset_cells(
    run: Run, dataset: DatasetEntry, sample: InputTable, whole: InputTable, known: InputTable | None
) -> list[Cell]:
    """List the cells of a data set, the floor's first; where the sample is the whole table it is asked once."""
    tables: dict[Rows, InputTable] = {"sample": sample, "all": whole}
    cells: dict[str, Cell] = {}
    for system in dataset.systems:
        for rows in system.rows:
            chosen: Rows = "all" if sample == whole else rows
            cell = Cell(run, dataset, system, tables[chosen], chosen, known)
            cells.setdefault(cell.name, cell)
    return sorted(cells.values(), key=lambda cell: not cell.is_floor)


def _data_files(commands: list[Command]) -> list[str]:
    """Hash the files of the data folder that commands name."""
    return [sha256(path) for path in _paths(commands) if data_dir() in path.parents and path.is_file()]


def _paths(commands: list[Command]) -> Iterator[Path]:
    for command in commands:
        yield from (Path(word) for word in command.words)
