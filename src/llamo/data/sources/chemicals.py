"""Names of 73,000 compounds from the `chemicals` wheel: SMILES without stereochemistry and their systematic names."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults, shown
from llamo.data.sources.naming_style import OTHER_STYLE, is_other_style
from llamo.data.sources.rows import SourceCard, TextRow
from llamo.data.sources.tables import BROKEN
from llamo.data.wheels import Wheel, wheel_path
from llamo.errors import DataError

CARD = SourceCard(
    title="chemicals: identifiers of PubChem compounds",
    licence="MIT (chemicals); PubChem (public domain)",
    citation="Bell and contributors 2016-2026, Chemicals: Chemical properties component of ChEDL; PubChem",
)

WHEEL = Wheel(
    requirement="chemicals==1.5.2",
    file="chemicals-1.5.2-py3-none-any.whl",
    folder="chemicals",
    size=22_288_884,
    sha256="f85ef7f36e77fee634686c26562929ee61026cd548d89cebd57b2251ca843d6e",
)
MEMBERS = (
    "chemicals/Identifiers/chemical identifiers pubchem large.tsv",
    "chemicals/Identifiers/chemical identifiers pubchem small.tsv",
)
SMILES, NAME = 4, 7  # columns; the files have no header
NO_NAME = "no systematic name"


def locate() -> Path:
    """Return the path of the wheel; fetch it with pip where it is missing.

    Raises:
        DataError: the download failed; the message says which file goes where.
    """
    return wheel_path(WHEEL)


def read(path: Path, *, on_left_out: OnLeftOut = refuse_faults) -> Iterator[TextRow]:
    """Yield molecules and names, rows of both tables numbered through.

    Names in the other naming style (a third of them) are left out and counted, as are rows without a name.

    Args:
        path: the wheel.
        on_left_out: told about what is left out.

    Raises:
        DataError: the wheel is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [archive.read(member).decode("utf-8").split("\n") for member in MEMBERS]
    except (OSError, KeyError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}); delete it and try again") from error
    lines = (line for table in tables for line in table if line)
    for number, line in enumerate(lines, start=1):
        fields = line.rstrip("\r").split("\t")
        name = fields[NAME] if len(fields) > NAME else ""
        if len(fields) <= NAME:
            on_left_out(
                LeftOut(number, BROKEN, f"{len(fields)} fields, expected more than {NAME}", path.name)
            )
        elif not name or not fields[SMILES]:
            on_left_out(LeftOut(number, NO_NAME, shown(fields[SMILES]), path.name, is_fault=False))
        elif is_other_style(name):
            on_left_out(LeftOut(number, OTHER_STYLE, shown(name), path.name, is_fault=False))
        else:
            yield TextRow(number=number, smiles=fields[SMILES], text=name)
