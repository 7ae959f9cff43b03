"""The configuration of the study."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from llamo.models.node_norms import NormKind
from llamo.studies.frame.study import StudySettings


class OversmoothingSettings(StudySettings):
    """What encoders are built, trained and measured.

    Attributes:
        depths: numbers of layers of the plain encoder. variant_depths: those of all others.
        dim: width of the states; 300 is the shipped model's.
        molecules: measured of each set. training_molecules: of each set, for training.
        encoder: "fresh" (built here), "shipped", "assumptions" (built here so that the theory's assumptions hold), or
            "unit" (the same with weights that stretch nothing).
        graph_norm, graph_residual: see `llamo.models.graph_encoder`.
        pretraining_levels: levels that the heads of encoder pretraining read; "all" is jumping knowledge.
        steps: of training; 0 trains none. batch_size: molecules a step.
    """

    revision: ClassVar[int] = 1  # the last level but one is measured, too
    depths: list[int] = Field(default=list(range(2, 13)), min_length=1)
    variant_depths: list[int] = Field(default=[5, 12], min_length=1)
    dim: int = Field(default=300, ge=4)
    molecules: int = Field(default=200, ge=2)
    training_molecules: int = Field(default=5000, ge=10)
    encoder: Literal["fresh", "shipped", "assumptions", "unit"] = "fresh"
    graph_norm: NormKind = "batch"
    graph_residual: bool = False
    pretraining_levels: Literal["all", "last"] = "all"
    steps: int = Field(default=1200, ge=0)
    batch_size: int = Field(default=64, ge=2)
    learning_rate: float = Field(default=1e-3, gt=0)

    @property
    def is_plain(self) -> bool:
        """Whether this is the encoder of the paper."""
        plain = self.graph_norm == "batch" and not self.graph_residual and self.pretraining_levels == "all"
        return plain and self.encoder == "fresh"
