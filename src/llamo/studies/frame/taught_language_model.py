"""A language model that knows the texts of a task before it sees a graph: taught by LoRA, which is then merged.

What graph tokens add is measured on a model that can write, as the paper's can; a random one would spend all of a short
training on learning to.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from llamo.files import replacing_folder
from llamo.models.adapters import adapter_layers
from llamo.studies.frame.training import train_cell

LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def teach_language_model(
    base: Path, values: Mapping[str, Any], *, rank: int
) -> Path:  # Any: as in `train_cell`
    """Teach a base model the answers of prepared shards without their graphs, and write it beside `base`.

    Args:
        base: folder of the base model.
        values: `data`, `optim` and the like of the training run; stage and model are set here.
        rank: of LoRA on all linear layers.

    Returns:
        The folder of the taught model, a base model as well; one that is there is taken.
    """
    taught = base.with_name(f"{base.name}-taught")
    if (taught / "config.json").is_file():
        return taught
    sizes = {"projector": "none", "motifs": "none", "graph_layers": 1, "graph_dim": 4}
    lora = {"rank": rank, "alpha": 2 * rank, "dropout": 0.0, "targets": [*LINEAR, "lm_head"]}
    model = {"base_model": str(base), "dtype": "float32", "sizes": sizes, "lora": lora}
    checkpoint = train_cell(
        {**values, "stage": "instruction", "model": model}, base.with_name(f"{base.name}-teaching")
    )
    return save_merged(checkpoint, base, taught)


@torch.no_grad()
def save_merged(checkpoint: Path, base: Path, folder: Path) -> Path:
    """Write the language model of a checkpoint with its adapters merged in, and the tokenizer of its base model."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from llamo.models.modeling import LlamoForConditionalGeneration

    language_model = LlamoForConditionalGeneration.from_pretrained(checkpoint).language_model
    for layer in adapter_layers(language_model):
        layer.merge()
    weights = {
        name.replace(".base_layer.", "."): tensor
        for name, tensor in language_model.state_dict().items()
        if ".lora_" not in name
    }
    plain = AutoModelForCausalLM.from_config(language_model.config)
    plain.load_state_dict(weights)
    with replacing_folder(folder) as temporary:
        plain.save_pretrained(temporary)
        AutoTokenizer.from_pretrained(base).save_pretrained(temporary)
    return folder
