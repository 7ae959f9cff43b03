"""From the rows of a source to the cells of a table: what is asked, and the true answer beside it."""

from __future__ import annotations

from llamo.data.sources.rows import LabelRow, PropertyRow, ReactionRow, Row, ScalarRow, TextRow
from llamo.data.tasks.classification import CHOICES
from llamo.errors import ConfigError

Cells = dict[str, object]


def row_cells(row: Row, task: str) -> Cells:
    """Lay a row out for `llamo predict` and the baselines.

    Texts stand in the column `text`, energies in columns of their own, labels in a column that is called like the
    question (`bbbp`), and the answers of reactions in `answer`.

    Raises:
        ConfigError: rows of this kind cannot be asked about.
    """
    match row:
        case TextRow():
            return {"id": row.number, "smiles": row.smiles, "text": row.text}
        case PropertyRow():
            energies = {"homo_hartree": row.homo, "lumo_hartree": row.lumo, "gap_hartree": row.gap}
            return {"id": row.number, "smiles": row.smiles, **energies}
        case ScalarRow():
            return {"id": row.number, "smiles": row.smiles, row.name: row.value}
        case LabelRow():
            return {"id": row.number, "smiles": row.smiles, row.name: CHOICES[0] if row.label else CHOICES[1]}
        case ReactionRow():
            return {"id": row.number, **_reaction_cells(row, task)}
    raise ConfigError(f"rows of kind {type(row).__name__} have no answer to ask for; choose another source")


def _reaction_cells(row: ReactionRow, task: str) -> Cells:
    if task == "retrosynthesis":
        return {"smiles": row.product, "answer": row.reactants}
    if task == "reagent":
        return {"reaction": f"{row.reactants}>>{row.product}", "answer": row.reagents}
    return {"reaction": f"{row.reactants}>{row.reagents}>", "answer": row.product}
