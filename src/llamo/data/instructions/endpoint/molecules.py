"""What conversations are written about: molecules with a description, none of them blocked, each once."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from llamo.data.leakage import MIXED_SPLITS, Blocklist, drawn_split
from llamo.data.records import Split
from llamo.data.row_work import EMPTY, INVALID, NO_KEY, DroppedError, Settings, accept, inspect
from llamo.data.sources import description, iupac
from llamo.data.sources.left_out import LeftOut, OnLeftOut, shown
from llamo.data.sources.rows import TextRow
from llamo.data.tasks.description import MIN_CHARACTERS
from llamo.data.tasks.wording import collapse
from llamo.errors import DataError

DUPLICATE = "same connectivity as another row"
VALIDATION_PERMILLE = 50  # as in recipes
SHORT_TEXT = f"text shorter than {MIN_CHARACTERS} characters"
FAULTS = {INVALID, EMPTY, NO_KEY}  # other rows are sound, and left out by design


@dataclass(frozen=True)
class DescribedMolecule:
    """A molecule and what is known about it.

    Attributes:
        number: row in its file, from 1.
        smiles: canonical SMILES.
        text: description, white space collapsed.
        name: IUPAC name, or "".
        key: connectivity of its largest part: each molecule is written about once.
        split: of all its parts, as recipes draw it; a mixture of both is left out.
    """

    number: int
    smiles: str
    text: str
    name: str
    key: str
    split: Split


@dataclass
class Selection:
    """The molecules chosen, in the order in which they are written about, and the rows that were not usable.

    Attributes:
        molecules: to write about.
        left_out: rows examined and left out, and broken lines of both files.
        num_rows: rows of the description file that could be read; those beyond the limit are not examined.
    """

    molecules: list[DescribedMolecule] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    num_rows: int = 0


def select_molecules(
    path: Path,
    *,
    limit: int | None = None,
    names: Path | None = None,
    blocklist: Blocklist | None = None,
    max_atoms: int = 150,
    seed: int = 0,
) -> Selection:
    """Draw molecules from a description file, in an order that the seed decides.

    Args:
        path: columns `smiles` and `text`, as a recipe's layout `description`.
        limit: molecules at most; rows are examined until so many are found.
        names: file of IUPAC names, as a recipe's layout `iupac`; joined by canonical SMILES.
        blocklist: connectivities that must not be written about.
        max_atoms: larger molecules are left out.
        seed: of the order.

    Raises:
        DataError: a file cannot be read, or none of its rows can be used.
    """
    from rdkit import rdBase

    settings = Settings(seed=seed, blocklist=blocklist or Blocklist(), max_atoms=max_atoms)
    selection, seen = Selection(), set[str]()
    with rdBase.BlockLogs():  # what RDKit says of a bad SMILES is in the reason
        known_names = _read_names(names, selection.left_out.append) if names else {}
        rows = list(description.read(path, on_left_out=selection.left_out.append))
        selection.num_rows = len(rows)
        for row in random.Random(f"{seed}:{path.name}").sample(rows, len(rows)):
            if limit is not None and len(selection.molecules) >= limit:
                break
            try:
                molecule = _describe(row, known_names, settings, seen)
            except DroppedError as dropped:
                selection.left_out.append(_left_out(row, str(dropped), path))
                continue
            seen.add(molecule.key)
            selection.molecules.append(molecule)
    if not selection.molecules:
        first = f"; the first: {selection.left_out[0]}" if selection.left_out else ""
        raise DataError(f"no row of {path} can be used{first}; correct the file or the blocklist")
    return selection


def _describe(row: TextRow, names: dict[str, str], settings: Settings, seen: set[str]) -> DescribedMolecule:
    text = collapse(row.text)
    if len(text) < MIN_CHARACTERS:
        raise DroppedError(SHORT_TEXT)
    accepted = accept(row.smiles, settings)
    if accepted.keys.parent in seen:
        raise DroppedError(DUPLICATE)
    split = drawn_split((part.key for part in accepted.keys.parts), VALIDATION_PERMILLE)
    if split is None:
        raise DroppedError(MIXED_SPLITS)
    name = names.get(accepted.smiles, "")
    return DescribedMolecule(row.number, accepted.smiles, text, name, accepted.keys.parent, split)


def _read_names(path: Path, on_left_out: OnLeftOut) -> dict[str, str]:
    """Read IUPAC names by canonical SMILES."""
    names = {}
    for row in iupac.read(path, on_left_out=on_left_out):
        try:
            names[inspect(row.smiles).smiles] = collapse(row.text)
        except DroppedError as dropped:
            on_left_out(_left_out(row, str(dropped), path))
    return names


def _left_out(row: TextRow, reason: str, path: Path) -> LeftOut:
    return LeftOut(row.number, reason, shown(row.smiles), path.name, is_fault=reason in FAULTS)
