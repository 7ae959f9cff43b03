"""Questions for formula, masses and charge."""

from __future__ import annotations

from llamo.data.instructions.turns import Subject, Turn
from llamo.data.instructions.wordings import Voice

FORMULA = (
    "[What is|What's] {its} [molecular formula|formula|sum formula]?",
    "[What is|What's] the [molecular formula|formula|sum formula] of {it}?",
    "[Give|Write down|Please give|State] the [molecular formula|formula] of {it}.",
    "Which [molecular formula|formula] does {it} have?",
    "[Can|Could] you [give|write] me {its} [molecular formula|formula]?",
    "[I need|Please work out] the [molecular formula|formula] of {it}.",
)
FORMULA_SHORT = ("[And its|And the|What about its|What about the] [molecular formula|formula]?",)
FORMULA_ANSWER = (
    "{Its} [molecular formula|formula] is {value}.",
    "The [molecular formula|formula] is {value}.",
    "{value}.",
    "{It} has the [molecular formula|formula] {value}.",
    "Adding up the atoms gives {value}.",
    "[That is|It comes to|The atoms add up to] {value}.",
)
MASS = (
    "[What is|What's] {its} [molar mass|molecular weight|molecular mass]?",
    "[What is|What's] the [molar mass|molecular weight] of {it}[| in g/mol]?",
    "[How heavy is {it}|How much does a mole of {it} weigh]?",
    "[Give|Please give|Work out|Tell me] the [molar mass|molecular weight] of {it}[| in g/mol].",
    "[Can|Could] you [tell me|work out] {its} [molar mass|molecular weight]?",
)
MASS_SHORT = (
    "[And its|And the|What about the|What about its] [molar mass|molecular weight]?",
    "And how heavy is it?",
)
MASS_ANSWER = (
    "{Its} [molar mass|molecular weight] is {about}{value} g/mol.",
    "The [molar mass|molecular weight] is {about}{value} g/mol.",
    "{about}{value} g/mol.",
    "{It} has a [molar mass|molecular weight] of {about}{value} g/mol.",
    "[That makes|It comes to|It works out at] {about}{value} g/mol.",
)
EXACT_MASS = (
    "[What is|What's] {its} [monoisotopic mass|exact mass]?",
    "[What is|What's] the [monoisotopic mass|exact mass] of {it}?",
    "[Give|Please give|I need] the [monoisotopic mass|exact mass] of {it}[| for my mass spectrum].",
    "At which [monoisotopic mass|exact mass] should I look for {it}?",
)
EXACT_MASS_SHORT = ("[And the|And its|What about the] [monoisotopic mass|exact mass]?",)
EXACT_MASS_ANSWER = (
    "{Its} monoisotopic mass is {value} u.",
    "The monoisotopic mass is {value} u.",
    "The monoisotopic mass [comes to|works out at] {value} [u|Da].",
)
CHARGE = (
    "[What is|What's] {its} [charge|net charge|total charge|overall charge]?",
    "[What is|What's] the [charge|net charge|total charge|overall charge] of {it}?",
    "[Which|What] [net charge|overall charge|charge] does {it} carry?",
    "[Tell me|Please give] the [net|total|overall] charge of {it}.",
)
CHARGE_SHORT = ("[And its|And the|What about its|What about the] charge?",)
CHARGE_ANSWER = (
    "{Its} [net charge|charge|total charge] is {value}.",
    "The [net charge|total charge|overall charge] is {value}.",
    "{It} carries a [net |]charge of {value}.",
)
NEUTRAL_ANSWER = (
    "{It} is neutral.",
    "{Its} [net charge|charge] is zero.",
    "{It} is neutral: the charges add up to 0.",
    "The [net charge|total charge] is 0.",
    "{It} carries no net charge.",
)


def ask_formula(subject: Subject, voice: Voice) -> Turn:
    """Ask for the molecular formula."""
    formula = subject.facts.formula
    return Turn("formula", voice.ask(FORMULA, FORMULA_SHORT), voice.answer(FORMULA_ANSWER, value=formula),
                subject.states("formula", formula))  # fmt: skip


def ask_mass(subject: Subject, voice: Voice) -> Turn:
    """Ask for the molar mass; the answer has none to two decimals."""
    mass = subject.facts.molar_mass
    decimals = voice.rng.choice((0, 1, 1, 2, 2))
    about = voice.rng.choice(("about ", "roughly ", "around ") if decimals == 0 else ("", "", "about "))
    value = f"{mass:.{decimals}f}"
    answer = voice.answer(MASS_ANSWER, value=value, about=about)
    return Turn("mass", voice.ask(MASS, MASS_SHORT), answer, subject.states("mass", float(value)))


def ask_exact_mass(subject: Subject, voice: Voice) -> Turn:
    """Ask for the monoisotopic mass, as a mass spectrum needs it."""
    value = f"{subject.facts.monoisotopic_mass:.4f}"
    return Turn("exact_mass", voice.ask(EXACT_MASS, EXACT_MASS_SHORT),
                voice.answer(EXACT_MASS_ANSWER, value=value),
                subject.states("exact_mass", float(value)))  # fmt: skip


def ask_charge(subject: Subject, voice: Voice) -> Turn:
    """Ask for the net charge."""
    charge = subject.facts.charge
    answer = voice.answer(CHARGE_ANSWER, value=f"{charge:+d}") if charge else voice.answer(NEUTRAL_ANSWER)
    return Turn("charge", voice.ask(CHARGE, CHARGE_SHORT), answer, subject.states("charge", charge))
