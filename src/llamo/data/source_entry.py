"""One source of a recipe: a file or data set, how it is read, and what is made of it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from llamo.data.downloads import PublicFile
from llamo.data.sources.layouts import LAYOUTS


class Strict(BaseModel):
    """Settings that refuse unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceEntry(Strict):
    """One file and what is made of it.

    Attributes:
        name: label of the source in the shards.
        layout: how the file is read (docs/sources.md lists them).
        file: path below the data folder; which layouts need none is in docs/sources.md.
        fetch: public address, size and sha256 of the file, fetched where it is missing.
        task: the records' task; None where the molecules only feed facts, conversations or pretraining.
        weight: how often its records are drawn in training, relative to their number, where the training
            configuration names no mixture; the shards hold every record once.
        cap: rows drawn at most, by the recipe's seed, before anything is filtered.
        split: `by_molecule`; `validation` where the whole file is held back; `test` where its molecules (of reactions
            the products) must be in no record at all.
        only: for some columns the values to keep.
        style: the wording of description questions.
        columns: the file's own name of a column, e.g. `{text: Description}`.
        text_file: of layout `line_pairs`: the texts, line by line.
        part: of a published split, or of MoleculeNet's scaffold split.
        per_tag_set: of layout `lpm24`: molecules with the same tags at most.
        properties: columns to ask about; empty for the layout's usual ones.
        dataset: of layout `huggingface`: id on the hub or local folder; `subset`, `revision` and `dataset_split` say
            what of it.
        phrase: of a column of values: how a question calls it; with its `unit`.
        question: of a column of yes and no: the question in full.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    layout: str
    file: str | None = None
    fetch: PublicFile | None = None
    task: str | None = None
    weight: float = Field(default=1.0, ge=0)
    cap: int | None = Field(default=None, ge=1)
    split: Literal["by_molecule", "validation", "test"] = "by_molecule"
    only: dict[str, list[str]] = Field(default_factory=dict)
    style: Literal["general", "classes", "origin", "use"] = "general"
    columns: dict[str, str] = Field(default_factory=dict)
    text_file: str | None = None
    part: Literal["train", "validation", "test"] = "train"
    per_tag_set: int = Field(default=200, ge=1)
    properties: list[str] = Field(default_factory=list)
    dataset: str | None = None
    subset: str | None = None
    revision: str | None = None
    dataset_split: str = "train"
    phrase: str = ""
    unit: str = ""
    question: str = ""

    @model_validator(mode="after")
    def _fits_layout(self) -> SourceEntry:
        if self.layout not in LAYOUTS:
            raise ValueError(f"unknown layout {self.layout!r}; choose one of {', '.join(LAYOUTS)}")
        layout = LAYOUTS[self.layout]
        if self.task is not None and self.task not in layout.tasks:
            possible = ", ".join(layout.tasks) or "none"
            raise ValueError(f"layout {self.layout!r} has no task {self.task!r} (possible: {possible})")
        for option in ("file", "text_file", "dataset"):
            if option in layout.needs and getattr(self, option) is None:
                raise ValueError(f"source {self.name!r} needs a `{option}`")
        foreign = sorted(self.model_fields_set - COMMON - layout.needs - layout.options)
        if foreign:
            quoted = ", ".join(f"`{name}`" for name in foreign)
            raise ValueError(f"layout {self.layout!r} does not read {quoted}")
        if self.fetch is not None and self.file is None:
            raise ValueError("`fetch` goes with `file`: it says where to put what is fetched")
        self._says_what_is_asked()
        return self

    def _says_what_is_asked(self) -> None:
        """A free column needs its question's words, or the model would be asked about "value"."""
        if "question" not in LAYOUTS[self.layout].options:
            return
        if self.task == "property" and not self.phrase:
            raise ValueError(f"source {self.name!r} needs a `phrase` for its values, e.g. 'boiling point'")
        if self.task == "classification" and not self.question:
            raise ValueError(f"source {self.name!r} needs a `question`, e.g. 'Is this molecule toxic?'")


COMMON = frozenset({"name", "layout", "fetch", "task", "weight", "cap", "split"})
