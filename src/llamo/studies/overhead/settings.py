"""The configuration of the study."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from llamo.models.motif_tokens import MotifKind
from llamo.models.projectors import ProjectorKind
from llamo.studies.frame.study import StudySettings


class OverheadSettings(StudySettings):
    """Which part is measured on which batches.

    Attributes:
        part: "encoder", "projector" or "language model".
        projector, motifs: the projector that is measured; sizes are the shipped model's.
        atoms: sizes of graphs. held_out: those of them that no law is fitted to.
        batches: graphs a batch. held_out_batches: further ones of the language model, to check its law by.
        max_states: nodes a batch at most; larger batches are left to the fitted law.
        base_model: the language model, or "small" for a random one. prompt_tokens: of text beside the graph tokens.
        max_tokens: of a language-model batch at most. repeats: timed passes.
        negligible: share of the prefill below which a cost counts as negligible.
    """

    seeds: int = Field(default=1, ge=1)
    part: Literal["encoder", "projector", "language model"] = "projector"
    projector: ProjectorKind = "multilevel"
    motifs: MotifKind = "pooled"
    atoms: list[int] = Field(default=[5, 10, 20, 35, 50, 100, 200, 350, 500], min_length=1)
    held_out: list[int] = Field(default=[20, 100, 350])
    batches: list[int] = Field(default=[1, 4, 16, 64, 256], min_length=1)
    held_out_batches: list[int] = Field(default=[2, 32])
    max_states: int = Field(default=130_000, ge=1)
    base_model: str = "smollm2-135m-instruct"
    prompt_tokens: int = Field(default=32, ge=1)
    max_tokens: int = Field(default=20_000, ge=1)
    repeats: int = Field(default=5, ge=1)
    negligible: float = Field(default=0.1, gt=0)
