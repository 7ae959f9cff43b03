"""Read checkpoints of other programs and rename their graph encoders to ours: strict maps, nothing skipped.

The encoder is that of MoleculeSTM (Liu et al. 2023, arXiv 2212.10789), which the official LLaMo code holds,
too. Every key is accounted for by name: mapped, or listed as unused with the reason. Pickled code never runs.
"""

from __future__ import annotations

import argparse
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from llamo.errors import CheckpointError

Chirality = Literal["refuse", "translate"]

_WRAPPER = "molecule_node_model."
# The head of MoleculeSTM's graph-level wrapper: it predicts a task that language does not need.
_UNUSED_HEADS = ("graph_pred_linear.weight", "graph_pred_linear.bias")
_CHIRALITY_TABLE = "atom_encoder.atom_embedding_list.1.weight"
_NUM_ATOM_TABLES, _NUM_BOND_TABLES = 9, 3
_AFFINE = ("weight", "bias")
_BATCH_NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


@dataclass(frozen=True)
class ImportedEncoder:
    """A graph encoder under this package's names.

    Args:
        tensors: the state dict of `GraphEncoder(num_layers, dim)`.
        num_layers: GIN layers.
        dim: width of the node states.
        notes: what was translated or left out, in words.
    """

    tensors: dict[str, Tensor]
    num_layers: int
    dim: int
    notes: tuple[str, ...] = ()


def read_foreign_checkpoint(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a `.pth`, `.ckpt` or `.safetensors` file without running code that is in it.

    Args:
        path: a state dict, or a Lightning checkpoint that holds one under "state_dict".

    Returns:
        Tensors by name, on the CPU, memory-mapped where the file's format allows.

    Raises:
        CheckpointError: the file is missing, damaged, wants to run code, or holds other things than tensors.
    """
    content = _load_weights_only(path)
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping) or not content:
        raise CheckpointError(f"{path} holds {_describe(content)}, expected a state dict (names -> tensors)")
    for key, value in content.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            raise CheckpointError(
                f"{path}: entry {key!r} is {_describe(value)}, expected a tensor; "
                "save the model's state_dict() alone"
            )
    return dict(content)


def import_moleculestm(state: Mapping[str, Tensor], *, chirality: Chirality = "refuse") -> ImportedEncoder:
    """Rename a MoleculeSTM graph encoder, with or without the prefix `molecule_node_model.`.

    Args:
        state: the checkpoint's tensors; a prediction head `graph_pred_linear` may be among them.
        chirality: what to do with the 4-row chirality table of older OGB releases: "refuse", or "translate":
            the row of today's fifth value, "misc", becomes a copy of CHI_OTHER's.

    Returns:
        The encoder; its tensors are in fp32.

    Raises:
        CheckpointError: a key is missing, unknown, or of the wrong shape.
    """
    encoder, notes = _strip_wrapper(state)
    num_layers, dim = _encoder_sizes(encoder)
    names = encoder_key_map(num_layers)
    require_keys(encoder, names, what="MoleculeSTM graph encoder")
    table = encoder[_CHIRALITY_TABLE]
    if table.shape == (4, dim):
        encoder[_CHIRALITY_TABLE] = _translate_chirality(table, chirality)
        notes.append(f"{_CHIRALITY_TABLE}: row 'misc' added as a copy of CHI_OTHER (4 -> 5 rows)")
    tensors = {ours: as_float32(encoder[theirs]) for theirs, ours in names.items()}
    require_shapes(
        tensors, _expected_encoder_shapes(num_layers, dim), {ours: name for name, ours in names.items()}
    )
    return ImportedEncoder(tensors, num_layers, dim, tuple(notes))


def encoder_key_map(num_layers: int) -> dict[str, str]:
    """Map MoleculeSTM's names to ours: `gnns.0.mlp.1.weight` -> `layers.0.conv.nn.1.weight`."""
    names = {
        f"atom_encoder.atom_embedding_list.{i}.weight": f"atom_embedding.embeddings.{i}.weight"
        for i in range(_NUM_ATOM_TABLES)
    }
    for layer in range(num_layers):
        theirs, ours = f"gnns.{layer}", f"layers.{layer}"
        names[f"{theirs}.eps"] = f"{ours}.conv.eps"
        for step, parts in (("0", _AFFINE), ("1", _BATCH_NORM), ("3", _AFFINE)):
            names |= {f"{theirs}.mlp.{step}.{part}": f"{ours}.conv.nn.{step}.{part}" for part in parts}
        for i in range(_NUM_BOND_TABLES):
            bond_table = f"{ours}.bond_embedding.embeddings.{i}.weight"
            names[f"{theirs}.bond_encoder.bond_embedding_list.{i}.weight"] = bond_table
        names |= {f"batch_norms.{layer}.{part}": f"{ours}.norm.{part}" for part in _BATCH_NORM}
    return names


def require_keys(state: Mapping[str, Tensor], expected: Mapping[str, str], *, what: str) -> None:
    """Raise CheckpointError unless a state dict has exactly the expected keys; the first few are named."""
    missing = sorted(expected.keys() - state.keys())
    extra = sorted(state.keys() - expected.keys())
    if missing or extra:
        problems = [*(f"missing {key}" for key in missing[:3]), *(f"unknown {key}" for key in extra[:3])]
        raise CheckpointError(
            f"{what}: {len(missing)} of {len(expected)} keys are missing, {len(extra)} are unknown: "
            f"{'; '.join(problems)}; is this file what the command expects, and complete?"
        )


def require_shapes(
    tensors: Mapping[str, Tensor], expected: Mapping[str, tuple[int, ...]], foreign_names: Mapping[str, str]
) -> None:
    """Raise CheckpointError at the first tensor of another shape than expected, by its name in the file."""
    for name, shape in expected.items():
        if tuple(tensors[name].shape) != shape:
            raise CheckpointError(
                f"{foreign_names[name]} has shape {tuple(tensors[name].shape)}, expected {shape}; "
                "the checkpoint was made with other feature tables or sizes and cannot be used"
            )


def as_float32(tensor: Tensor) -> Tensor:
    """Return a contiguous copy in fp32; integers (BatchNorm's counter) stay integers."""
    return (
        tensor.detach().to(torch.float32 if tensor.is_floating_point() else tensor.dtype).clone().contiguous()
    )


def _load_weights_only(path: Path) -> Any:  # Any: whatever the file holds; the caller checks
    if not path.is_file():
        raise CheckpointError(f"checkpoint {str(path)!r} does not exist; name the file that was downloaded")
    if path.suffix == ".safetensors":
        from llamo.models.checkpoints import read_tensors

        return read_tensors(path)
    try:
        # argparse.Namespace is inert, and Lightning keeps training options in one.
        with torch.serialization.safe_globals([argparse.Namespace]):
            return torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} was not loaded: it holds Python objects that could run code{_unsafe_names(path)}; "
            "only tensors are read. If you trust its origin, load it where it was made and "
            "save its state_dict() alone"
        ) from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CheckpointError(f"{path} is no readable torch checkpoint ({reason}); fetch it again") from error


def _unsafe_names(path: Path) -> str:
    """Name the objects that were refused, where the file's format tells."""
    try:
        names = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    except (RuntimeError, ValueError, pickle.UnpicklingError):
        return ""
    return f" ({', '.join(sorted(names)[:3])})" if names else ""


def _strip_wrapper(state: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], list[str]]:
    """Take off the prefix of MoleculeSTM's graph-level wrapper and set its prediction head aside."""
    unused = [key for key in _UNUSED_HEADS if key in state]
    kept = {key: tensor for key, tensor in state.items() if key not in unused}
    if any(key.startswith(_WRAPPER) for key in kept):
        kept = {key.removeprefix(_WRAPPER): tensor for key, tensor in kept.items()}
    return kept, [f"{key}: not used (prediction head)" for key in unused]


def _encoder_sizes(encoder: Mapping[str, Tensor]) -> tuple[int, int]:
    """Read the number of layers and the width off the names and the first table."""
    layers = {
        int(part) for key in encoder if key.startswith("gnns.") and (part := key.split(".")[1]).isdigit()
    }
    table = encoder.get("atom_encoder.atom_embedding_list.0.weight")
    if not layers or table is None or table.dim() != 2:
        raise CheckpointError(
            "no MoleculeSTM graph encoder found: expected keys such as molecule_node_model.gnns.0.eps and "
            f"atom_encoder.atom_embedding_list.0.weight, found {', '.join(sorted(encoder)[:3]) or 'none'}"
        )
    return max(layers) + 1, int(table.shape[1])


def _translate_chirality(table: Tensor, chirality: Chirality) -> Tensor:
    """Extend [4, D] (UNSPECIFIED, CW, CCW, OTHER) by a row for "misc", a copy of OTHER's -> [5, D]."""
    if chirality == "refuse":
        raise CheckpointError(
            f"{_CHIRALITY_TABLE} has 4 rows, expected 5: it was trained with an OGB release that had no "
            "chirality 'misc'. Pass --chirality translate to give 'misc' a copy of CHI_OTHER's row"
        )
    return torch.cat([table, table[3:4]])  # [5, D]


def _expected_encoder_shapes(num_layers: int, dim: int) -> dict[str, tuple[int, ...]]:
    from llamo.models.graph_encoder import GraphEncoder

    with torch.device("meta"):
        return {
            name: tuple(tensor.shape) for name, tensor in GraphEncoder(num_layers, dim).state_dict().items()
        }


def _describe(value: object) -> str:
    return f"a {type(value).__name__}" if value is not None else "nothing"
