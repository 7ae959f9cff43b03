"""MOSES: 1.6 million drug-like SMILES without texts, from the `molsets` wheel, for encoder pretraining."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from llamo.data.locations import data_dir
from llamo.data.sources.rows import MoleculeRow, SourceCard
from llamo.data.wheels import Wheel, wheel_path
from llamo.errors import DataError

CARD = SourceCard(
    title="MOSES benchmark molecules (ZINC clean leads)",
    licence="MIT",
    citation="Polykovskiy et al. 2020, Molecular Sets (MOSES)",
)

WHEEL = Wheel(
    requirement="molsets==0.3.1",
    file="molsets-0.3.1-py3-none-any.whl",
    folder="molsets",
    size=51_584_291,
    sha256="7f4450e3ebecebe79c3a2a55950c93daddee071120daf64a163d03481e811d34",
)
MEMBER = "moses/dataset/data/train.csv.gz"
MEMBER_SHA256 = "786f0313aa6b9ba5514df685f885742a70ea8d86f1a4fa48115f7f80a634265c"


def read(path: Path) -> Iterator[MoleculeRow]:
    """Yield the molecules of MOSES' training file.

    Args:
        path: the wheel or the extracted `train.csv.gz`.

    Raises:
        DataError: the file is damaged.
    """
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
    """Return the path of the extracted CSV or of the wheel; fetch the wheel with pip where it is missing.

    Raises:
        DataError: the download failed; the message says which file goes where.
    """
    extracted = data_dir() / WHEEL.folder / "train.csv.gz"
    return extracted if extracted.is_file() else wheel_path(WHEEL)
