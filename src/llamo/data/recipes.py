"""Recipes: a YAML file that names sources, tasks, caps and the seed; unknown keys are errors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from llamo.data.source_entry import SourceEntry, Strict
from llamo.data.sources.rows import MoleculeRow
from llamo.data.tasks.catalogue import tasks_of
from llamo.errors import ConfigError
from llamo.yaml_files import explain, read_mapping


class DerivedEntry(Strict):
    """Records composed from the molecules of other sources.

    Attributes:
        task: `facts` (one question and one caption a molecule), `facts_caption`, `conversation` or any other task
            whose rows are bare molecules.
        sources: names of the sources whose molecules are used; empty for all without reactions.
        cap: records at most.
        weight: as in `SourceEntry`.
    """

    task: str
    sources: list[str] = Field(default_factory=list)
    cap: int | None = Field(default=None, ge=1)
    weight: float = Field(default=1.0, ge=0)

    @model_validator(mode="after")
    def _needs_molecules_only(self) -> DerivedEntry:
        possible = tasks_of(MoleculeRow)
        if self.task not in possible:
            raise ValueError(
                f"task {self.task!r} cannot be composed from molecules alone (possible: {', '.join(possible)})"
            )
        return self


class _Common(Strict):
    """What both kinds of recipe say.

    Attributes:
        name: of the recipe.
        seed: of all draws.
        blocklist: files of molecules that must be in no record: lists of InChIKeys or tables of molecules.
        validation_permille: share of the molecules held back for validation, in thousandths.
        max_atoms: larger molecules are left out.
        on_bad_row: whether a broken row of a source stops the run, or is counted and skipped.
        on_bad_molecule: the same of a sound row whose molecule cannot be read; public collections hold some.
        sources: what is read.
    """

    name: str
    seed: int = 0
    blocklist: str | list[str] | None = None
    validation_permille: int = Field(default=50, ge=0, le=1000)
    max_atoms: int = Field(default=150, ge=1)
    on_bad_row: Literal["fail", "skip"] = "fail"
    on_bad_molecule: Literal["fail", "skip"] = "skip"
    sources: list[SourceEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _entries_differ(self) -> _Common:
        seen = set()
        for entry in self.sources:
            if (entry.name, entry.task) in seen:
                raise ValueError(f"source {entry.name!r} with task {entry.task!r} stands in the recipe twice")
            seen.add((entry.name, entry.task))
        return self

    @property
    def blocklist_files(self) -> list[str]:
        """Names of the blocklist files, below the data folder."""
        return [self.blocklist] if isinstance(self.blocklist, str) else self.blocklist or []


class Recipe(_Common):
    """Conversation records for alignment and instruction tuning.

    Attributes:
        max_characters: longer descriptions are cut at the end of a sentence.
        max_smiles: records with more SMILES characters in prompt or answer are left out.
        per_molecule: records of one molecule (by connectivity; of a reaction the product), task and question at most;
            the first ones stay. None for no limit: then only equal answers are duplicates.
    """

    kind: Literal["records"] = "records"
    max_characters: int = Field(default=420, ge=40)
    max_smiles: int = Field(default=400, ge=20)
    per_molecule: int | None = Field(default=None, ge=1)
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
    loaded = read_mapping(path, what="recipe", examples="configs/data")
    loaded.setdefault("kind", "records")
    try:
        return TypeAdapter(AnyRecipe).validate_python(loaded)
    except ValidationError as error:
        faults = explain(error, hidden=("records", "pretraining"))
        raise ConfigError(f"recipe {path}: {faults}") from error
