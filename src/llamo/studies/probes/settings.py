"""The configuration of the study."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from llamo.models.names import DEFAULT_MODEL
from llamo.studies.frame.study import StudySettings

SetName = Literal["bbbp", "bace", "esol", "lipophilicity"]


class ProbeSettings(StudySettings):
    """What is probed, and on what.

    Attributes:
        sets: of MoleculeNet.
        model: whose encoder is probed: a shipped name, a folder, a hub id, or the folder of an encoder that stage
            `pretraining` or `llamo convert moleculestm` wrote.
        represents: what a molecule is described by: the "encoder" of the model, one of its sizes with "random" weights,
            its Morgan "fingerprint" (radius 2, 2,048 bits), or encoder and fingerprint "joined".
        levels: whose states are read: "all", side by side, or the "last" alone.
        pooling: how atoms become a molecule at each level.
        molecules: of each part at most; null for all.
    """

    sets: list[SetName] = Field(default=["bbbp", "bace", "esol", "lipophilicity"], min_length=1)
    model: str = DEFAULT_MODEL
    represents: Literal["encoder", "random", "fingerprint", "joined"] = "encoder"
    levels: Literal["all", "last"] = "all"
    pooling: Literal["mean", "sum"] = "mean"
    molecules: int | None = Field(default=None, ge=10)
