"""The configuration of the study."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from llamo.studies.frame.study import StudySettings

Source = Literal["composed", "another molecule", "written", "files", "ratings"]


class QualitySettings(StudySettings):
    """Which conversations are looked at.

    Attributes:
        source: "composed" from exact facts; the same held against "another molecule"; "written" by a language model
            that is served on the loopback interface; "files" of any origin; "ratings": no conversations, the labelled
            answers of the package.
        molecules: a table of molecules to talk about; null for those of the package.
        conversations: composed a seed.
        writer: base model that writes.
        written: molecules it is asked about; 0: none is written.
        files: conversation records, as `llamo instructions validate` takes them.
        ratings: filled forms of the package's sample (`llamo instructions form`), to be held against the validator.
    """

    source: Source = "composed"
    molecules: Path | None = None
    conversations: int = Field(default=2000, ge=2)
    writer: str = "smollm2-135m-instruct"
    written: int = Field(default=24, ge=0)
    files: list[Path] = Field(default=[])
    ratings: list[Path] = Field(default=[])
