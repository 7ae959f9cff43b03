"""The configuration of the study."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from llamo.models.motif_tokens import MotifKind
from llamo.models.projectors import ProjectorKind
from llamo.studies.frame.small_language_model import SMALL
from llamo.studies.frame.study import StudySettings


class ProjectorsSettings(StudySettings):
    """What is trained, on what, and for how long.

    Attributes:
        data: a folder written by `llamo prepare` with records of tasks description, iupac and property; null for
            records about molecules that are made up by rule and those of the package.
        descriptions: names of the sources in `data` whose descriptions are taken; empty: all.
        train_records, test_records: drawn of each task, from the training and the validation split.
        max_characters: of question and answer together; longer records are passed over, so that none is cut.
        base_model: the language model; "small" is a random one that is taught the training answers first.
        language_width, language_layers, subwords: sizes of the small one, and of its tokenizer.
        language_steps: for which the small one is taught, without graphs.
        graph_layers, graph_dim, projector_depth, share_level_attention, projector, motifs: as in `llamo train`.
        tokens_a_level: a molecule has this many graph tokens for each level of the encoder, motif tokens included:
            where there are motifs, one token a level is theirs.
        word_steps, word_batch: of stage `words`, encoder and projector.
        steps, batch_size: of stage `instruction` after it, projector and LoRA.
        lora_rank: adapters on all linear layers of the language model.
        word_rate, learning_rate: of the two.
    """

    revision: ClassVar[int] = 1  # texts are written, too

    data: Path | None = None
    descriptions: list[str] = Field(default=[])
    train_records: int = Field(default=1500, ge=16)
    test_records: int = Field(default=100, ge=4)
    max_characters: int = Field(default=300, ge=80)
    base_model: str = SMALL
    language_width: int = Field(default=64, ge=8)
    language_layers: int = Field(default=2, ge=1)
    subwords: int = Field(default=1000, ge=300)
    language_steps: int = Field(default=150, ge=1)
    graph_layers: int = Field(default=5, ge=1)
    graph_dim: int = Field(default=64, ge=4)
    projector_depth: int = Field(default=2, ge=1)
    share_level_attention: bool = False
    projector: ProjectorKind = "multilevel"
    motifs: MotifKind = "none"
    tokens_a_level: int = Field(default=5, ge=2)
    word_steps: int = Field(default=120, ge=1)
    word_batch: int = Field(default=32, ge=2)
    steps: int = Field(default=320, ge=1)
    batch_size: int = Field(default=16, ge=2)
    lora_rank: int = Field(default=32, ge=1)
    word_rate: float = Field(default=2e-3, gt=0)
    learning_rate: float = Field(default=5e-3, gt=0)

    @property
    def num_levels(self) -> int:
        """L: the embedding, then the encoder's layers."""
        return self.graph_layers + 1

    @property
    def graph_tokens(self) -> int:
        """G, of a molecule, the same for all projectors but "none"."""
        return 0 if self.projector == "none" else self.num_levels * self.tokens_a_level
