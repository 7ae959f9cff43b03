"""The configuration of the study."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from llamo.studies.frame.small_language_model import SMALL
from llamo.studies.frame.study import StudySettings

Shift = Literal["source", "size", "scaffold"]
Material = Literal["auto", "outside", "packages", "built-in"]


class GeneralisationSettings(StudySettings):
    """What is trained, and on which molecules.

    Attributes:
        shift: in what the molecules of training and test differ.
        material: where molecules come from: "outside", six sources of `LLAMO_DATA_DIR`; "packages", QM9, chemicals of
            commerce and MOSES, which pip fetches; "built-in", lists of some sixty molecules each. "auto" takes the
            outside data where all their files are there, else the built-in lists.
        train_molecules, test_molecules: of each set; a source that has fewer limits all.
        base_model: the language model, frozen; "small" is a random one over the words of the task.
    """

    shift: Shift = "source"
    material: Material = "auto"
    train_molecules: int = Field(default=800, ge=4)
    test_molecules: int = Field(default=100, ge=2)
    base_model: str = SMALL
    graph_layers: int = Field(default=4, ge=1)
    graph_dim: int = Field(default=48, ge=4)
    steps: int = Field(default=250, ge=1)
    batch_size: int = Field(default=16, ge=2)
    learning_rate: float = Field(default=1e-2, gt=0)
