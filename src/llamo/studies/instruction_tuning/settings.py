"""The configuration of the study."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from llamo.studies.frame.small_language_model import SMALL
from llamo.studies.frame.study import StudySettings

Conversations = Literal["none", "composed", "pool", "kept", "written", "few"]


class TuningSettings(StudySettings):
    """What is trained, and on what.

    Attributes:
        base_model: the language model; "small" is a random one over the words of the data.
        molecules: a table of molecules; null for those of the package.
        test_molecules: of them that no record is about; they are asked about afterwards.
        has_stage_2: whether stage 2 follows; without it stage 1 goes on for as many steps.
        prompts: how captions and questions are asked for in stage 2: by "instructions" or by the task's "names".
        conversations: which of them stage 2 has: "none"; "composed" from facts; the "pool", in which every second one
            is held against another molecule; what the validator has "kept" of it; those "written" by a language
            model, as they came; as many composed ones as were written ("few").
        conversation_share: of the samples of stage 2.
        number: conversations composed.
        writer, written: the language model that writes, and the molecules it is asked about; 0: none.
        lora_rank: adapters on all linear layers of the language model.
        alignment_steps, steps, batch_size, learning_rate: of stage 1, and of what follows.
    """

    revision: ClassVar[int] = 1  # samples are whole, and forms are asked for in training

    base_model: str = SMALL
    molecules: Path | None = None
    test_molecules: int = Field(default=30, ge=2)
    has_stage_2: bool = True
    prompts: Literal["instructions", "names"] = "instructions"
    conversations: Conversations = "none"
    conversation_share: float = Field(default=0.5, gt=0, lt=1)
    number: int = Field(default=1000, ge=8)
    writer: str = "smollm2-135m-instruct"
    written: int = Field(default=24, ge=0)
    graph_layers: int = Field(default=3, ge=1)
    graph_dim: int = Field(default=64, ge=4)
    lora_rank: int = Field(default=64, ge=1)
    alignment_steps: int = Field(default=60, ge=1)
    steps: int = Field(default=300, ge=1)
    batch_size: int = Field(default=16, ge=2)
    learning_rate: float = Field(default=3e-3, gt=0)
