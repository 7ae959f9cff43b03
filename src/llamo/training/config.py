"""The schema of a training run: YAML in `configs/`, `--set a.b=c` on top, unknown keys refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError, model_validator

from llamo.errors import ConfigError
from llamo.models.motif_tokens import MotifKind
from llamo.models.names import View
from llamo.models.node_norms import NormKind
from llamo.models.projectors import ProjectorKind
from llamo.yaml_files import explain, read_mapping


class Strict(BaseModel):
    """Base of all settings: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")


class SizeSettings(Strict):
    """Sizes of a new model: options of `llamo.models.config.LlamoConfig`.

    Attributes:
        graph_norm: "batch" (paper), "layer", "pair" or "none". graph_residual: add each layer's input to its output.
        token_scale: loudness of graph tokens: a number, "text" (as the text embeddings) or "off" (as they come).
        system_prompt: None takes the model's default.
    """

    graph_layers: int = Field(default=5, ge=1)
    graph_dim: int = Field(default=300, ge=1)
    graph_dropout: float = Field(default=0.0, ge=0, lt=1)
    graph_norm: NormKind = "batch"
    graph_residual: bool = False
    projector: ProjectorKind = "multilevel"
    queries_per_level: int = Field(default=4, ge=1)
    projector_heads: int = Field(default=4, ge=1)
    projector_depth: int = Field(default=6, ge=1)
    motifs: MotifKind = "counts"
    motif_queries: int = Field(default=4, ge=1)
    share_level_attention: bool = False
    motif_first: bool = False
    token_scale: float | Literal["text", "off"] = "text"
    system_prompt: str | None = None

    def chosen(self) -> dict[str, Any]:  # Any: values of several types
        """Return the keyword arguments of `llamo.models.building.build_model`."""
        values = self.model_dump(exclude_none=True)
        if self.token_scale == "text":
            del values["token_scale"]
        elif self.token_scale == "off":
            values["token_scale"] = None
        return values


class LoraSettings(Strict):
    """Adapter inside the language model. The paper's: rank 8, alpha 32, dropout 0.05, q and v projections."""

    rank: int = Field(default=8, ge=1)
    alpha: float = Field(default=32, gt=0)
    dropout: float = Field(default=0.05, ge=0, lt=1)
    targets: list[str] | str = ["q_proj", "v_proj"]


class ModelSettings(Strict):
    """What is trained, and from where it starts.

    Either `checkpoint` (a trained LLaMo model goes on; sizes come from its config) or `base_model` with sizes.

    Attributes:
        chat_template: a file with the Jinja template of the dialogue, instead of the base model's own; saved with the
            model. For base models that have none, or one that rewrites earlier turns.
    """

    base_model: str = "smollm2-135m-instruct"
    checkpoint: Path | None = None
    chat_template: Path | None = None
    encoder_weights: Path | None = None  # safetensors of a pretrained encoder, loaded over the fresh one
    sizes: SizeSettings = SizeSettings()
    lora: LoraSettings | None = None
    dtype: Literal["float32", "bfloat16"] = "bfloat16"


class DataSettings(Strict):
    """Which prepared records, in which proportion, and how they are shown.

    Attributes:
        folder: output of `llamo prepare`. mixture: weight of a "task" or "task/source"; absent means 0; empty: all by
            size. views: probability of each view of a molecule. graph_dropout: share of samples whose graph is left out
            (SMILES stays if the view has it), so that the no-graph control is fair. counts_only: share whose graph
            tokens see motifs but no atoms, for the motif-counts control. neighbours: probability of each number of
            similar molecules whose texts are shown (`llamo bank attach`), so that the model learns both ways.
            max_length: tokens; longer samples are cut.
    """

    folder: Path
    mixture: dict[str, float] = {}
    views: dict[View, float] = {
        "graph+smiles": 0.5,
        "graph": 0.5,
    }
    graph_dropout: float = Field(default=0.1, ge=0, le=1)
    counts_only: float = Field(default=0.05, ge=0, le=1)
    neighbours: dict[NonNegativeInt, float] = {0: 1.0}
    max_length: int = Field(default=384, ge=16)
    validation_limit: int = Field(default=128, ge=0)

    @property
    def shows_neighbours(self) -> bool:
        """Tell whether any sample shows neighbours."""
        return any(weight > 0 for number, weight in self.neighbours.items() if number)

    @model_validator(mode="after")
    def _check_shares(self) -> DataSettings:
        shares = {
            "views": self.views.values(),
            "mixture": self.mixture.values(),
            "neighbours": self.neighbours.values(),
        }
        for name, weights in shares.items():
            if any(weight < 0 for weight in weights) or (weights and sum(weights) <= 0):
                raise ValueError(f"{name}: weights must not be negative and must not all be zero")
        if not self.views:
            raise ValueError("views: name at least one view")
        if not self.neighbours:
            raise ValueError("neighbours: name at least one number, 0 for none")
        if self.graph_dropout + self.counts_only > 1:
            raise ValueError("graph_dropout and counts_only together exceed 1")
        return self


class OptimSettings(Strict):
    """AdamW with linear warm-up and cosine decay, stepped every optimizer step (paper section 4.1)."""

    learning_rate: float = Field(default=1e-4, gt=0)
    min_learning_rate: float = Field(default=1e-5, ge=0)
    warmup: float = Field(
        default=0.03, ge=0, le=1
    )  # share of all steps; the paper's 1,000 steps exceed a small run
    weight_decay: float = Field(default=0.05, ge=0)
    max_grad_norm: float = Field(default=1.0, gt=0)
    batch_size: int = Field(default=8, ge=1)
    accumulation: int = Field(default=1, ge=1)
    steps: int = Field(default=100, ge=1)

    @property
    def samples(self) -> int:
        """Samples one process sees in the whole run."""
        return self.batch_size * self.accumulation * self.steps


class RunConfig(Strict):
    """One training run.

    Attributes:
        stage: "pretraining" (encoder alone), "words" (encoder + projector, without the language model), "alignment"
            (encoder + projector), "instruction" (projector + LoRA) or "adapters" (LoRA alone, so that what graph tokens
            learnt in stage "words" stays).
        pretraining_levels: which levels the heads of stage "pretraining" read: "all", or the "last" alone.
        output: run folder; takes checkpoints, metrics.csv, loss.png, the resolved config and the trained model.
    """

    stage: Literal["pretraining", "words", "alignment", "instruction", "adapters"]
    output: Path
    model: ModelSettings = ModelSettings()
    data: DataSettings
    optim: OptimSettings = OptimSettings()
    pretraining_levels: Literal["all", "last"] = "all"
    seed: int = 0
    bf16: bool = True
    gradient_checkpointing: bool = False
    save_minutes: float = Field(default=8.0, gt=0)
    eval_steps: int = Field(default=250, ge=1)
    log_steps: int = Field(default=10, ge=1)
    device: Literal["auto", "cpu"] = "auto"

    @model_validator(mode="after")
    def _check_stage(self) -> RunConfig:
        if self.stage == "pretraining":
            refuse_unused(
                "data", self.data, used={"folder", "validation_limit"}, because="stage 'pretraining'"
            )
            refuse_unused("model", self.model, used={"sizes"}, because="stage 'pretraining'")
            sizes = {"graph_layers", "graph_dim", "graph_norm", "graph_residual"}
            refuse_unused("model.sizes", self.model.sizes, used=sizes, because="stage 'pretraining'")
        elif self.pretraining_levels != "all":
            raise ValueError(f"pretraining_levels is not used with stage {self.stage!r}; remove it")
        if self.stage == "words":
            used = {"folder", "mixture", "validation_limit"}
            refuse_unused("data", self.data, used=used, because="stage 'words'")
        if self.model.checkpoint is not None:
            used = set(ModelSettings.model_fields) - {"sizes", "base_model", "chat_template"}
            refuse_unused("model", self.model, used=used, because="model.checkpoint, which brings its own")
        if (
            self.stage in ("instruction", "adapters")
            and self.model.lora is None
            and self.model.checkpoint is None
        ):
            raise ValueError(
                f"stage {self.stage!r} trains LoRA; set model.lora, or model.checkpoint of a model that has it"
            )
        return self


def refuse_unused(section: str, settings: BaseModel, *, used: set[str], because: str) -> None:
    """Refuse options that differ from their default but would be read by nothing."""
    for name, field in type(settings).model_fields.items():
        if name not in used and getattr(settings, name) != field.default:
            raise ValueError(f"{section}.{name} is not used with {because}; remove it")


def load_config(path: Path, overrides: list[str] | None = None) -> RunConfig:
    """Read a YAML file and apply `key.path=value` overrides (values are YAML).

    Raises:
        ConfigError: the file is missing or not YAML, a key is unknown, a value does not fit; the key is named.
    """
    values = read_mapping(path, what="config", examples="configs/train")
    for override in overrides or []:
        apply_override(values, override)
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"config {path}: {explain(error)}") from error


def apply_override(values: dict[str, Any], override: str) -> None:
    """Set one dotted key in place: "optim.steps=5" -> values["optim"]["steps"] = 5."""
    key, separator, text = override.partition("=")
    if not separator or not key:
        raise ConfigError(f"--set {override!r}: expected key.path=value, as in --set optim.steps=100")
    *parents, last = key.split(".")
    node = values
    for parent in parents:
        child = node.setdefault(parent, {})
        if not isinstance(child, dict):
            raise ConfigError(f"--set {override!r}: {parent!r} is a value, not a section")
        node = child
    try:
        node[last] = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {override!r}: the value is not valid YAML") from error
