"""Four kinds of molecules: QM9, drugs (MoleculeNet), ChEBI and USPTO from outside data, or built-in lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from llamo.chem.featurize import featurize
from llamo.chem.molgraph import MolGraph
from llamo.data.job_list import draw
from llamo.data.locations import data_dir
from llamo.data.prepare import prepare
from llamo.data.recipes import PretrainingRecipe
from llamo.data.row_work import DroppedError, inspect
from llamo.data.source_entry import SourceEntry
from llamo.data.sources.rows import ReactionRow, row_smiles
from llamo.studies.frame.study import digest

BUILT_IN: Mapping[str, tuple[dict[str, Any], ...]] = {  # Any: keys of a source entry
    "small molecules": ({"name": "small", "layout": "builtin", "subset": "small"},),
    "drugs": ({"name": "drugs", "layout": "builtin", "subset": "drugs"},),
    "natural products": ({"name": "natural_products", "layout": "builtin", "subset": "natural_products"},),
    "reaction products": ({"name": "reactions", "layout": "builtin", "subset": "reactions"},),
}
OUTSIDE: Mapping[str, tuple[dict[str, Any], ...]] = {
    "QM9": ({"name": "qm9", "layout": "qm9", "file": "qm9/qm9.tsv.gz"},),
    "drugs": (
        {"name": "bbbp", "layout": "moleculenet", "file": "moleculenet/bbbp.csv.gz"},
        {"name": "esol", "layout": "moleculenet", "file": "moleculenet/esol.csv.gz"},
    ),
    "ChEBI": ({"name": "chebi", "layout": "description", "file": "description/chebi_definitions.tsv.gz"},),
    "USPTO": ({"name": "uspto", "layout": "reactions", "file": "reactions/uspto50k_validation.tsv.gz"},),
}
MAX_ATOMS = 100


def has_outside_data() -> bool:
    """Tell whether every file of the four outside sets is there."""
    entries = [entry for entries in OUTSIDE.values() for entry in entries]
    return all((data_dir() / entry["file"]).is_file() for entry in entries)


def set_entries() -> Mapping[str, tuple[dict[str, Any], ...]]:
    """Choose the sets of this machine: the outside ones where all their files are there."""
    return OUTSIDE if has_outside_data() else BUILT_IN


def measured_graphs(limit: int) -> dict[str, list[MolGraph]]:
    """Draw the molecules of each set that are measured: of one part, 3 to 100 atoms, the same ones each time.

    Args:
        limit: molecules a set at most.
    """
    return {name: list(_drawn(name, limit, str(data_dir()))) for name in set_entries()}


@lru_cache(maxsize=64)
def _drawn(name: str, limit: int, _data_dir: str) -> tuple[MolGraph, ...]:
    """Draw the molecules of one set once a process; all cells measure the same ones."""
    entries = set_entries()[name]
    share = -(-limit // len(entries))
    graphs: list[MolGraph] = []
    for entry in entries:
        graphs += _fitting(SourceEntry(**entry, cap=None if "subset" in entry else 4 * share + 20), share)
    return tuple(graphs[:limit])


def _fitting(entry: SourceEntry, limit: int) -> list[MolGraph]:
    graphs = []
    for row in draw(entry, seed=0, on_bad_row="skip").rows:
        smiles = row.product if isinstance(row, ReactionRow) else row_smiles(row)[0]
        try:
            inspected = inspect(smiles)
        except DroppedError:
            continue
        if "." not in inspected.smiles and 3 <= inspected.atoms <= MAX_ATOMS:
            graphs.append(featurize(inspected.smiles))
        if len(graphs) == limit:
            break
    return graphs


def pretraining_shards(folder: Path, molecules: int) -> Path:
    """Prepare the molecules that encoders are trained on: of the four sets, drawn by another seed.

    Some are measured, too: over-smoothing is no question of generalisation. Shards that are there already are taken.

    Args:
        molecules: of each set at most.
    """
    entries = [entry for entries in set_entries().values() for entry in entries]
    capped = [entry if "subset" in entry else {**entry, "cap": molecules} for entry in entries]
    recipe = PretrainingRecipe.model_validate(
        {"kind": "pretraining", "name": "oversmoothing", "seed": 1, "validation_permille": 0,
         "max_atoms": MAX_ATOMS, "on_bad_row": "skip", "sources": capped}
    )  # fmt: skip
    out = folder / f"pretraining-{digest(recipe.model_dump(mode='json'))}"
    prepare(recipe, out, workers=1)
    return out


def describe_sets(sizes: Mapping[str, Sequence[MolGraph]]) -> str:
    """Say what was measured: "QM9 (40 molecules of 8.9 atoms on average), ..."."""
    said = [
        f"{name} ({len(graphs)} molecules of {sum(graph.num_atoms for graph in graphs) / len(graphs):.1f} atoms)"
        for name, graphs in sizes.items()
    ]
    origin = "of LLAMO_DATA_DIR" if has_outside_data() else "built in"
    return f"{', '.join(said)}, {origin}"
