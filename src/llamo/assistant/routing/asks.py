"""From the parts of a sentence to the facts it asks for; what is not plainly a question for facts is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from llamo.assistant.routing.concepts import ELEMENT, GROUP, RING_SIZE, UNSUPPORTED, Concept
from llamo.assistant.routing.intents import intents
from llamo.assistant.routing.pairs import UnclearQuestionError, joined_concepts
from llamo.assistant.routing.reading import AMOUNT, CONCEPT, Part
from llamo.assistant.routing.route import Ask, Form, Operator
from llamo.chem.claim_terms import Term

# What something is or is not; there is no "what" or "how many" of it.
_YES_NO_ONLY = frozenset({
    "charge/ion", "charge/cation", "charge/anion", "charge/zwitterion", "charge/positive charge",
    "charge/negative charge", "fragments/salt", "ring/cyclicity", "aromaticity/aromatic", "aromaticity/aliphatic",
    "stereo/chiral",
})  # fmt: skip
# Quantities that every molecule has: yes or no needs something to compare them with.
_QUANTITIES = frozenset(
    ("formula", "molar_mass", "monoisotopic_mass", "tpsa", "logp", "heavy_atoms", "total_atoms")
)
SEVERAL = ">=2"
VIOLATION = "violation"
_BARE_ORDER: tuple[Form, ...] = ("value", "count", "yes_no")


def asks_of(parts: list[Part], stated: str) -> list[Ask]:
    """Read a sentence's parts as questions for facts.

    Args:
        parts: Without unknown words, at least one of them a concept.
        stated: A formula that the question names, or empty.

    Raises:
        UnclearQuestionError: They are no plain question for facts.
    """
    concepts = joined_concepts(parts)
    form = _form(parts)
    if form == "yes_no" and any(part.role == "every" for part in parts):
        raise UnclearQuestionError("what is asked of every one is not read")
    is_denied = _denial(parts, form)
    operator, number = _comparison(parts, form)
    if (is_denied or number is not None or stated) and len(concepts) > 1:
        raise UnclearQuestionError("a comparison or denial of several facts at once is not read")
    asks = [_ask(concept, form or _usual_form(concept, number)) for concept in concepts]
    failing = next((part.text for part in parts if part.role == "against"), "")
    if failing:
        asks = [_against(ask, failing) for ask in asks]
    if len(concepts) > 1:
        return _merged(asks)
    return [_completed(asks[0], is_denied, operator, number, stated)]


def _form(parts: list[Part]) -> Form | None:
    """Tell what is wanted: a number, yes or no, a value; None where only the fact is named ("And its formula?")."""
    roles = [part.role for part in parts]
    first_concept = roles.index(CONCEPT)
    if "what" in roles and sum(part.text.lower() in ("do", "does") for part in parts) > 1:
        raise UnclearQuestionError("what it does is no fact")
    if "many" in roles:
        return "count"
    if "whether" in roles:
        return "yes_no"
    if "what" in roles:
        return "value"
    if "auxiliary" in roles[:first_concept]:
        return "yes_no"
    return "value" if "give" in roles else None


def _usual_form(concept: Concept, number: float | None) -> Form:
    """Choose the form for a bare name: groups and elements are asked whether they are there."""
    if number is not None or concept.name in (GROUP, ELEMENT, RING_SIZE):
        return "yes_no"
    if concept.term is not None and f"{concept.term.kind}/{concept.term.subject}" in _YES_NO_ONLY:
        return "yes_no"
    known = intents().get(concept.name)
    return next((form for form in _BARE_ORDER if known and form in known.forms), "value")


def _denial(parts: list[Part], form: Form | None) -> bool:
    count = sum(part.role == "not" for part in parts)
    if count > 1 or (count and form in ("count", "value")):
        raise UnclearQuestionError("what is denied is not read")
    return bool(count)


def _comparison(parts: list[Part], form: Form | None) -> tuple[Operator, float | None]:
    """Read "more than two" as (">", 2).

    Raises:
        UnclearQuestionError: A comparison without a number, behind its number, or several.
    """
    amounts = [part for part in parts if part.role == AMOUNT]
    compared = [part for part in parts if part.role == "compare"]
    if not amounts and len(compared) == 1 and compared[0].value == SEVERAL:
        return ">=", 2.0
    if len(amounts) > 1 or len(compared) > 1:
        raise UnclearQuestionError("several numbers at once are not read")
    if not amounts:
        is_yes_no = form == "yes_no"
        if any(part.value != "==" or (is_yes_no and part.text.lower() == "only") for part in compared):
            raise UnclearQuestionError(f"{compared[0].text!r} compares with something that is no number")
        return "==", None
    if not compared:
        return "==", float(amounts[0].value)
    operator, text = compared[0].value, compared[0].text.lower()
    is_behind = parts.index(amounts[0]) < parts.index(compared[0])
    if is_behind and operator != "==" and not text.startswith("or "):  # "Is 500 > its mass?"
        raise UnclearQuestionError("a comparison that begins with the number is not read")
    return cast(Operator, operator), float(amounts[0].value)


def _ask(concept: Concept, form: Form) -> Ask:
    """Ask for one fact in one form.

    Raises:
        UnclearQuestionError: It cannot be asked for in this form.
    """
    term = concept.term
    if concept.name == UNSUPPORTED or (term is None and concept.name not in intents()):
        raise UnclearQuestionError(
            f"{term.subject if term else concept.name!r} is no fact with a plain answer here"
        )
    if term is None:
        return Ask(concept.name, _allowed(concept.name, form, ""), is_denied=concept.is_contrary)
    ask = Ask(_intent(concept, form), form, _argument(concept), term.kind, term.subject)
    return _with_own_number(
        replace(ask, form=_allowed(ask.intent, form, f"{term.kind}/{term.subject}")), term
    )


def _against(ask: Ask, verb: str) -> Ask:
    """Turn a question for passing into one for failing, or for violations.

    Raises:
        UnclearQuestionError: The fact is nothing that one passes.
    """
    if ask.intent != "rule_of_five":
        raise UnclearQuestionError(f"{verb!r} does not go with {ask.intent.replace('_', ' ')}")
    return replace(ask, subject=VIOLATION) if verb.startswith("viol") else replace(ask, is_denied=True)


def _intent(concept: Concept, form: Form) -> str:
    if concept.name == GROUP:
        return "count_group" if form == "count" else "has_group"
    if concept.name == ELEMENT:
        return "element_count" if form == "count" else "has_element"
    return "has_ring_of_size" if concept.name == RING_SIZE else concept.name


def _argument(concept: Concept) -> str:
    if concept.term is None or concept.name not in (GROUP, ELEMENT, RING_SIZE):
        return ""
    return concept.term.subject.split("-")[0] if concept.name == RING_SIZE else concept.term.subject


def _allowed(name: str, form: Form, subject: str) -> Form:
    """Return the form in which an intent is answered where it is asked for in this one."""
    forms = intents()[name].forms
    if subject in _YES_NO_ONLY and form != "yes_no":
        raise UnclearQuestionError(f"{subject.partition('/')[2]!r} is asked for by yes or no only")
    if form in forms:
        return form
    if form == "count" and "value" in forms:  # "How much does it weigh?"
        return "value"
    raise UnclearQuestionError(f"{name.replace('_', ' ')} cannot be asked for in this form")


def _with_own_number(ask: Ask, term: Term) -> Ask:
    """Take over the number and the denial that a word brings along: "diol", "bicyclic", "achiral"."""
    is_denied = term.negated
    if ask.form != "yes_no" or term.value is None:
        return replace(ask, is_denied=is_denied)
    if (term.comparison, term.value) == (">=", 1):
        return replace(ask, is_denied=is_denied)
    operator: Operator = ">=" if term.comparison == ">=" else "=="
    return replace(ask, is_denied=is_denied, operator=operator, number=float(term.value))


def _completed(ask: Ask, is_denied: bool, operator: Operator, number: float | None, stated: str) -> Ask:
    """Add the comparison and the denial that the sentence makes.

    Raises:
        UnclearQuestionError: They do not go with the fact.
    """
    if number is not None:
        if ask.form != "yes_no" or ask.number is not None or ask.intent in ("formula", "smiles", "scaffold"):
            raise UnclearQuestionError("what the number is compared with is not read")
        counted = {"has_group": "count_group", "has_element": "element_count"}.get(ask.intent, ask.intent)
        ask = replace(ask, intent=counted, operator=operator, number=number)
    if stated:
        if ask.intent != "formula" or ask.form != "yes_no":
            raise UnclearQuestionError("what the formula is for is not read")
        ask = replace(ask, stated=stated)
    if ask.form == "yes_no" and ask.intent in _QUANTITIES and ask.number is None and not ask.stated:
        raise UnclearQuestionError(f"{ask.intent.replace('_', ' ')} is there in every molecule")
    return replace(ask, is_denied=ask.is_denied != is_denied)


def _merged(asks: list[Ask]) -> list[Ask]:
    """Ask once for what is named twice; "aromatic or aliphatic" is one question without a yes or no."""
    merged: dict[tuple[str, str], Ask] = {}
    for ask in asks:
        key = ask.intent, ask.argument
        if ask.form == "yes_no" and ask.intent in _QUANTITIES:
            raise UnclearQuestionError(f"{ask.intent.replace('_', ' ')} is there in every molecule")
        if key in merged and merged[key] != ask:
            ask = replace(merged[key], form="value", is_denied=False, number=None)
        merged[key] = ask
    return list(merged.values())
