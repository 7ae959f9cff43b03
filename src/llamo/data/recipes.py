"""Recipes: a YAML file that names sources, tasks, caps and the seed; unknown keys are errors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from llamo.errors import ConfigError

Layout = Literal["description", "iupac", "qm9", "reactions", "reactions_with_reagents", "molsets", "builtin"]
RowTask = Literal["description", "iupac", "property", "forward_reaction", "retrosynthesis", "reagent"]
LAYOUT_TASKS: dict[Layout, tuple[str, ...]] = {
    "description": ("description",),
    "iupac": ("iupac",),
    "qm9": ("property",),
    "reactions": ("retrosynthesis", "forward_reaction"),
    "reactions_with_reagents": ("forward_reaction", "reagent", "retrosynthesis"),
    "molsets": (),
    "builtin": (),
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceEntry(_Strict):
    """One file and what is made of it.

    Attributes:
        name: label of the source in the shards.
        layout: how the file is read.
        file: path below the data folder; not for `builtin`, optional for `molsets`.
        task: the records' task; None where the molecules only feed facts, conversations or pretraining.
        weight: for the training mixture; kept in the manifest, the shards hold every record once.
        cap: rows drawn at most, by the recipe's seed, before anything is filtered.
        split: `by_molecule`, or `validation` where the whole file is held back.
        only: for some columns the values to keep.
        style: the wording of description questions.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    layout: Layout
    file: str | None = None
    task: RowTask | None = None
    weight: float = Field(default=1.0, ge=0)
    cap: int | None = Field(default=None, ge=1)
    split: Literal["by_molecule", "validation"] = "by_molecule"
    only: dict[str, list[str]] = Field(default_factory=dict)
    style: Literal["general", "classes", "origin", "use"] = "general"

    @model_validator(mode="after")
    def _fits_layout(self) -> SourceEntry:
        if self.task is not None and self.task not in LAYOUT_TASKS[self.layout]:
            possible = ", ".join(LAYOUT_TASKS[self.layout]) or "none"
            raise ValueError(f"layout {self.layout!r} has no task {self.task!r} (possible: {possible})")
        if self.file is None and self.layout not in ("molsets", "builtin"):
            raise ValueError(f"source {self.name!r} needs a `file`")
        if self.layout != "description" and (self.only or self.style != "general"):
            raise ValueError("`only` and `style` belong to layout 'description'")
        return self


class DerivedEntry(_Strict):
    """Records composed from the molecules of other sources.

    Attributes:
        task: `facts` (one question and one caption a molecule) or `conversation`.
        sources: names of the sources whose molecules are used; empty for all without reactions.
        cap: records at most.
        weight: as in `SourceEntry`.
    """

    task: Literal["facts", "conversation"]
    sources: list[str] = Field(default_factory=list)
    cap: int | None = Field(default=None, ge=1)
    weight: float = Field(default=1.0, ge=0)


class _Common(_Strict):
    name: str
    seed: int = 0
    blocklist: str | None = None
    validation_permille: int = Field(default=50, ge=0, le=1000)
    max_atoms: int = Field(default=150, ge=1)
    sources: list[SourceEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _entries_differ(self) -> _Common:
        seen = set()
        for entry in self.sources:
            if (entry.name, entry.task) in seen:
                raise ValueError(f"source {entry.name!r} with task {entry.task!r} stands in the recipe twice")
            seen.add((entry.name, entry.task))
        return self


class Recipe(_Common):
    """Conversation records for alignment and instruction tuning.

    Attributes:
        max_characters: longer descriptions are cut at the end of a sentence.
        max_smiles: records with more SMILES characters in prompt or answer are left out.
    """

    kind: Literal["records"] = "records"
    max_characters: int = Field(default=420, ge=40)
    max_smiles: int = Field(default=400, ge=20)
    derived: list[DerivedEntry] = Field(default_factory=list)

    @model_validator(mode="after")
    def _derived_exist(self) -> Recipe:
        names = {entry.name for entry in self.sources}
        for derived in self.derived:
            unknown = sorted(set(derived.sources) - names)
            if unknown:
                raise ValueError(f"{derived.task} is drawn from unknown sources {', '.join(unknown)}")
        return self


class PretrainingRecipe(_Common):
    """Molecules with their descriptors, fingerprints and groups for encoder pretraining."""

    kind: Literal["pretraining"]
    rows_per_shard: int = Field(default=20_000, ge=100)


AnyRecipe = Annotated[Recipe | PretrainingRecipe, Field(discriminator="kind")]


def load_recipe(path: Path) -> Recipe | PretrainingRecipe:
    """Read and check a recipe.

    Raises:
        ConfigError: the file is missing or no YAML, or a key is unknown or has a bad value; it is named.
    """
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"recipe {path} cannot be read ({error.strerror}); give the path of a YAML file"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"recipe {path} is not valid YAML: {error}") from error
    if not isinstance(loaded, dict):
        raise ConfigError(f"recipe {path} must be a mapping with `name`, `sources`, ...; it is {loaded!r}")
    loaded.setdefault("kind", "records")
    try:
        return TypeAdapter(AnyRecipe).validate_python(loaded)
    except ValidationError as error:
        raise ConfigError(f"recipe {path}: {_explain(error)}") from error


def _explain(error: ValidationError) -> str:
    """Say for each fault which key it is, e.g. "sources.2.capp: unknown key"."""
    faults = []
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"] if part not in ("records", "pretraining"))
        what = (
            "unknown key"
            if fault["type"] == "extra_forbidden"
            else fault["msg"].removeprefix("Value error, ")
        )
        faults.append(f"{where}: {what}" if where else what)
    return "; ".join(faults)
