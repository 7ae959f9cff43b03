"""Questions for a number: rings, atoms of an element, hydrogen-bond donors, stereocentres, ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from llamo.data.instructions.turns import Subject, Turn
from llamo.data.instructions.wordings import Voice

ELEMENTS = {
    "C": "carbon", "N": "nitrogen", "O": "oxygen", "S": "sulfur", "P": "phosphorus", "F": "fluorine",
    "Cl": "chlorine", "Br": "bromine", "I": "iodine", "H": "hydrogen", "Si": "silicon", "B": "boron",
}  # fmt: skip
ABSENT_ELEMENT_SHARE = 0.25
MAX_SIZES = 6  # rings whose sizes are listed

QUESTIONS = (
    "How many {nouns} does {it} [have|contain]?",
    "How many {nouns} [are there|are present|do you see|do you count] in {it}?",
    "[What is|What's] the number of {nouns} in {it}?",
    "[Count|Please count|Now count] the {nouns} [in|of] {it}.",
    "[Can you tell me|Could you say|Do you know] how many {nouns} {it} [has|contains]?",
    "[Tell me|I would like to know|I need to know] how many {nouns} {it} [has|contains].",
    "What is {its} number of {nouns}?",
    "[Please tell me|Work out|Find out] the number of {nouns} [in|of] {it}.",
    "[For my table I need|I am collecting] the number of {nouns} [in|of] {it}.",
    "If you count the {nouns} [in|of] {it}, how many [are there|do you get]?",
)
SHORT_QUESTIONS = (
    "[And how|How] many {nouns}?",
    "[And the|What about the|How about the] {nouns}?",
    "And the number of {nouns}?",
    "How many {nouns} [then|would that be|are there]?",
)
ANSWERS = (
    "{It} [has|contains] {n}.",
    "There {are} {n}[| in {it}].",
    "[I count|I find|I see|Counting gives] {n}.",
    "[The structure shows|The graph shows|The drawing shows] {n}.",
    "{n}.",
    "{It} has {n} [in total|in all|altogether].",
)
NONE_ANSWERS = (
    "{It} has {n}.",
    "There are {n}[| in {it}].",
    "None; {it} has {n}.",
    "None[.|; there are {n}.|: the structure shows {n}.]",
    "{It} does not [have|contain] any {nouns}.",
    "[I see|I find] {n}.",
)


RING_SIZES = (
    "What size {are} the ring{s} of {it}?",
    "[Give|List|Tell me] the ring size{s} of {it}.",
    "How large {are} {its} ring{s}?",
    "How many members {do} {its} ring{s} have?",
)
RING_SIZES_SHORT = ("[And the|What about the|And its] ring size{s}?",)
RING_SIZE_WORDS = {
    3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
}  # fmt: skip


class Countable(NamedTuple):
    """Something that can be counted: the kind of its statement, its noun, its number."""

    kind: str
    noun: str
    value: int
    about: str = ""


def ask_count(thing: Countable, subject: Subject, voice: Voice) -> Turn:
    """Ask for a number; zero is said in words."""
    nouns = f"{thing.noun}s"
    question = voice.ask(QUESTIONS, SHORT_QUESTIONS, nouns=nouns)
    answer = voice.answer(
        ANSWERS if thing.value else NONE_ANSWERS,
        n=voice.counted(thing.value, thing.noun),
        are="is" if thing.value == 1 else "are",
        nouns=nouns,
    )
    topic = f"{thing.kind}:{thing.about}" if thing.about else thing.kind
    return Turn(topic, question, answer, subject.states(thing.kind, thing.value, thing.about))


def ask_rings(subject: Subject, voice: Voice) -> Turn:
    """Ask for the rings, or for the aromatic ones."""
    facts = subject.facts
    if voice.rng.random() < 0.6:
        return ask_count(Countable("rings", "ring", facts.rings), subject, voice)
    return ask_count(Countable("aromatic_rings", "aromatic ring", facts.aromatic_rings), subject, voice)


def ask_atoms(subject: Subject, voice: Voice) -> Turn:
    """Ask for the atoms of one element, absent ones included, or for the heavy atoms."""
    facts, rng = subject.facts, voice.rng
    if rng.random() < 0.15:
        return ask_count(Countable("heavy_atoms", "heavy atom", facts.heavy_atoms), subject, voice)
    present = [symbol for symbol in facts.atom_counts if symbol in ELEMENTS]
    wants_absent = rng.random() < ABSENT_ELEMENT_SHARE or not present
    symbol = rng.choice(("N", "O", "S", "P", "F", "Cl", "Br") if wants_absent else present)
    count = facts.atom_counts.get(symbol, 0)
    return ask_count(Countable("atoms", f"{ELEMENTS[symbol]} atom", count, symbol), subject, voice)


def ask_bonding(subject: Subject, voice: Voice) -> Turn:
    """Ask for rotatable bonds, hydrogen-bond donors or acceptors."""
    facts = subject.facts
    thing = voice.rng.choice((
        Countable("rotatable_bonds", "rotatable bond", facts.rotatable_bonds),
        Countable("h_bond_donors", voice.rng.choice(("hydrogen-bond donor", "hydrogen bond donor")),
                  facts.h_bond_donors),
        Countable("h_bond_acceptors", voice.rng.choice(("hydrogen-bond acceptor", "hydrogen bond acceptor")),
                  facts.h_bond_acceptors),
    ))  # fmt: skip
    return ask_count(thing, subject, voice)


def ask_ring_size(subject: Subject, voice: Voice) -> Turn | None:
    """Ask how large the rings are."""
    sizes = subject.facts.ring_sizes
    if not sizes or len(sizes) > MAX_SIZES or not subject.has_clear_rings:
        return None
    one = len(sizes) == 1
    question = voice.ask(RING_SIZES, RING_SIZES_SHORT, are="is" if one else "are", s="" if one else "s",
                         do="does" if one else "do")  # fmt: skip
    parts = [
        (sizes.count(size), f"{RING_SIZE_WORDS.get(size, str(size))}-membered") for size in sorted(set(sizes))
    ]
    listed = " and ".join(voice.counted(count, f"{word} ring") for count, word in parts)
    answer = voice.answer(("{It} has {n}.", "There {are} {n}.", "{n}."), n=listed,
                          are="is" if parts[0][0] == 1 else "are")  # fmt: skip
    stated = tuple(
        statement
        for size in sorted(set(sizes))
        for statement in subject.states("ring_size", sizes.count(size), str(size))
    )
    return Turn("ring_sizes", question, answer, stated)


COUNTING: tuple[Callable[[Subject, Voice], Turn | None], ...] = (
    ask_rings,
    ask_atoms,
    ask_bonding,
    ask_ring_size,
)
