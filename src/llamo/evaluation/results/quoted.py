"""Published figures: from a file of their own, with source, protocol and what keeps them from being compared.

They are never in results.json and never enter a difference; the page marks each of them as quoted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from llamo.data.source_entry import Strict
from llamo.errors import ConfigError
from llamo.evaluation.protocols import PROTOCOLS
from llamo.evaluation.results.config import ResultsConfig
from llamo.yaml_files import explain, read_mapping


class Source(Strict):
    """A publication.

    Attributes:
        cite: authors, year, title, venue.
        link: where it can be read.
    """

    cite: str
    link: str


class QuotedFigure(Strict):
    """What a publication reports of one system.

    Attributes:
        dataset: the data set of the config under whose measured rows it stands.
        system: as the publication calls it.
        source: key of its publication.
        protocol: one of ours that it follows, or in words how it was scored.
        over: whether its denominator is all samples or the valid answers alone.
        test_set: the molecules it was measured on, where they are not ours.
        scores: by metric.
        note: what else a reader has to know.
    """

    dataset: str
    system: str
    source: str
    protocol: str
    over: Literal["all", "valid"] = "all"
    test_set: str = ""
    scores: dict[str, float] = Field(min_length=1)
    note: str = ""

    def remarks(self, protocol: str) -> list[str]:
        """Say what sets it apart from figures measured under `protocol`; empty where nothing does."""
        said = []
        if self.protocol != protocol:
            known = f"`{self.protocol}`" if self.protocol in PROTOCOLS else self.protocol
            said.append(f"other protocol: {known}")
        if self.over == "valid":
            said.append("over valid answers only")
        if self.test_set:
            said.append(f"other molecules: {self.test_set}")
        return said


class QuotedFigures(Strict):
    """The file of published figures.

    Attributes:
        sources: publications by key.
        figures: what they report.
    """

    sources: dict[str, Source] = Field(default_factory=dict)
    figures: list[QuotedFigure] = Field(default_factory=list)

    @model_validator(mode="after")
    def _sources_are_there(self) -> QuotedFigures:
        for figure in self.figures:
            if figure.source not in self.sources:
                raise ValueError(f"the figures of {figure.system} name an unknown source {figure.source!r}")
        return self

    def of(self, dataset: str) -> list[QuotedFigure]:
        """Return the figures of a data set."""
        return [figure for figure in self.figures if figure.dataset == dataset]


def load_quoted(config: ResultsConfig) -> QuotedFigures:
    """Read the published figures of a config, none where it names no file.

    Raises:
        ConfigError: the file is missing or no YAML, or a figure lacks its source or names an unknown data set or a
            metric that is no column of its table.
    """
    if config.quoted is None:
        return QuotedFigures()
    values = read_mapping(config.quoted, what="file of quoted figures", examples="configs/results")
    try:
        quoted = QuotedFigures.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"file of quoted figures {config.quoted}: {explain(error)}") from error
    for figure in quoted.figures:
        _check_place(figure, config, config.quoted)
    return quoted


def _check_place(figure: QuotedFigure, config: ResultsConfig, path: Path) -> None:
    """Raise ConfigError for a figure that would stand in no table."""
    metrics = {dataset.name: dataset.metrics for dataset in config.datasets}
    if figure.dataset not in metrics:
        raise ConfigError(
            f"{path}: {figure.system} has figures on {figure.dataset!r}, which is no data set of the config "
            f"({', '.join(metrics)})"
        )
    unknown = sorted(set(figure.scores) - set(metrics[figure.dataset]))
    if unknown:
        raise ConfigError(
            f"{path}: {figure.system} has {unknown[0]!r} on {figure.dataset}, whose columns are "
            f"{', '.join(metrics[figure.dataset])}"
        )
