"""What a study is: a base configuration, named overrides, how one cell is measured, and what follows from all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import Field, ValidationError

from llamo.data.shards import MANIFEST
from llamo.errors import ConfigError, UsageError
from llamo.files import sha256
from llamo.studies.frame.findings import Findings
from llamo.studies.frame.results import Label, Results, Row
from llamo.training.config import Strict, apply_override
from llamo.yaml_files import explain

Overrides = Sequence[str]  # "key.path=value", as `--set` takes them


class StudySettings(Strict):
    """What the settings of every study hold.

    Attributes:
        seeds: repetitions of every cell that has anything random in it.
        revision: of what a study's code does with its settings; raised where cells would come out otherwise.
    """

    revision: ClassVar[int] = 0

    seeds: int = Field(default=3, ge=1)


S = TypeVar("S", bound=StudySettings)


def digest(value: object) -> str:
    """Hash what a folder or a cell is made of, for its name: twelve hexadecimal digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


def contents_hash(path: Path) -> str:
    """Hash a file, or the manifest of a prepared folder, which has the hashes of its files; "missing" for neither."""
    file = path / MANIFEST if path.is_dir() else path
    if not file.is_file():
        return "missing"
    return sha256(file)


@dataclass(frozen=True)
class Tier:
    """The size of a study that a budget buys.

    Attributes:
        minutes: the smallest budget that gives it, in minutes on two CPU cores.
        overrides: over the base configuration.
    """

    minutes: float
    overrides: Overrides


@dataclass(frozen=True)
class Cell:
    """One measurement: an ablation, a seed and where in the study's grid it stands.

    Attributes:
        labels: written into every row of the cell, and its key.
    """

    ablation: str
    seed: int
    labels: Mapping[str, Label] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name the cell for the log: JSON with sorted keys."""
        return json.dumps({"ablation": self.ablation, "seed": self.seed, **self.labels}, sort_keys=True)


@dataclass(frozen=True)
class Bench(Generic[S]):
    """What a cell is measured with.

    Attributes:
        cell: which one.
        settings: the base configuration with the tier's overrides, those of `--set`, then the ablation's.
        folder: the study's working folder; what cells share lies there, under a name that tells its settings.
    """

    cell: Cell
    settings: S
    folder: Path

    def hash_of(self, *, only: Collection[str] | None = None, without: Collection[str] = ()) -> str:
        """Hash settings, for names of what depends on them; a file or folder counts by what is in it, not by its name.

        Args:
            only: of these settings; None: of all.
            without: these. How many seeds there are never counts.
        """
        settings = self.settings
        left_out = {"seeds", *without}
        values = settings.model_dump(
            mode="json", include=None if only is None else set(only), exclude=left_out
        )
        paths = {name: value for name in values if isinstance(value := getattr(settings, name), Path)}
        values |= {name: contents_hash(path) for name, path in paths.items()}
        return digest(values | ({"revision": settings.revision} if settings.revision else {}))

    @property
    def settings_hash(self) -> str:
        """Twelve hexadecimal digits that differ where settings do, or what the files they name hold."""
        return self.hash_of()

    def run_folder(self, *names: str) -> Path:
        """Name the folder of a training run: what runs, under which settings, by which seed."""
        words = "-".join(names).replace(",", "").replace(" ", "-")
        return self.folder / f"{words}-{self.settings_hash}-{self.cell.seed}"

    @property
    def key(self) -> str:
        """Name the cell for the log: its labels, and a hash of the settings it is measured with."""
        return f"{self.cell.key} {self.settings_hash}"


@dataclass(frozen=True)
class Study(Generic[S]):
    """A question about the model, answered by measuring.

    Attributes:
        name: as in `llamo study NAME`.
        claim: the sentence that the verdict is about.
        settings: the schema of its configuration; its defaults are the base.
        ablations: named overrides over the base. Another ablation is another entry.
        tiers: sizes, the smallest first.
        parts: the labels of the cells of an ablation, beyond its name and the seed.
        measure: measures one cell; each row says its `table`.
        conclude: what follows from the rows of all cells, with the settings of the base.
    """

    name: str
    claim: str
    settings: type[S]
    ablations: Mapping[str, Overrides]
    tiers: Sequence[Tier]
    parts: Callable[[S], Sequence[Mapping[str, Label]]]
    measure: Callable[[Bench[S]], list[Row]]
    conclude: Callable[[Results, S], Findings]

    def configure(self, *overrides: Overrides) -> S:
        """Resolve the base configuration with overrides, the later over the earlier.

        Raises:
            ConfigError: an unknown key or a bad value, by name.
        """
        values: dict[str, Any] = {}  # Any: what YAML can hold
        for override in (one for several in overrides for one in several):
            apply_override(values, override)
        try:
            return self.settings.model_validate(values)
        except ValidationError as error:
            raise ConfigError(f"study {self.name}: {explain(error)}") from error

    def tier(self, minutes: float) -> Tier:
        """Choose the largest size that a budget in minutes buys; the smallest one is always to be had."""
        affordable = [tier for tier in self.tiers if tier.minutes <= minutes]
        return affordable[-1] if affordable else self.tiers[0]

    def cells(self, overrides: Overrides, names: Sequence[str]) -> Iterator[tuple[Cell, S]]:
        """Yield the cells of some ablations with their settings, seed by seed.

        Raises:
            ConfigError: as `configure`.
        """
        configured = {name: self.configure(overrides, self.ablations[name]) for name in names}
        for seed in range(max(settings.seeds for settings in configured.values())):
            for name, settings in configured.items():
                if seed < settings.seeds:
                    for labels in self.parts(settings):
                        yield Cell(name, seed, labels), settings

    def choose_ablations(self, names: Sequence[str]) -> list[str]:
        """Check names of ablations; none named: all.

        Raises:
            UsageError: there is no such ablation.
        """
        unknown = [name for name in names if name not in self.ablations]
        if unknown:
            raise UsageError(
                f"study {self.name} has no ablation {unknown[0]!r}; choose one of {', '.join(self.ablations)}"
            )
        return list(dict.fromkeys(names)) or list(self.ablations)
