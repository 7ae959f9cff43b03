"""The answer to a question that facts decide: whole sentences, with the values in them, and no model asked."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from llamo.assistant.answer import Answer, UsedFact
from llamo.assistant.routing.concepts import NEUTRAL
from llamo.assistant.routing.fact_sheet import FactSheet
from llamo.assistant.routing.route import Ask, Route
from llamo.assistant.routing.router import route_question
from llamo.assistant.routing.statement import Statement
from llamo.assistant.routing.statements import state
from llamo.chem.claim_types import Kind
from llamo.chem.reading import Molecule
from llamo.errors import InputError

_SEVERAL = re.compile(
    r"\b(?:both(?! (?:an? )?[\w-]+ and\b)|they|them|their|theirs|(?:is|are|does|do|has|have) (?:either|each)|"
    r"of each\b(?! \w)|(?:each|every) (?:one|molecule|compound|structure)|"
    r"(?:the|these|those|all) (?:two |three )?(?:molecules|compounds|structures))\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\b(?:it|its|it's|(?:this|that|the) (?:one|molecule|compound|structure|substance))\b", re.IGNORECASE
)
COMPUTED = "(Computed, not generated.)"
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip


def route_for(question: str, molecules: Sequence[Molecule], *, current: int | None = None) -> Route:
    """Decide who answers a question about these molecules: `route_question`, and what it presumes of them is so.

    Args:
        question: In plain words.
        molecules: Those of the talk, in their order.
        current: Place of the one that is meant where the question neither singles one out nor speaks of several; None
            for all of them.
    """
    route = route_question(question, len(molecules))
    if route.asks and route.molecule is None and current is not None and not _speaks_of_several(question):
        route = replace(route, molecule=current)
    for molecule in _chosen(route, molecules) if route.presumed else ():
        sheet = FactSheet(molecule)
        for kind, subject in route.presumed:
            if not _is_such(sheet, kind, subject):
                return Route(reason=f"{molecule.smiles} is no {subject}, as the question presumes")
    return route


def _speaks_of_several(question: str) -> bool:
    """Tell "Are both aromatic?" from "Does it contain both oxygen and nitrogen?"."""
    return _SEVERAL.search(question) is not None and _ONE.search(question) is None


def _is_such(sheet: FactSheet, kind: str, subject: str) -> bool:
    """Tell whether the whole molecule is what it is called; an ion of a salt is a part of it."""
    if subject == NEUTRAL:
        return sheet.facts.charge == 0
    is_part = kind == "charge" and sheet.facts.fragments > 1
    return not is_part and max(sheet.counts(cast(Kind, kind), subject)) > 0


def _chosen(route: Route, molecules: Sequence[Molecule]) -> Sequence[Molecule]:
    return molecules if route.molecule is None else [molecules[route.molecule]]


def answer_from_facts(route: Route, molecules: Sequence[Molecule], model: str) -> Answer:
    """Answer a question that was routed to the facts.

    Args:
        route: With at least one fact asked for.
        molecules: Those of the talk, in their order; each is answered for, unless the question singles one out.
        model: Name of the model that was not asked.

    Returns:
        The answer, of origin "facts"; its last words say that it was computed.
    """
    chosen = _chosen(route, molecules)
    texts: list[str] = []
    facts: list[UsedFact] = []
    for molecule in chosen:
        text, used = _about(FactSheet(molecule), route.asks)
        texts.append(text if len(chosen) == 1 else f"{molecule.smiles}: {text}")
        facts += used
    text = "\n".join([*texts[:-1], f"{texts[-1]} {COMPUTED}"])
    return Answer(text, tuple(one.smiles for one in molecules), model, origin="facts", facts=tuple(facts))


def _about(sheet: FactSheet, asks: Sequence[Ask]) -> tuple[str, list[UsedFact]]:
    """Say all that is asked about one molecule."""
    said = [(ask, state(sheet, ask)) for ask in asks]
    is_one = len(said) == 1
    sentences = [_sentence(sheet, ask, statement, says_yes=is_one) for ask, statement in said]
    smiles = sheet.molecule.smiles
    facts = [
        UsedFact(ask.intent, smiles, one.value, ask.argument, one.unit, one.is_estimate) for ask, one in said
    ]
    return " ".join(sentences), facts


def _sentence(sheet: FactSheet, ask: Ask, statement: Statement, *, says_yes: bool) -> str:
    truth = truth_of(sheet, ask, statement) if says_yes and ask.form == "yes_no" else None
    if truth is None:
        return f"{statement.clause[:1].upper()}{statement.clause[1:]}."
    return f"{'Yes' if truth else 'No'}: {statement.clause}."


def truth_of(sheet: FactSheet, ask: Ask, statement: Statement) -> bool | None:
    """Tell whether a yes-or-no question is answered by yes; None where it cannot be, or is a matter of words."""
    truth: bool | None
    if ask.stated:
        truth = _is_formula(ask.stated, sheet)
    elif ask.number is not None:
        number = (
            float(sheet.counts(cast(Kind, ask.kind), ask.subject)[0])
            if _is_own_count(ask)
            else statement.number
        )
        truth = None if number is None else _COMPARE[ask.operator](number, ask.number)
    elif ask.intent in ("charge", "fragments") and ask.subject:
        truth = sheet.counts(cast(Kind, ask.kind), ask.subject)[0] > 0
    else:
        truth = statement.holds
    return None if truth is None else truth != ask.is_denied


def _is_own_count(ask: Ask) -> bool:
    """Tell counts that only the claim checker knows: the cycles of "bicyclic"."""
    return (ask.kind, ask.subject) == ("ring", "cyclicity")


def _is_formula(stated: str, sheet: FactSheet) -> bool | None:
    """Compare formulas by their atoms, whatever their order; None for what is no formula."""
    from llamo.evaluation.inchi_layers import formula_counts

    try:
        return formula_counts(stated) == formula_counts(sheet.facts.formula)
    except InputError:
        return None
