"""Is it so? Questions that put a value forward: a charge, a formula, a limit of mass or number."""

from __future__ import annotations

from llamo.data.instructions.turns import Polarity, Subject, Turn
from llamo.data.instructions.wordings import Voice

CHARGED = ("Is {it} {state}?", "[Is it right that|Am I right that] {it} is {state}?")
FORMULA = (
    "Is {its} formula {asked}?",
    "[Is it right that|Am I right that] {it} has the formula {asked}?",
    "I [get|count] {asked} for the formula of {it}. [Is that right|Correct|Do you agree]?",
)
FORMULA_YES = (
    "Yes, {its} formula is {formula}.",
    "Yes, that is right[.|: {formula}.]",
    "Yes, I agree: {formula}.",
)
FORMULA_NO = (
    "No, {its} formula is {formula}.",
    "No[,|:] the formula is {formula}.",
    "Not quite: {its} formula is {formula}.",
)
HEAVIER = (
    "Is {its} [molar mass|molecular weight] above {limit} g/mol?",
    "Does {it} weigh more than {limit} g/mol?",
    "Is {it} heavier than {limit} g/mol?",
)
MORE = (
    "Does {it} have more than {limit}?",
    "Are there more than {limit} in {it}?",
    "Has {it} more than {limit}?",
)
MASS_LIMITS = (100, 150, 200, 250, 300, 350, 400, 500, 600, 800, 1000)


def is_charged(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask whether it is charged, or neutral."""
    charge = subject.facts.charge
    asks_charged = voice.rng.random() < 0.5
    if (bool(charge) == asks_charged) != wants_yes:
        return None
    state = "charged" if asks_charged else voice.rng.choice(("neutral", "uncharged"))
    fact = f"{{its}} net charge is {charge:+d}" if charge else "[{it} is neutral|{its} net charge is 0]"
    answer = voice.answer((f"{_word(wants_yes)}[,|:] {fact}.",))
    question = voice.ask(CHARGED, ("Is {it} {state}?",), state=state)
    return Turn("charge", question, answer, subject.states("charge", charge), _polarity(wants_yes))


def is_formula(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask for a formula: the right one, or one that is off by an atom or two."""
    formula = subject.facts.formula
    asked = formula if wants_yes else _wrong_formula(subject, voice)
    if not asked:
        return None
    answer = voice.answer(FORMULA_YES if wants_yes else FORMULA_NO, formula=formula)
    question = voice.ask(FORMULA, asked=asked)
    return Turn("formula", question, answer, subject.states("formula", formula), _polarity(wants_yes))


def _wrong_formula(subject: Subject, voice: Voice) -> str:
    """Change a neutral organic formula by an atom or two, or return "" where that makes no sense."""
    counts = subject.facts.atom_counts
    symbol, change = voice.rng.choice((("H", 2), ("H", -2), ("C", 1), ("O", 1), ("N", 1)))
    number = counts.get(symbol, 0) + change
    if "C" not in counts or number < 1 or subject.facts.charge or subject.facts.isotopes:
        return ""
    changed = counts | {symbol: number}
    order = ["C", "H", *sorted(set(changed) - {"C", "H"})]
    return "".join(
        f"{element}{changed[element] if changed[element] > 1 else ''}"
        for element in order
        if element in changed
    )


def is_heavier(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask whether it is heavier than the nearest round mass on the side that gives the answer."""
    mass = subject.facts.molar_mass
    limits = [limit for limit in MASS_LIMITS if (mass > limit) == wants_yes]
    if not limits:
        return None
    limit = min(limits, key=lambda value: abs(value - mass))
    question = voice.ask(HEAVIER, ("[And more|More] than {limit} g/mol?",), limit=limit)
    answer = voice.answer(
        ("{word}, {its} molar mass is {mass} g/mol.", "{word}[:|,] {it} weighs {mass} g/mol."),
        word=_word(wants_yes),
        mass=f"{mass:.1f}",
    )
    return Turn("mass", question, answer, subject.states("mass", round(mass, 1)), _polarity(wants_yes))


def has_more_than(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask whether there are more rings, atoms or rotatable bonds than a number near the truth."""
    facts = subject.facts
    kind, about, noun, value = voice.rng.choice((
        ("rings", "", "ring", facts.rings),
        ("heavy_atoms", "", "heavy atom", facts.heavy_atoms),
        ("rotatable_bonds", "", "rotatable bond", facts.rotatable_bonds),
        ("atoms", "O", "oxygen atom", facts.atom_counts.get("O", 0)),
    ))  # fmt: skip
    limit = value - voice.rng.choice((1, 2)) if wants_yes else value + voice.rng.choice((0, 1, 2))
    if limit < 1:
        return None
    question = voice.ask(MORE, ("[And more|More] than {limit}?",), limit=voice.counted(limit, noun))
    answer = voice.answer(
        ("{word}, {it} has {n}.", "{word}[:|,] {n}.", "{word}, I count {n}."),
        word=_word(wants_yes),
        n=voice.counted(value, noun),
    )
    topic = f"{kind}:{about}" if about else kind
    return Turn(topic, question, answer, subject.states(kind, value, about), _polarity(wants_yes))


def _word(is_yes: bool) -> str:
    return "Yes" if is_yes else "No"


def _polarity(is_yes: bool) -> Polarity:
    return "yes" if is_yes else "no"
