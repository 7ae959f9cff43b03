"""Translate a checkpoint of the official LLaMo code (PyTorch Lightning) into this package's names.

Its parts, below the prefix `mllm.`: `graph_model` (MoleculeSTM's encoder), `abstractor` (the projector: one
shared attention for all levels, motif tokens first), `language_model` (with PEFT's names in stage 2). What
the official model never uses is left out, by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from llamo.errors import CheckpointError
from llamo.models.imports import Chirality, as_float32, import_moleculestm, require_keys, require_shapes

# Not in the checkpoint and not readable from shapes: the official code's constants.
OFFICIAL_HEADS = 4
OFFICIAL_LORA_ALPHA = 32
_PREFIX = "mllm."
# A LayerNorm after the encoder and a "pre-norm": both are computed, and nothing reads the result.
_UNUSED = re.compile(r"ln_graph_model\.(weight|bias)|abstractor\.prenorm\.(weight|bias)")
_INV_FREQ = re.compile(r".*\.rotary_emb\.inv_freq")  # a constant that older transformers versions saved
_ATTENTION = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
_LORA = re.compile(r"(?P<layer>.+)\.lora_(?P<side>[AB])\.default\.weight")


@dataclass(frozen=True)
class OfficialWeights:
    """An official checkpoint, translated.

    Args:
        options: the options of `LlamoConfig` that the tensors fix, `lora` included.
        tensors: encoder, projector and LoRA tensors under the names of `LlamoForConditionalGeneration`, fp32.
        language_model: the language model's own weights under its names; empty if the file has none.
        notes: what was left out or chosen, in words.
    """

    options: dict[str, Any]  # Any: keyword arguments of several types
    tensors: dict[str, Tensor]
    language_model: dict[str, Tensor]
    notes: tuple[str, ...]


def import_official(
    state: Mapping[str, Tensor], *, chirality: Chirality = "refuse", lora_alpha: int = OFFICIAL_LORA_ALPHA
) -> OfficialWeights:
    """Translate the state dict of an official checkpoint.

    Args:
        state: tensors by name, all below `mllm.`.
        chirality: see `import_moleculestm`.
        lora_alpha: LoRA's alpha, which no tensor tells; the official default is 32.

    Raises:
        CheckpointError: a key is missing or unknown, or a shape does not fit the others.
    """
    parts, notes = _split_parts(state)
    encoder = import_moleculestm(parts["graph_model"], chirality=chirality)
    projector, options, projector_notes = import_abstractor(parts["abstractor"])
    if options["num_levels"] != encoder.num_layers + 1 or options["node_dim"] != encoder.dim:
        raise CheckpointError(
            f"abstractor.query_tokens is for {options['num_levels']} levels of width {options['node_dim']}, "
            f"but graph_model has {encoder.num_layers + 1} levels of width {encoder.dim}; "
            "the parts do not belong together"
        )
    language_model, adapters, lora = split_language_model(parts["language_model"], lora_alpha=lora_alpha)
    for internal in ("num_levels", "node_dim", "lm_dim"):
        options.pop(internal)
    options |= {"graph_layers": encoder.num_layers, "graph_dim": encoder.dim, "lora": lora}
    tensors = {f"graph_encoder.{name}": tensor for name, tensor in encoder.tensors.items()}
    tensors |= {f"projector.{name}": tensor for name, tensor in projector.items()}
    tensors |= {f"language_model.{name}": tensor for name, tensor in adapters.items()}
    if lora is not None:
        notes.append(f"LoRA of rank {lora['rank']}: alpha {lora_alpha} assumed, the file does not hold it")
    return OfficialWeights(options, tensors, language_model, (*notes, *encoder.notes, *projector_notes))


def import_abstractor(state: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Any], list[str]]:
    """Rename the official projector.

    The official code puts one attention six times into its list, so its six copies are equal and are loaded
    as one shared attention; copies that differ come from repaired code and are loaded as independent ones.

    Returns:
        The tensors of `Projector`, the options they fix, and notes.
    """
    queries = state.get("query_tokens")
    motif_queries = state.get("motif_query_tokens")
    if queries is None or queries.dim() != 3 or motif_queries is None or motif_queries.dim() != 2:
        raise CheckpointError(
            "abstractor.query_tokens [levels, queries, width] or abstractor.motif_query_tokens "
            "[queries, width] is missing or has another number of dimensions; "
            "is this a LLaMo checkpoint with a multi-level projector?"
        )
    num_levels, num_queries, node_dim = queries.shape
    if node_dim % OFFICIAL_HEADS:
        raise CheckpointError(
            f"abstractor.query_tokens has width {node_dim}, expected a multiple of the {OFFICIAL_HEADS} heads"
        )
    depth = _mlp_depth(state)
    shared = _attentions_are_equal(state, num_levels)
    names = _abstractor_key_map(num_levels, depth)
    require_keys(state, {**names, "query_tokens": ""}, what="official projector (abstractor)")
    per_level = {ours: theirs for theirs, ours in names.items()}
    tensors = {ours: as_float32(state[theirs]) for ours, theirs in per_level.items()}
    if shared:
        dropped = [key for key in tensors if re.match(r"levels\.attentions\.[1-9]\d*\.", key)]
        tensors = {key: tensor for key, tensor in tensors.items() if key not in dropped}
    for level in range(num_levels):
        tensors[f"levels.attentions.{level}.queries"] = as_float32(queries[level])
    options: dict[str, Any] = {
        "projector": "multilevel",
        "queries_per_level": num_queries,
        "projector_heads": OFFICIAL_HEADS,
        "projector_depth": depth,
        "motifs": "counts",
        "motif_queries": motif_queries.shape[0],
        "share_level_attention": shared,
        "motif_first": True,
        "token_scale": None,
        "num_levels": num_levels,
        "node_dim": node_dim,
        "lm_dim": state["net.0.weight"].shape[0],
    }
    foreign = {ours: f"abstractor.{per_level.get(ours, 'query_tokens')}" for ours in tensors}
    require_shapes(tensors, _expected_projector_shapes(options), foreign)
    return tensors, options, _abstractor_notes(state, num_levels, shared=shared)


def split_language_model(
    state: Mapping[str, Tensor], *, lora_alpha: int
) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, Any] | None]:
    """Separate the language model's own weights from LoRA's and take PEFT's wrappers out of the names.

    `base_model.model.X.base_layer.weight` (or, in older PEFT, `base_model.model.X.weight`) -> `X.weight`;
    `base_model.model.X.lora_A.default.weight` -> `X.lora_A.default.weight`.

    Returns:
        Own weights, adapter weights, and the `lora` option (None without adapters).
    """
    own, adapters = {}, {}
    for key, tensor in state.items():
        name = key.removeprefix("base_model.model.")
        if _INV_FREQ.fullmatch(name):
            continue
        if ".lora_" in name:
            adapters[name] = as_float32(tensor)
        else:
            own[name.replace(".base_layer.", ".")] = tensor
    if not adapters:
        return own, {}, None
    matches = [_LORA.fullmatch(name) for name in adapters]
    if any(match is None for match in matches):
        odd = next(name for name, match in zip(adapters, matches, strict=True) if match is None)
        raise CheckpointError(
            f"language_model.{odd}: expected names like X.lora_A.default.weight (one plain LoRA)"
        )
    layers = {(match["layer"], match["side"]) for match in matches if match is not None}
    unpaired = sorted(layer for layer, side in layers if (layer, "B" if side == "A" else "A") not in layers)
    ranks = {tensor.shape[0 if ".lora_A." in name else 1] for name, tensor in adapters.items()}
    if unpaired or len(ranks) != 1:
        why = f"{unpaired[0]} lacks lora_A or lora_B" if unpaired else f"ranks {sorted(ranks)} are mixed"
        raise CheckpointError(f"language_model: {why}; the LoRA weights are incomplete or not of one rank")
    targets = sorted({layer.rsplit(".", 1)[-1] for layer, _ in layers})
    return own, adapters, {"rank": ranks.pop(), "alpha": lora_alpha, "dropout": 0.05, "targets": targets}


def _split_parts(state: Mapping[str, Tensor]) -> tuple[dict[str, dict[str, Tensor]], list[str]]:
    """Sort the keys below `mllm.` into the three parts; what nothing uses is noted, anything else refused."""
    parts: dict[str, dict[str, Tensor]] = {"graph_model": {}, "abstractor": {}, "language_model": {}}
    notes, unknown = [], []
    for key, tensor in state.items():
        name = key.removeprefix(_PREFIX)
        part, _, inner = name.partition(".")
        if _UNUSED.fullmatch(name):
            notes.append(f"{key}: not used (its output feeds nothing in the official model)")
        elif key.startswith(_PREFIX) and part in parts:
            parts[part][inner] = tensor
        else:
            unknown.append(key)
    if unknown:
        raise CheckpointError(
            f"official checkpoint: {len(unknown)} unknown keys, such as {', '.join(sorted(unknown)[:3])}; "
            "expected only mllm.graph_model.*, mllm.abstractor.* and mllm.language_model.*"
        )
    for part in ("graph_model", "abstractor"):
        if not parts[part]:
            raise CheckpointError(
                f"official checkpoint: no key begins with mllm.{part}.; the file is not complete"
            )
    return parts, notes


def _abstractor_key_map(num_levels: int, depth: int) -> dict[str, str]:
    """Map the official projector's names to ours, `query_tokens` apart, which is cut by level."""
    names = {
        f"cross_attention.{level}.{part}": f"levels.attentions.{level}.{part}"
        for level in range(num_levels)
        for part in _ATTENTION
    }
    names |= {f"motif_cross_attention.{part}": f"motifs.attention.{part}" for part in _ATTENTION}
    names |= {
        "motif_query_tokens": "motifs.attention.queries",
        "motif_weight.weight": "motifs.count_weight.weight",
    }
    names |= {f"layer_norm.{part}": f"layer_norm.{part}" for part in ("weight", "bias")}
    names |= {
        f"net.{2 * i}.{part}": f"mlp.{2 * i}.{part}" for i in range(depth) for part in ("weight", "bias")
    }
    return names


def _mlp_depth(state: Mapping[str, Tensor]) -> int:
    """Count the MLP's linear layers, which stand at the even places 0, 2, 4, ..."""
    places = [int(key.split(".")[1]) for key in state if re.fullmatch(r"net\.\d+\.weight", key)]
    if not places or "net.0.weight" not in state:
        raise CheckpointError("abstractor.net.0.weight is missing; the projector's MLP is not complete")
    return max(places) // 2 + 1


def _attentions_are_equal(state: Mapping[str, Tensor], num_levels: int) -> bool:
    """Tell whether all levels' attentions hold the same numbers; a missing key is reported elsewhere."""
    for part in _ATTENTION:
        copies = [state.get(f"cross_attention.{level}.{part}") for level in range(num_levels)]
        first = copies[0]
        if first is None or any(copy is None or not torch.equal(copy, first) for copy in copies[1:]):
            return False
    return True


def _abstractor_notes(state: Mapping[str, Tensor], num_levels: int, *, shared: bool) -> list[str]:
    """Say what the checkpoint's numbers reveal about the code that made it."""
    how = (
        "are equal: loaded as one shared attention" if shared else "differ: loaded as independent attentions"
    )
    notes = [f"the {num_levels} level attentions {how}"]
    weight, bias = state["layer_norm.weight"], state["layer_norm.bias"]
    if bool((weight == 1).all()) and bool((bias == 0).all()):
        notes.append(
            "abstractor.layer_norm is as initialised: the code that made this file threw its output away, "
            "whereas this model applies it; expect different answers until the projector is trained further"
        )
    return notes


def _expected_projector_shapes(options: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    from llamo.models.projectors import Projector

    with torch.device("meta"):
        projector = Projector(
            options["node_dim"],
            options["lm_dim"],
            num_levels=options["num_levels"],
            queries_per_level=options["queries_per_level"],
            num_heads=options["projector_heads"],
            depth=options["projector_depth"],
            num_motif_queries=options["motif_queries"],
            share_level_attention=options["share_level_attention"],
            motif_first=True,
        )
    return {name: tuple(tensor.shape) for name, tensor in projector.state_dict().items()}
