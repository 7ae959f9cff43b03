"""Computed facts as a sentence before a question, for a model that is to answer with them in view."""

from __future__ import annotations

from collections.abc import Sequence

from llamo.assistant.answer import UsedFact
from llamo.assistant.routing.fact_sheet import FactSheet
from llamo.assistant.routing.route import Ask
from llamo.assistant.routing.statements import state
from llamo.chem.reading import Molecule

SHOWN = ("formula", "charge", "rings", "stereocentres", "groups")
"""What the model is shown; little, since every word costs time and stands between the molecule and the question."""


def facts_before(molecules: Sequence[Molecule], question: str) -> tuple[str, tuple[UsedFact, ...]]:
    """Put the facts of molecules before a question.

    Returns:
        The text, and the facts it states.

    Example: (CCO,), "What is it?" -> "Its molecular formula is C2H6O; its net charge is 0; ... What is it?"
    """
    lines: list[str] = []
    used: list[UsedFact] = []
    for molecule in molecules:
        sheet = FactSheet(molecule)
        said = [(name, state(sheet, Ask(name))) for name in SHOWN]
        clauses = "; ".join(statement.clause for _, statement in said)
        name = f"{molecule.smiles}: " if len(molecules) > 1 else ""
        lines.append(f"{name}{clauses[:1].upper()}{clauses[1:]}.")
        used += [UsedFact(name, molecule.smiles, one.value, unit=one.unit) for name, one in said]
    return "\n".join([*lines, question]), tuple(used)
