"""Whether an answer names what its question asks for: a number, a formula, yes or no.

`llamo ask` has a grammar for questions that facts can answer. Where it understands a question, what an answer has to
hold is known; other questions are left out of the share, and their number is told.
"""

from __future__ import annotations

from llamo.assistant.routing.route import MODEL, Ask
from llamo.assistant.routing.router import route_question
from llamo.chem.claims import extract_claims
from llamo.data.instructions.validation.relevance import (
    FORMULA,
    NUMBER,
    UNKNOWN,
    YES_NO,
    content_stems,
    subjects_of,
)

OTHER = "other"
WITHOUT_NUMBER = frozenset(
    ("groups", "acidic_groups", "basic_groups", "stereo_labels", "double_bond_stereo", "is_aromatic", "is_acid",
     "is_base", "is_chiral", "charge", "scaffold", "smiles", "inchi", "inchikey")
)  # fmt: skip


def intent_of(question: str, num_molecules: int = 1) -> str:
    """Say what a question wants: a fact as `llamo ask` names it, else the subjects of its words, else "other"."""
    found = route_question(question, num_molecules).intent
    return found if found != MODEL else "+".join(sorted(subjects_of(question))) or OTHER


def names_asked_quantity(question: str, answer: str, num_molecules: int = 1) -> bool | None:
    """Tell whether an answer names what is asked for, whatever is true; None where the grammar does not know.

    A refusal names nothing, but answers: it counts as well.

    `("How many rings does it have?", "It is aromatic.") -> False`
    `("How many rings does it have?", "Two.") -> True`
    """
    asks = route_question(question, num_molecules).asks
    if not asks:
        return None
    return bool(UNKNOWN.search(answer)) or all(_is_named(ask, question, answer) for ask in asks)


def _is_named(ask: Ask, question: str, answer: str) -> bool:
    if ask.form == "yes_no" and YES_NO.match(answer.strip()):
        return True
    if ask.intent == "formula":
        return FORMULA.search(answer) is not None
    claims = extract_claims(answer, question=question)
    if any(claim.kind == ask.kind for claim in claims):
        return True
    if ask.form == "yes_no" or ask.intent in WITHOUT_NUMBER:
        return bool(content_stems(question) & content_stems(answer)) or bool(claims and not ask.kind)
    return NUMBER.search(answer) is not None
