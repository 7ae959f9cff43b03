"""What `llamo results` reads: data sets, the systems measured on each, and the commands, in one YAML file."""

from __future__ import annotations

import shlex
from pathlib import Path
from string import Template
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from llamo.data.source_entry import SourceEntry, Strict
from llamo.data.tasks.catalogue import find_task
from llamo.errors import ConfigError, UsageError
from llamo.evaluation.protocols import find_protocol
from llamo.yaml_files import explain, read_mapping

NAME = r"^[a-z0-9][a-z0-9_-]*$"
PREDICT_FIELDS = frozenset({"input", "output", "data", "model", "known", "column", "made"})
BEFORE_FIELDS = frozenset({"made", "data"})
EVALUATE_FIELDS = frozenset({"predictions", "task", "protocol", "scores", "against"})
Rows = Literal["sample", "all"]


def check_command(template: str, fields: frozenset[str]) -> str:
    """Check a command with fields such as $input: it starts with llamo, and all its fields are known.

    Raises:
        ValueError: it does not.
    """
    words = shlex.split(template)
    if len(words) < 2 or words[0] != "llamo":
        raise ValueError(f"a command begins with `llamo`, this one is {template!r}")
    if not Template(template).is_valid():
        raise ValueError("a lone $ stands in the command; write $$ for the sign itself")
    unknown = sorted(set(Template(template).get_identifiers()) - fields)
    if unknown:
        known = ", ".join(f"${name}" for name in sorted(fields))
        raise ValueError(f"unknown field ${unknown[0]} in a command; there are {known}")
    return template


class TableEntry(Strict):
    """A table that commands read.

    Attributes:
        source: a source in the words of a recipe, or the name of one of the recipe's own sources.
        take: all rows, or those of molecules that the recipe's split gives to validation or training and that its
            rules for test molecules and sizes let pass.
        rows: rows at most, in the order that the recipe's seed draws them.
    """

    source: SourceEntry | str
    take: Literal["all", "validation", "train"] = "all"
    rows: int | None = Field(default=None, ge=1)


class System(Strict):
    """One system on one data set.

    Attributes:
        name: short, the same on every data set.
        title: as the page's tables call it.
        command: writes $output from $input; with $known (the table of known answers), $data (the data folder), $model,
            $made (what `before` made), and, where the data set has several columns, $column.
        before: makes the folder $made that the command reads, such as a bank; run once for systems that say the same.
        rows: asked the sample, all rows, or each.
        needs: environment variables without which it is not run.
        expected: seconds it takes on one core: a fixed part, and a part a row.
    """

    name: str = Field(pattern=NAME)
    title: str
    command: str
    before: str | None = None
    rows: list[Rows] = Field(default=["sample"], min_length=1)
    needs: list[str] = Field(default_factory=list)
    expected: tuple[float, float] = (5.0, 0.0)

    @field_validator("command")
    @classmethod
    def _is_complete(cls, command: str) -> str:
        check_command(command, PREDICT_FIELDS)
        missing = {"input", "output"} - set(Template(command).get_identifiers())
        if missing:
            raise ValueError(f"the command lacks ${sorted(missing)[0]}")
        return command

    @model_validator(mode="after")
    def _makes_what_it_reads(self) -> System:
        makes = (
            set()
            if self.before is None
            else set(Template(check_command(self.before, BEFORE_FIELDS)).get_identifiers())
        )
        if ("made" in makes) != ("made" in Template(self.command).get_identifiers()) or (
            self.before and not makes
        ):
            raise ValueError(f"$made of {self.name}: `before` has to make it, and `command` to read it")
        return self

    @property
    def uses_model(self) -> bool:
        """Whether it is the model under test that answers."""
        return "model" in Template(self.command).get_identifiers()


class DatasetEntry(Strict):
    """One data set: what is asked, of whom, and how it is scored.

    Attributes:
        name: short.
        title: heading of its table.
        about: a sentence or two below the heading: which molecules, whether anything was trained on them.
        task: what is asked.
        protocol: how it is scored.
        metrics: columns of the table, by the names `llamo evaluate` gives them.
        input: the table that is asked.
        known: the table of known answers that baselines learn from.
        columns: properties that are asked one after the other, each with its column of $input; empty for one
            question a row.
        floor: name of the system that others are compared with, row by row.
        systems: in the order of the table.
    """

    name: str = Field(pattern=NAME)
    title: str
    about: str = ""
    task: str
    protocol: str = "strict"
    metrics: list[str] = Field(min_length=1)
    input: TableEntry
    known: TableEntry | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    floor: str | None = None
    systems: list[System] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> DatasetEntry:
        try:
            find_protocol(find_task(self.task), self.protocol)
        except UsageError as error:
            raise ValueError(str(error)) from error
        names = [system.name for system in self.systems]
        if len(set(names)) < len(names):
            raise ValueError(f"two systems of {self.name} have one name")
        if self.floor is not None and self.floor not in names:
            raise ValueError(f"the floor {self.floor!r} is none of the systems {', '.join(names)}")
        for system in self.systems:
            used = set(Template(system.command).get_identifiers())
            if "known" in used and self.known is None:
                raise ValueError(
                    f"the command of {system.name} has $known, but {self.name} has no table `known`"
                )
            if ("column" in used) != bool(self.columns):
                raise ValueError(
                    f"$column in the command of {system.name} goes with `columns` of {self.name}"
                )
        return self

    def system(self, name: str) -> System:
        """Return the system of a name."""
        return next(system for system in self.systems if system.name == name)


class SpeedEntry(Strict):
    """A speed that the page tells, taken from the run: how long one cell's evaluation took.

    Attributes:
        title: what was timed.
        cell: data set, system and rows, as in `chebi20_test/copy/all`.
        aim: seconds it may take.
    """

    title: str
    cell: str
    aim: float


class ResultsConfig(Strict):
    """Everything that a results page is made of.

    Attributes:
        name: of the table of results.
        model: what $model stands for, unless another is named on the command line.
        limit: rows of a sample.
        recipe: the recipe whose split decides what is validation; path from this file's folder.
        quoted: the file of published figures; path from this file's folder.
        evaluate: the command that scores predictions.
        compare: the command that scores them and holds them against the floor's.
        datasets: in the order of the page.
        speeds: see `SpeedEntry`.
    """

    name: str
    model: str
    limit: int = Field(default=100, ge=2)
    recipe: Path
    quoted: Path | None = None
    evaluate: str
    compare: str
    datasets: list[DatasetEntry] = Field(min_length=1)
    speeds: list[SpeedEntry] = Field(default_factory=list)

    @field_validator("evaluate", "compare")
    @classmethod
    def _are_commands(cls, command: str) -> str:
        return check_command(command, EVALUATE_FIELDS)

    @model_validator(mode="after")
    def _names_differ(self) -> ResultsConfig:
        names = [dataset.name for dataset in self.datasets]
        if len(set(names)) < len(names):
            raise ValueError("two data sets have one name")
        cells = {
            f"{dataset.name}/{system.name}/{rows}"
            for dataset in self.datasets
            for system in dataset.systems
            for rows in system.rows
        }
        for speed in self.speeds:
            if speed.cell not in cells:
                raise ValueError(f"the speed {speed.title!r} names {speed.cell}, which is no cell")
        return self

    def dataset(self, name: str) -> DatasetEntry:
        """Return the data set of a name."""
        return next(dataset for dataset in self.datasets if dataset.name == name)


def load_config(path: Path) -> ResultsConfig:
    """Read and check a table of results; paths in it are made to start from its folder.

    Raises:
        ConfigError: the file is missing or no YAML, or a key is unknown or has a bad value; it is named.
    """
    values = read_mapping(path, what="results config", examples="configs/results")
    try:
        config = ResultsConfig.model_validate(values)
    except ValidationError as error:
        raise ConfigError(
            f"results config {path}: {explain(error, hidden=('SourceEntry', 'str'))}"
        ) from error
    folder = path.parent
    quoted = None if config.quoted is None else folder / config.quoted
    return config.model_copy(update={"recipe": folder / config.recipe, "quoted": quoted})
