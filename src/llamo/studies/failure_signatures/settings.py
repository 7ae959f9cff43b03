"""The configuration of the study."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from llamo.models.names import DEFAULT_MODEL
from llamo.models.node_norms import NormKind
from llamo.models.projectors import ProjectorKind
from llamo.studies.frame.study import StudySettings
from llamo.training.failure_warnings import Fault


class SignatureSettings(StudySettings):
    """What is trained, and what is wrong with it.

    Attributes:
        fault: what an ablation breaks; "none" for a healthy run. It says which warning is expected, no more.
        instrument: "small", a new model around a small random language model, stage `alignment`; or "shipped", the
            model whose adapters go on, stage `adapters`, since only a real language model has instructions to forget.
            The former learns short questions about facts, the latter captions of facts, which it knows.
        model: of "shipped".
        test_molecules: of the package's molecules, those that the signals are measured on.
        wrong_graphs: in training every text stands beside the graph of another molecule.
        token_scale: loudness of graph tokens; "text" is as loud as words.
        shipped_steps, shipped_batch: of "shipped"; 0 steps leave it out.
    """

    fault: Literal["none"] | Fault = "none"
    instrument: Literal["small", "shipped"] = "small"
    model: str = DEFAULT_MODEL
    test_molecules: int = Field(default=64, ge=4)
    wrong_graphs: bool = False
    token_scale: float | Literal["text"] = "text"
    graph_layers: int = Field(default=4, ge=1)
    graph_dim: int = Field(default=48, ge=4)
    graph_norm: NormKind = "batch"
    projector: ProjectorKind = "multilevel"
    steps: int = Field(default=120, ge=2)
    batch_size: int = Field(default=16, ge=2)
    learning_rate: float = Field(default=3e-3, gt=0)
    shipped_steps: int = Field(default=8, ge=0)
    shipped_batch: int = Field(default=2, ge=2)
    shipped_rate: float = Field(default=1e-4, gt=0)
