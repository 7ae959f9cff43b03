"""Assemble a model of this package from a translated official checkpoint and its base language model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from llamo.errors import CheckpointError
from llamo.models.official_import import OfficialWeights

if TYPE_CHECKING:
    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor


def build_official_model(
    weights: OfficialWeights, base_model: str, *, source: str
) -> tuple[LlamoForConditionalGeneration, LlamoProcessor, tuple[str, ...]]:
    """Put a translated official checkpoint on its base language model.

    The official "frozen" stage 1 trains the token embeddings. So the file's language model is compared with
    the base model tensor by tensor: if all are equal, the result refers to the base model by name; if not, it
    keeps its own language model whole.

    Args:
        weights: the translated checkpoint.
        base_model: name, folder or hub id of the language model it was trained on.
        source: the file's name, for messages.

    Returns:
        The model, its processor, and notes on what was found.

    Raises:
        CheckpointError: the language model's tensors or widths do not fit the base model's.
    """
    from transformers import AutoConfig

    from llamo.models.building import load_language_model
    from llamo.models.checkpoints import load_tensors
    from llamo.models.config import LlamoConfig
    from llamo.models.language_models import resolve_base_model
    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor

    folder = resolve_base_model(base_model)
    language_model = load_language_model(base_model)
    changed, notes = adopt_language_model(language_model, weights.language_model)
    # The official prompts are the LM's own format without a system text of this package.
    config = LlamoConfig(
        AutoConfig.from_pretrained(folder), base_model=base_model, system_prompt=None, **weights.options
    )
    processor = LlamoProcessor.for_config(config, folder)
    model = LlamoForConditionalGeneration.on_language_model(config, language_model)
    load_tensors(model, weights.tensors, whole=False, source=source)
    if changed:
        config.base_model = None
        notes.append(
            f"{len(changed)} language-model tensors differ from {base_model} ({changed[0]}): kept whole"
        )
    return model.eval(), processor, (*weights.notes, *notes)


def adopt_language_model(language_model: nn.Module, own: Mapping[str, Tensor]) -> tuple[list[str], list[str]]:
    """Compare a checkpoint's language model with loaded base weights and copy over what differs.

    Rows that the official code added to the vocabulary (its graph token) are left out: here, the placeholder
    has no embedding.

    Args:
        language_model: the base weights, changed in place.
        own: the checkpoint's tensors; empty if it holds none, and then nothing is done.

    Returns:
        Names of the tensors that differed, and notes.

    Raises:
        CheckpointError: a tensor is missing, unknown, or of another shape.
    """
    if not own:
        return [], ["the file holds no language model: the base model's weights are used as they are"]
    expected = language_model.state_dict()
    tied = _tied_names(language_model)
    missing, extra = sorted(expected.keys() - own.keys() - tied), sorted(own.keys() - expected.keys())
    if missing or extra:
        problems = [*(f"missing {key}" for key in missing[:3]), *(f"unknown {key}" for key in extra[:3])]
        raise CheckpointError(
            f"language_model: {len(missing)} tensors missing, {len(extra)} unknown: {'; '.join(problems)}; "
            "pass the base model the checkpoint was trained on"
        )
    changed, notes = [], []
    vocabulary_tensors = _vocabulary_names(language_model)
    for name, tensor in own.items():
        rows = expected[name].shape[0]
        if name in vocabulary_tensors and tensor.shape[0] > rows:
            notes.append(
                f"language_model.{name}: the last {tensor.shape[0] - rows} rows (added tokens) are left out"
            )
            tensor = tensor[:rows]
        if tensor.shape != expected[name].shape:
            raise CheckpointError(
                f"language_model.{name} has shape {tuple(tensor.shape)}, "
                f"expected {tuple(expected[name].shape)}; pass the base model the checkpoint was trained on"
            )
        # Compared in the checkpoint's precision: the official code casts the base model to bf16.
        if not torch.equal(expected[name].to(tensor.dtype), tensor):
            changed.append(name)
            with torch.no_grad():
                expected[name].copy_(tensor)
    return changed, notes


def _vocabulary_names(language_model: nn.Module) -> set[str]:
    """Return the names of the tensors that have one row a token."""
    modules = [language_model.get_input_embeddings(), language_model.get_output_embeddings()]  # type: ignore[operator]
    return {f"{name}.weight" for name, module in language_model.named_modules() if module in modules}


def _tied_names(language_model: nn.Module) -> set[str]:
    """Return the names of tensors that share another's memory; a checkpoint may leave them out."""
    seen: dict[int, str] = {}
    tied = set()
    for name, tensor in language_model.state_dict().items():
        if tensor.data_ptr() in seen:
            tied.add(name)
        seen.setdefault(tensor.data_ptr(), name)
    return tied
