"""Is it there? Questions for the presence of a group, an element, a ring, a stereocentre."""

from __future__ import annotations

from llamo.data.instructions.topics.counting import ELEMENTS, RING_SIZE_WORDS
from llamo.data.instructions.topics.group_nouns import group_noun
from llamo.data.instructions.turns import Stated, Subject, Turn
from llamo.data.instructions.wordings import Voice
from llamo.data.tasks.wording import with_article

QUESTIONS = (
    "Does {it} [have|contain] {thing}?",
    "Is there {thing} [in|somewhere in] {it}?",
    "[Do|Can] you see {thing} in {it}?",
    "[Would you say that|Am I right that|Is it true that] {it} has {thing}?",
    "[I am looking for|I need] {thing}: is there one in {it}?",
    "Tell me whether {it} [has|contains] {thing}.",
)
SHORT_QUESTIONS = ("[And|What about|How about] {thing}?", "Is there {thing}?", "Any sign of {thing}?")
YES = (
    "Yes, {it} [has|contains] {detail}.",
    "Yes, there {are} {detail}[| in {it}].",
    "Yes[:|, I see] {detail}.",
    "Indeed[:|, there {are}] {detail}.",
)
NO = (
    "No, {it} does not [have|contain] {thing}.",
    "No, {it} has no {bare}.",
    "No, [there is|I see] no {bare}.",
    "No: there is no {bare}[| in the structure| in the graph].",
)
ELEMENT_QUESTIONS = (
    "Does {it} contain {name}?",
    "Is there [any |]{name} in {it}?",
    "Is {name} among {its} elements?",
    "[Tell me whether there is|I wonder whether there is] {name} in {it}.",
)
ELEMENT_SHORT = ("[And|What about|How about] {name}?", "[Any|And any] {name}?")
AROMATIC_QUESTIONS = (
    "Is {it} aromatic?",
    "[Would you call|Do you consider] {it} aromatic?",
    "Is {it} an aromatic compound?",
)
AROMATIC_YES = ("Yes, {it} has {n}.", "Yes, there {are} {n}.", "Yes, {it} is aromatic: {it} has {n}.")
AROMATIC_NO = (
    "No, {it} has no aromatic ring.",
    "No, there is no aromatic ring[| in {it}].",
    "No, {it} is not aromatic.",
)


def has_group(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask for a group that is there, or for one that another molecule of the pool has."""
    present = subject.facts.groups
    names = sorted(present) if wants_yes else sorted(set(subject.foils) - set(present))
    if not names:
        return None
    name = voice.rng.choice(names)
    count = present.get(name, 0)
    stated = subject.states("group", count, name)
    return ask_presence(f"group:{name}", group_noun(name, voice.rng), count, voice, stated)


def has_element(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask for an element beside carbon and hydrogen."""
    counts = subject.facts.atom_counts
    hetero = ("N", "O", "S", "P", "F", "Cl", "Br", "I")
    symbols = [symbol for symbol in hetero if (symbol in counts) == wants_yes]
    if not symbols:
        return None
    symbol = voice.rng.choice(symbols)
    name, count = ELEMENTS[symbol], counts.get(symbol, 0)
    stated = subject.states("atoms", count, symbol)
    if voice.rng.random() < 0.3:
        return ask_presence(f"atoms:{symbol}", f"{name} atom", count, voice, stated)
    question = voice.ask(ELEMENT_QUESTIONS, ELEMENT_SHORT, name=name)
    yes, no = (
        ("Yes, {it} has {n}.", "Yes, {n}."),
        ("No, {it} contains no {name}.", "No, there is no {name} in {it}."),
    )
    answer = voice.answer(yes if count else no, name=name, n=voice.counted(count, f"{name} atom"))
    return Turn(f"atoms:{symbol}", question, answer, stated, "yes" if count else "no")


def has_ring_of_size(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask for a ring of three to seven members."""
    sizes = subject.facts.ring_sizes
    choices = [size for size in (3, 4, 5, 6, 7) if (size in sizes) == wants_yes]
    if not choices or not subject.has_clear_rings:
        return None
    size = voice.rng.choice(choices)
    word = RING_SIZE_WORDS[size] if voice.rng.random() < 0.7 else str(size)
    count = sizes.count(size)
    stated = subject.states("ring_size", count, str(size))
    return ask_presence(f"ring_size:{size}", f"{word}-membered ring", count, voice, stated)


def has_aromatic_ring(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask whether it is aromatic, or has an aromatic ring."""
    count = subject.facts.aromatic_rings
    if bool(count) != wants_yes:
        return None
    stated = subject.states("aromatic_rings", count)
    if voice.rng.random() < 0.5:
        return ask_presence("aromatic_rings", "aromatic ring", count, voice, stated)
    answer = voice.answer(
        AROMATIC_YES if count else AROMATIC_NO,
        n=voice.counted(count, "aromatic ring"),
        are="is" if count == 1 else "are",
    )
    question = voice.ask(AROMATIC_QUESTIONS, ("[Is {it} aromatic|Aromatic|And aromatic]?",))
    return Turn("aromatic_rings", question, answer, stated, "yes" if count else "no")


def has_stereocentre(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask for a stereocentre."""
    count = len(subject.facts.stereocentres)
    if bool(count) != wants_yes:
        return None
    stated = subject.states("stereocentres", count)
    return ask_presence("stereocentres", "stereocentre", count, voice, stated)


def ask_presence(topic: str, noun: str, count: int, voice: Voice, stated: tuple[Stated, ...]) -> Turn:
    """Word a question for the presence of a thing, and its answer with the count where there is one."""
    thing = with_article(noun)
    question = voice.ask(QUESTIONS, SHORT_QUESTIONS, thing=thing)
    answer = voice.answer(
        YES if count else NO,
        thing=thing,
        bare=noun,
        detail=thing if count == 1 else voice.counted(count, noun),
        are="is" if count == 1 else "are",
    )
    return Turn(topic, question, answer, stated, "yes" if count else "no")
