"""Sources of molecules: six of outside data, three that packages bring, or four lists of the package."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from llamo.data.job_list import draw
from llamo.data.locations import data_dir
from llamo.data.row_work import DroppedError, inspect
from llamo.data.source_entry import SourceEntry
from llamo.data.sources.rows import ReactionRow, row_smiles
from llamo.errors import DataError
from llamo.studies.generalisation.settings import Material
from llamo.studies.oversmoothing.molecule_sets import BUILT_IN

Entries = Mapping[str, tuple[dict[str, Any], ...]]  # Any: keys of a source entry
MORE = {"layout": "description", "file": "description/more.tsv.gz"}
OUTSIDE: Entries = {
    "QM9": ({"name": "qm9", "layout": "qm9", "file": "qm9/qm9.tsv.gz"},),
    "ChEBI-20": (
        {"name": "chebi20_a", "layout": "description", "file": "description/chebi20_validation.tsv.gz"},
        {"name": "chebi20_b", "layout": "description", "file": "description/chebi20_train_sample.tsv.gz"},
    ),
    "PubChem324k": ({"name": "pubchem", "layout": "iupac", "file": "iupac/pubchem324k_train.tsv.gz"},),
    "USPTO": ({"name": "uspto", "layout": "reactions", "file": "reactions/uspto50k_train.tsv.gz"},),
    "natural products": (
        {"name": "lotus", "only": {"source": ["lotus_magnolia"]}, **MORE},
        {"name": "mibig", "only": {"source": ["mibig"]}, **MORE},
    ),
    "drugs": ({"name": "drugcentral", "only": {"source": ["drugcentral"]}, **MORE},),
}
PACKAGES: Entries = {
    "QM9": ({"name": "qm9", "layout": "qm9pack"},),
    "chemicals": ({"name": "chemicals", "layout": "chemicals"},),
    "MOSES": ({"name": "moses", "layout": "molsets"},),
}
ATOMS = range(3, 61)
SPARE = 1.6  # rows drawn for each molecule wanted: some are repeats, salts or too large


class Molecule(NamedTuple):
    """A molecule of a source.

    Attributes:
        smiles: canonical. key: its connectivity. atoms: heavy ones.
    """

    smiles: str
    key: str
    atoms: int


def entries_of(material: Material) -> Entries:
    """Choose the sources; "auto" takes the outside ones where all their files are there, else the built-in lists."""
    if material == "auto":
        files = (entry["file"] for entries in OUTSIDE.values() for entry in entries)
        material = "outside" if all((data_dir() / file).is_file() for file in files) else "built-in"
    return {"outside": OUTSIDE, "packages": PACKAGES, "built-in": BUILT_IN}[material]


@lru_cache(maxsize=32)
def molecules_of(material: Material, source: str, wanted: int) -> Sequence[Molecule]:
    """Draw molecules of a source, each connectivity once, always the same ones.

    Args:
        wanted: molecules at most; a built-in list is taken whole.

    Raises:
        DataError: the source is missing, or holds no molecule of a fitting size.
    """
    found: dict[str, Molecule] = {}
    for smiles in _drawn(entries_of(material)[source], wanted):
        try:
            inspected = inspect(smiles)
        except DroppedError:
            continue
        if "." not in inspected.smiles and inspected.atoms in ATOMS:
            key = inspected.keys.whole
            found.setdefault(key, Molecule(inspected.smiles, key, inspected.atoms))
        if len(found) == wanted:
            break
    if not found:
        raise DataError(f"source {source!r} has no molecule of {ATOMS.start} to {ATOMS.stop - 1} atoms")
    return tuple(found.values())


def _drawn(entries: Sequence[dict[str, Any]], wanted: int) -> Iterator[str]:
    """Yield SMILES, taking turns between the entries of a source; of a reaction the product."""
    cap = int(SPARE * wanted / len(entries)) + 20
    columns = []
    for entry in entries:
        capped = entry if "subset" in entry else {**entry, "cap": cap}
        rows = draw(SourceEntry(**capped), seed=0, on_bad_row="skip").rows
        columns.append([row.product if isinstance(row, ReactionRow) else row_smiles(row)[0] for row in rows])
    for turn in itertools.zip_longest(*columns):
        yield from (smiles for smiles in turn if smiles is not None)
