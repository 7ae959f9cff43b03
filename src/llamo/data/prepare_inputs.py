"""What shards depend on: recipe, source files, versions and the package's own code, each as a hash.

Two runs with equal inputs give equal shards; so a finished run need not be repeated, and an interrupted one may
be continued. Sources without a file of their own (a data set fetched by name) are covered by the recipe only.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import llamo
from llamo.data.job_list import source_files
from llamo.data.locations import data_file
from llamo.data.recipes import PretrainingRecipe, Recipe
from llamo.data.report import versions
from llamo.files import sha256

ROOMS = ("chem", "data")  # the code that shapes shards

Inputs = dict[str, str]


def run_inputs(recipe: Recipe | PretrainingRecipe) -> Inputs:
    """Hash everything that the shards of a recipe depend on, by name.

    Raises:
        DataError: a source file or the blocklist is missing.
    """
    dumped = json.dumps(recipe.model_dump(mode="json"), sort_keys=True)
    inputs = {"the recipe": hashlib.sha256(dumped.encode()).hexdigest()}
    inputs |= {name: sha256(path) for name, path in sorted(_files(recipe).items())}
    inputs |= {f"the version of {name}": version for name, version in versions().items()}
    return {**inputs, "the package's code": _code_hash()}


def difference(old: object, new: Inputs) -> str:
    """Say what differs between the inputs of two runs, e.g. "qm9/qm9.tsv.gz"; "" where nothing does."""
    if not isinstance(old, dict):
        return "what it depends on"
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _files(recipe: Recipe | PretrainingRecipe) -> dict[str, Path]:
    """Find the files that are read, by the names they have in the recipe."""
    files = {
        getattr(entry, key) or entry.layout: path
        for entry in recipe.sources
        for key, path in source_files(entry).items()
    }
    files |= {name: data_file(name) for name in recipe.blocklist_files}
    return files


def _code_hash() -> str:
    root = Path(llamo.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (root / room).rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
