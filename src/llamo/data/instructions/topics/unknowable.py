"""Questions that a molecular graph cannot answer, and an honest answer: why not, and where to look."""

from __future__ import annotations

from typing import NamedTuple

from llamo.data.instructions.turns import Subject, Turn
from llamo.data.instructions.wordings import Voice, capital, spin

OFFER_SHARE = 0.3


class Unknowable(NamedTuple):
    """One thing that has to be measured, asked or looked up.

    Attributes:
        topic: What it is.
        questions: Templates of the question.
        reason: Why the graph does not say it, as a clause that can end a sentence.
        source: Where to find it, as a clause.
    """

    topic: str
    questions: tuple[str, ...]
    reason: str
    source: str


UNKNOWABLE = (
    Unknowable("boiling point", ("[What is|What's] {its} boiling point?", "At what temperature does {it} boil?"),
               "a boiling point has to be measured[| at a stated pressure]",
               "[look it up in a handbook|take it from a safety data sheet|distil it and see]"),
    Unknowable("melting point", ("[What is|What's] {its} melting point?", "When does {it} melt?"),
               "a melting point depends on the crystal", "[a melting-point apparatus|a handbook] will tell you"),
    Unknowable("toxicity", ("[How toxic|How poisonous] is {it}?", "Is {it} safe to [handle|swallow]?",
                            "What is {its} LD50?"),
               "toxicity has to be tested", "[read the safety data sheet|ask a toxicologist] before you handle it"),
    Unknowable("price", ("What does {it} cost?", "[How expensive is {it}|How much is a gram of {it}]?"),
               "a price is no part of a structure", "[ask a supplier|look into a catalogue]"),
    Unknowable("colour", ("[What colour|Which colour] is {it}?", "Is {it} coloured?"),
               "colour depends on the light that a sample absorbs", "[look at a sample|record a UV/vis spectrum]"),
    Unknowable("taste", ("What does {it} taste like?", "Does {it} taste [sweet|bitter]?"),
               "taste is a matter of receptors, not of counting atoms", "please do not try it"),
    Unknowable("smell", ("What does {it} smell like?", "Does {it} have an odour?"),
               "smell cannot be worked out from the atoms alone", "[a perfumer's database|a sample] would help"),
    Unknowable("yield", ("What yield can I expect when I make {it}?", "In what yield is {it} formed?"),
               "a yield depends on the route and the hands", "[check the procedure|try it on a small scale]"),
    Unknowable("patent", ("Is {it} patented?", "Who holds the patent on {it}?"),
               "patents are a matter of law", "[search a patent database|ask a patent attorney]"),
    Unknowable("discovery", ("Who discovered {it}?", "In which year was {it} first made?"),
               "the history of a compound is not in its bonds", "[search the literature|find the first paper]"),
    Unknowable("density", ("[What is|What's] {its} density?", "Does {it} float on water?"),
               "a density has to be measured", "[weigh a known volume|consult a handbook]"),
    Unknowable("solubility", ("How many grams of {it} dissolve in a litre of water?",
                              "What exactly is {its} solubility in water?"),
               "the figure depends on crystal and temperature", "[measure it|look for a measured value]"),
    Unknowable("shelf life", ("How long can I keep {it}?", "[What is|What's] {its} shelf life?"),
               "storage depends on light, air and purity", "follow the supplier's advice"),
    Unknowable("activity", ("[What is|What's] {its} IC50 against {target}?", "How strongly does {it} bind {target}?"),
               "binding has to be measured in an assay", "[search an assay database|run the assay]"),
    Unknowable("supplier", ("Where can I buy {it}?", "Who sells {it}?"),
               "suppliers are not part of a structure", "[a catalogue search|a compound broker] will help"),
    Unknowable("crystal", ("In which space group does {it} crystallise?", "[What is|What's] {its} crystal structure?"),
               "packing in a crystal cannot be read from one molecule", "[grow a crystal|search a structure database]"),
    Unknowable("approval", ("Is {it} an approved drug?", "Has {it} been approved for use in people?"),
               "approval is decided by agencies, not by structure", "[look into the register|ask the agency]"),
)  # fmt: skip
TARGETS = (
    "trypsin",
    "COX-2",
    "the histamine receptor",
    "carbonic anhydrase",
    "hERG",
    "a kinase of your choice",
)
REFUSALS = (
    "I cannot tell from the [structure|graph]: {reason}. {Source}.",
    "The [structure|graph] does not [say|tell] that; {reason}. {Source}.",
    "That I do not know. {Reason}, so {source}.",
    "I would have to guess, and I would rather not: {reason}.",
    "[No graph|No structure] can answer that, since {reason}. {Source}.",
    "[Honestly, I|I] do not know; {reason}.",
    "[That cannot be read from|That is not in] the [bonds|graph|structure]: {reason}. {Source}.",
)
OFFERS = (
    "[What I can give you is|I can only offer] the formula, {formula}.",
    "What I do know is the molar mass, {mass} g/mol.",
    "[Ask me|I can help with] what can be counted in a structure.",
)


def ask_unknowable(subject: Subject, voice: Voice) -> Turn:
    """Ask what the graph cannot tell; the answer says so, and why."""
    rng = voice.rng
    thing = rng.choice(UNKNOWABLE)
    question = voice.ask(thing.questions, target=rng.choice(TARGETS))
    reason, source = spin(thing.reason, rng), spin(thing.source, rng)
    answer = voice.answer(
        REFUSALS,
        reason=reason,
        source=source,
        Reason=capital(reason),
        Source=capital(source),
    )
    if rng.random() < OFFER_SHARE:
        facts = subject.facts
        offer = voice.answer(OFFERS, formula=facts.formula, mass=f"{facts.molar_mass:.1f}")
        answer = f"{answer} {offer}"
    return Turn(f"unknowable:{thing.topic}", question, answer)
