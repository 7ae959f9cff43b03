"""Checkpoints: which tensors belong in one, saved atomically and loaded strictly. Safetensors and JSON only."""

from __future__ import annotations

import hashlib
import os
from importlib import resources
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from llamo.errors import CheckpointError
from llamo.files import replacing
from llamo.models.names import network_is_forbidden

WEIGHTS_FILE = "model.safetensors"
_ADAPTER_MARK = ".lora_"


def shipped_models() -> dict[str, Path]:
    """Return the trained models inside the package, by name."""
    root = Path(str(resources.files("llamo"))) / "weights"
    if not root.is_dir():
        return {}
    return {folder.name: folder for folder in sorted(root.iterdir()) if (folder / "config.json").is_file()}


def resolve_checkpoint(name: str | os.PathLike[str]) -> Path:
    """Find a LLaMo checkpoint: a shipped name, a local folder, or a hub id.

    Raises:
        CheckpointError: none of the three exists.
    """
    shipped = shipped_models()
    if str(name) in shipped:
        return shipped[str(name)]
    folder = Path(name).expanduser()
    if (folder / "config.json").is_file():
        return folder
    if folder.exists():
        raise CheckpointError(f"{str(name)!r} holds no config.json; name a folder written by save_pretrained")
    if str(name).count("/") == 1 and not str(name).startswith((".", "~")):
        return _from_hub(str(name))
    known = ", ".join(shipped) or "none"
    raise CheckpointError(
        f"no model {str(name)!r}; give a shipped name ({known}), a folder, or a hub id owner/name"
    )


def _from_hub(repo_id: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    patterns = ["*.json", "*.safetensors", "*.jinja", "*.md"]
    offline = network_is_forbidden()
    try:
        return Path(snapshot_download(repo_id, allow_patterns=patterns, local_files_only=offline))
    except (HfHubHTTPError, LocalEntryNotFoundError, HFValidationError, OSError) as error:
        if offline:
            raise CheckpointError(
                f"model {repo_id!r} is not in the Hugging Face cache, and LLAMO_OFFLINE is set; unset it"
            ) from error
        raise CheckpointError(
            f"cannot fetch model {repo_id!r} from the hub ({type(error).__name__}); check the name and the connection, "
            "or pass a local folder"
        ) from error


def hash_of_checkpoint(name: str | os.PathLike[str]) -> str:
    """Hash the configuration and the weights of a checkpoint: a name stays when a model is trained or fetched anew.

    Args:
        name: as in `resolve_checkpoint`; a model on the hub is fetched.

    Returns:
        One sha256, in hexadecimal digits, over those of config.json and of all safetensors files.
    """
    folder = resolve_checkpoint(name)
    digest = hashlib.sha256()
    for path in [folder / "config.json", *sorted(folder.glob("*.safetensors"))]:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def checkpoint_tensors(model: nn.Module, *, whole: bool) -> dict[str, Tensor]:
    """Select what a checkpoint of `model` holds, by name.

    Args:
        model: a LLaMo model. whole: True keeps the language model's own weights, too; False keeps encoder, projector
            and adapters, since the base weights are found by the config's `base_model`.

    A tensor that stands in two places (tied embeddings) is kept once, under the first name.
    """
    chosen: dict[str, Tensor] = {}
    seen: set[int] = set()
    parameters = model.state_dict(
        keep_vars=True
    )  # themselves, not copies: sharded ones have no memory to compare
    for name, tensor in parameters.items():
        if not (whole or not name.startswith("language_model.") or _ADAPTER_MARK in name):
            continue
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        chosen[name] = tensor.detach()
    return chosen


def save_tensors(tensors: dict[str, Tensor], path: Path, *, dtype: torch.dtype | None = None) -> None:
    """Write tensors to a safetensors file: all of it or nothing, also on a full disk.

    Args:
        dtype: floating tensors are stored so; None keeps each tensor's own.

    Raises:
        LlamoError: the disk is full or not writable.
    """
    stored = {
        name: (tensor.to(dtype) if dtype is not None and tensor.is_floating_point() else tensor)
        .detach()
        .contiguous()
        for name, tensor in tensors.items()
    }
    try:
        with replacing(path, remedy="free some space or choose another folder") as temporary:
            save_file(stored, temporary, metadata={"format": "pt"})
    except SafetensorError as error:  # how safetensors reports a full disk
        raise CheckpointError(
            f"cannot write {path}: {error}; free some space or choose another folder"
        ) from error


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read a safetensors file.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    try:
        return load_file(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} is missing; the folder is not a complete checkpoint") from error
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); fetch or save the checkpoint again") from error


def load_tensors(model: nn.Module, tensors: dict[str, Tensor], *, whole: bool, source: str) -> None:
    """Copy a checkpoint's tensors into `model`, refusing any difference in names or shapes.

    Raises:
        CheckpointError: a tensor is missing, unexpected or of another shape; the first few are named.
    """
    expected = checkpoint_tensors(model, whole=whole)
    missing, extra = sorted(expected.keys() - tensors.keys()), sorted(tensors.keys() - expected.keys())
    reshaped = [
        f"{name} is {tuple(tensors[name].shape)}, expected {tuple(expected[name].shape)}"
        for name in sorted(expected.keys() & tensors.keys())
        if tensors[name].shape != expected[name].shape
    ]
    if missing or extra or reshaped:
        problems = [
            *(f"missing {name}" for name in missing[:3]),
            *(f"unexpected {name}" for name in extra[:3]),
            *reshaped[:3],
        ]
        raise CheckpointError(
            f"checkpoint {source} does not fit its config ({len(missing)} tensors missing, {len(extra)} unexpected, "
            f"{len(reshaped)} of another shape): {'; '.join(problems)}; use the config.json it was saved with"
        )
    with torch.no_grad():
        for name, tensor in expected.items():
            tensor.copy_(tensors[name])
