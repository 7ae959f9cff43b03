"""Synthetic checkpoints with the documented keys and shapes of MoleculeSTM and of the official LLaMo code."""

from __future__ import annotations

import torch
from torch import Tensor

ATOM_TABLES = (119, 5, 12, 12, 10, 6, 6, 2, 2)
BOND_TABLES = (5, 6, 2)


def moleculestm_state(
    *, dim: int = 12, num_layers: int = 2, prefix: str = "molecule_node_model."
) -> dict[str, Tensor]:
    """Random tensors under MoleculeSTM's names."""
    torch.manual_seed(0)
    state = {
        f"atom_encoder.atom_embedding_list.{i}.weight": torch.randn(n, dim) for i, n in enumerate(ATOM_TABLES)
    }
    for layer in range(num_layers):
        gnn = f"gnns.{layer}"
        state[f"{gnn}.eps"] = torch.randn(1)
        state |= _linear(f"{gnn}.mlp.0", dim, 2 * dim) | _batch_norm(f"{gnn}.mlp.1", 2 * dim)
        state |= _linear(f"{gnn}.mlp.3", 2 * dim, dim) | _batch_norm(f"batch_norms.{layer}", dim)
        for i, size in enumerate(BOND_TABLES):
            state[f"{gnn}.bond_encoder.bond_embedding_list.{i}.weight"] = torch.randn(size, dim)
    return {prefix + name: tensor for name, tensor in state.items()}


def abstractor_state(
    *,
    dim: int = 12,
    lm_dim: int = 32,
    num_levels: int = 3,
    num_queries: int = 2,
    depth: int = 3,
    shared: bool = True,
) -> dict[str, Tensor]:
    """Random tensors under the names of the official projector."""
    torch.manual_seed(1)
    state = {
        "query_tokens": torch.randn(num_levels, num_queries, dim),
        "motif_query_tokens": torch.randn(4, dim),
    }
    state["motif_weight.weight"] = torch.randn(dim, 73)
    state |= _attention("motif_cross_attention", dim)
    one = _attention("cross_attention.0", dim)
    for level in range(num_levels):
        values = one if shared else _attention("cross_attention.0", dim)
        state |= {name.replace(".0.", f".{level}.", 1): tensor.clone() for name, tensor in values.items()}
    state |= {"layer_norm.weight": torch.rand(dim) + 0.5, "layer_norm.bias": torch.randn(dim)}
    for i in range(depth):
        state |= _linear(f"net.{2 * i}", dim if i == 0 else lm_dim, lm_dim)
    return state


def official_state(
    language_model: dict[str, Tensor], *, rank: int = 4, added_tokens: int = 1, shared: bool = True
) -> dict[str, Tensor]:
    """A stage-2 checkpoint around the given base weights: one token more, LoRA on q and v, PEFT's names."""
    torch.manual_seed(2)
    graph = moleculestm_state() | _linear("graph_pred_linear", 12, 1)
    state = {f"mllm.graph_model.{name}": tensor for name, tensor in graph.items()}
    state |= {f"mllm.ln_graph_model.{part}": torch.ones(12) for part in ("weight", "bias")}
    state |= {f"mllm.abstractor.{name}": tensor for name, tensor in abstractor_state(shared=shared).items()}
    wrapped = "mllm.language_model.base_model.model."
    for name, tensor in language_model.items():
        layer, _, kind = name.rpartition(".")
        if name.startswith(("model.embed_tokens", "lm_head")):
            tensor = torch.cat([tensor, torch.randn(added_tokens, tensor.shape[1]).to(tensor.dtype)])
        if layer.endswith((".q_proj", ".v_proj")):
            state[f"{wrapped}{layer}.base_layer.{kind}"] = tensor
            state[f"{wrapped}{layer}.lora_A.default.weight"] = torch.randn(rank, tensor.shape[1])
            state[f"{wrapped}{layer}.lora_B.default.weight"] = torch.randn(tensor.shape[0], rank)
        else:
            state[f"{wrapped}{name}"] = tensor
    return state


def _linear(name: str, in_dim: int, out_dim: int) -> dict[str, Tensor]:
    return {f"{name}.weight": torch.randn(out_dim, in_dim) * 0.3, f"{name}.bias": torch.randn(out_dim) * 0.3}


def _batch_norm(name: str, dim: int) -> dict[str, Tensor]:
    return {
        f"{name}.weight": torch.randn(dim),
        f"{name}.bias": torch.randn(dim),
        f"{name}.running_mean": torch.randn(dim),
        f"{name}.running_var": torch.rand(dim) + 0.5,
        f"{name}.num_batches_tracked": torch.tensor(7),
    }


def _attention(name: str, dim: int) -> dict[str, Tensor]:
    projections = {
        f"{name}.in_proj_weight": torch.randn(3 * dim, dim) * 0.3,
        f"{name}.in_proj_bias": torch.randn(3 * dim),
    }
    return projections | _linear(f"{name}.out_proj", dim, dim)
