"""Which molecules a conversation may be composed about: readable, not blocked, not too large, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple

from llamo.data import row_work
from llamo.data.parallel import ordered_map
from llamo.errors import DataError

CHUNK = 200
MAX_ATOMS = 120  # what has more is no molecule that one asks for the number of its oxygens
REPEATED = "molecule given before"
FAULTS = (row_work.INVALID, row_work.EMPTY, row_work.NO_KEY)

OnInvalid = Literal["skip", "fail"]


class Material(NamedTuple):
    """A molecule as it came in; `number` is its row, from 1; `error` says what is wrong with the row."""

    number: int
    smiles: str
    name: str = ""
    text: str = ""
    error: str = ""


class Screened(NamedTuple):
    """A molecule that may be used: canonical SMILES, the same without stereo, formula."""

    material: Material
    smiles: str
    flat: str
    formula: str


@dataclass
class Screening:
    """The molecules that may be used, and what became of the others.

    Attributes:
        usable: In the order of the input.
        rejected: Rows by reason.
        first_rows: The first row of each reason.
    """

    usable: list[Screened] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    first_rows: dict[str, int] = field(default_factory=dict)

    def reject(self, row: int, reason: str) -> None:
        """Count a row that is not used."""
        self.rejected[reason] += 1
        self.first_rows.setdefault(reason, row)


def screen(
    materials: Iterable[Material],
    *,
    settings: row_work.Settings,
    workers: int = 1,
    on_invalid: OnInvalid = "skip",
) -> Screening:
    """Examine molecules.

    Raises:
        DataError: None can be used, or one cannot be read and `on_invalid` is "fail".
    """
    result, seen = Screening(), set[str]()
    chunks = _chunks(materials)
    for chunk in ordered_map(
        _screen_chunk, chunks, workers=workers, setup=row_work.setup, arguments=(settings,)
    ):
        for material, screened, reason in chunk:
            if on_invalid == "fail" and (reason in FAULTS or material.error):
                raise DataError(
                    f"row {material.number}: {reason}: {material.smiles[:80]!r}; "
                    "correct it, or pass --on-invalid skip to count and skip it"
                )
            if screened is not None and screened.smiles in seen:
                screened, reason = None, REPEATED
            if screened is None:
                result.reject(material.number, reason)
            else:
                seen.add(screened.smiles)
                result.usable.append(screened)
    if not result.usable:
        reasons = ", ".join(f"{reason} ({count})" for reason, count in result.rejected.most_common())
        raise DataError(f"no molecule can be used: {reasons or 'there is none'}; give a file of SMILES")
    return result


def _chunks(materials: Iterable[Material]) -> Iterator[list[Material]]:
    stream = iter(materials)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk


def _screen_chunk(chunk: list[Material]) -> list[tuple[Material, Screened | None, str]]:
    """Examine molecules in a worker; each comes back with what it is, or with the reason against it."""
    return [_screen_one(material, row_work.current_settings()) for material in chunk]


def _screen_one(material: Material, settings: row_work.Settings) -> tuple[Material, Screened | None, str]:
    from rdkit import Chem

    from llamo.chem.facts import hill_formula

    if material.error:
        return material, None, f"row cannot be read: {material.error}"
    try:
        accepted = row_work.accept(material.smiles, settings)
    except row_work.DroppedError as dropped:
        return material, None, str(dropped)
    mol = Chem.MolFromSmiles(accepted.smiles)
    flat = str(Chem.MolToSmiles(mol, isomericSmiles=False))
    return material, Screened(material, accepted.smiles, flat, hill_formula(mol)), ""
