"""The configuration of the study."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from llamo.models.projectors import ProjectorKind
from llamo.studies.frame.small_language_model import SMALL
from llamo.studies.frame.study import StudySettings


class OtherGraphsSettings(StudySettings):
    """What is trained and asked.

    Attributes:
        domains: kinds of graphs.
        base_model: the language model, frozen; "small" is a random one over the words of the task.
        train_graphs, test_graphs: generated of each domain; the published ones are asked about in any case.
        graph_layers, graph_dim, projector, queries_per_level: as in `llamo train`.
        steps, batch_size, learning_rate: of stage `alignment`, encoder and projector.
    """

    domains: list[Literal["social", "protein"]] = Field(default=["social", "protein"], min_length=1)
    base_model: str = SMALL
    train_graphs: int = Field(default=4000, ge=8)
    test_graphs: int = Field(default=300, ge=4)
    graph_layers: int = Field(default=5, ge=1)
    graph_dim: int = Field(default=128, ge=4)
    projector: ProjectorKind = "multilevel"
    queries_per_level: int = Field(default=2, ge=1)
    steps: int = Field(default=2000, ge=1)
    batch_size: int = Field(default=32, ge=2)
    learning_rate: float = Field(default=3e-3, gt=0)
