"""A plan of a run: from a configuration to parameters, memory on each GPU and time of a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from llamo.errors import ConfigError
from llamo.models.checkpoints import shipped_models
from llamo.models.config import LlamoConfig
from llamo.training.config import ModelSettings, RunConfig, load_config
from llamo.training.plan.activations import Activations, Batch, trace_activations
from llamo.training.plan.architectures import architecture
from llamo.training.plan.counting import Counted, count, llamo_config, meta_model
from llamo.training.plan.flops import Flops, count_flops
from llamo.training.plan.memory import Memory, memory_of


@dataclass(frozen=True)
class Machine:
    """GPUs to plan for.

    Attributes:
        gpu_bytes: memory of one. flops: dense bf16 operations a second of one, by its data sheet. utilisation: the
            share of them that training reaches.
    """

    gpu_bytes: float
    flops: float
    utilisation: float


@dataclass(frozen=True)
class Setup:
    """One way to run: memory and time.

    Attributes:
        accumulation: micro-batches a step on each GPU, so that a step's batch stays that of the configuration.
        flops: a step, on each GPU. seconds: a step.
    """

    gpus: int
    sharded: bool
    checkpointing: bool
    accumulation: int
    memory: Memory
    fits: bool
    flops: float
    seconds: float


@dataclass(frozen=True)
class Plan:
    """What a configuration needs."""

    base_model: str
    stage: str
    steps: int
    batch: Batch
    counted: Counted
    activations: Activations
    flops: Flops
    setups: tuple[Setup, ...]

    def as_dict(self) -> dict[str, Any]:  # Any: JSON
        """Return the plan as JSON takes it."""
        return asdict(self)


def make_plan(
    path: Path,
    overrides: Sequence[str],
    machine: Machine,
    *,
    gpus: Sequence[int] = (1,),
    tokens: int | None = None,
    answer_tokens: int | None = None,
) -> Plan:
    """Plan a configuration on so many GPUs, each with and without sharding and checkpointing.

    Args:
        path: of a training configuration. overrides: as `--set` takes them.
        tokens: length of all samples; None: `data.max_length`, the longest there can be. answer_tokens: how many of
            them are learned; None: half.

    Raises:
        ConfigError: the stage does not run the language model, or the model cannot be told.
    """
    config = load_config(path, list(overrides))
    if config.stage not in ("alignment", "instruction", "adapters"):
        raise ConfigError(f"{path} is stage {config.stage!r}; a plan is of stage alignment or instruction")
    base_model, described = model_config(config.model, beside=path.parent)
    length = tokens or config.data.max_length
    batch = Batch(config.optim.batch_size, length, answer_tokens or length // 2)
    model = meta_model(described, config.stage)
    dtype = getattr(torch, config.model.dtype)
    counted, flops = count(model), count_flops(model, batch)
    activations = trace_activations(described, batch, dtype=dtype, bf16=config.bf16)
    setups = [
        _set_up(config, counted, activations, flops, machine, number, sharded, checkpointing)
        for number in gpus
        for sharded in ([False, True] if number > 1 else [False])
        for checkpointing in (False, True)
    ]
    return Plan(
        base_model, config.stage, config.optim.steps, batch, counted, activations, flops, tuple(setups)
    )


def _set_up(
    config: RunConfig,
    counted: Counted,
    activations: Activations,
    flops: Flops,
    machine: Machine,
    gpus: int,
    sharded: bool,
    checkpointing: bool,
) -> Setup:
    accumulation = max(1, round(config.optim.accumulation / gpus))
    memory = memory_of(
        counted, activations, dtype=getattr(torch, config.model.dtype), gpus=gpus, sharded=sharded,
        checkpointing=checkpointing,
    )  # fmt: skip
    operations = accumulation * flops.total(checkpointing=checkpointing)
    seconds = operations / (machine.flops * machine.utilisation)
    fits = memory.fits(machine.gpu_bytes)
    return Setup(gpus, sharded, checkpointing, accumulation, memory, fits, operations, seconds)


def model_config(settings: ModelSettings, *, beside: Path) -> tuple[str, LlamoConfig]:
    """Tell base model and sizes: from the settings, the checkpoint, or the configuration that will write it.

    Args:
        beside: folder of configurations, one of which writes a checkpoint that is not trained yet.

    Raises:
        ConfigError: the checkpoint is not there, and no configuration writes it.
    """
    if settings.checkpoint is None:
        return settings.base_model, llamo_config(settings, architecture(settings.base_model))
    folder = shipped_models().get(str(settings.checkpoint), settings.checkpoint)
    if (folder / "config.json").is_file():
        found = LlamoConfig.from_pretrained(folder)
        if settings.lora is not None:
            found.lora = settings.lora.model_dump()
        return found.base_model or str(settings.checkpoint), found
    for path in sorted(beside.glob("*.yaml")):
        earlier = load_config(path)
        if earlier.output / "model" == settings.checkpoint:
            base_model, found = model_config(earlier.model, beside=beside)
            if settings.lora is not None:
                found.lora = settings.lora.model_dump()
            return base_model, found
    raise ConfigError(
        f"model.checkpoint {settings.checkpoint} is not there, and no configuration in {beside} writes it; train it "
        "first, or plan the stage before it"
    )
