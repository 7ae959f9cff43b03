"""Questions that only make sense after another: "how many of them?", "are you sure?", a premise that is false."""

from __future__ import annotations

from collections.abc import Callable

from llamo.data.instructions.topics.counting import ask_ring_size
from llamo.data.instructions.topics.group_nouns import group_noun
from llamo.data.instructions.topics.groups import ask_groups, ask_ring_systems
from llamo.data.instructions.topics.stereo import ask_labels
from llamo.data.instructions.turns import Subject, Turn
from llamo.data.instructions.wordings import Voice, number
from llamo.data.tasks.wording import with_article

NOUNS = {
    "rings": "ring",
    "aromatic_rings": "aromatic ring",
    "heavy_atoms": "heavy atom",
    "rotatable_bonds": "rotatable bond",
    "h_bond_donors": "hydrogen-bond donor",
    "h_bond_acceptors": "hydrogen-bond acceptor",
    "stereocentres": "stereocentre",
}
OF_THEM = (
    "How many of [them|these] are aromatic?",
    "[And are|Are] [any of them|they] aromatic?",
    "Aromatic ones?",
)
ALL_OF_THEM = (
    "All of them are aromatic.",
    "All of them: there are {rings}.",
    "They all are: {it} has {rings}.",
)
SOME_OF_THEM = (
    "{It} has {rings}.",
    "{n} of the {total} {are} aromatic.",
    "{n} of the {total} rings {are} aromatic.",
)
NONE_OF_THEM = ("None of them is aromatic.", "None; {it} has no aromatic ring.")
SURE = (
    "Are you sure? I [count|get] {wrong}.",
    "[Really|Hm]? I [thought there were|expected] {wrong}.",
    "Is that right? My notes say {wrong}.",
)
SURE_ANSWER = (
    "[I am sure|Yes, I am sure]: {it} has {n}.",
    "I counted again: {it} has {n}.",
    "The graph is clear: {it} has {n}.",
    "Then your [count|note] is off; {it} has {n}.",
)
ONLY_ONE = ("Is [that|it] the only one?", "Just one?", "Only one[| of these]?")
PREMISE = (
    "Where [exactly |]is the {noun} in {it}?",
    "What does the {noun} of {it} do?",
    "How [reactive|exposed] is the {noun}[| in {it}]?",
)
PREMISE_ANSWER = (
    "There is no {noun} in {it}.",
    "{It} has no {noun}, so that [question does not arise|cannot be said].",
    "That rests on a mistake: {it} does not have {thing}.",
    "Nowhere; {it} has no {noun}.",
)
INSTEAD = ("What does it have instead?", "[Which|What] groups are there then?")


def follow(previous: Turn, subject: Subject, voice: Voice) -> Turn | None:
    """Ask what the last answer invites, or None where it invites nothing."""
    options = [make for topic, make in FOLLOWERS if previous.topic.startswith(topic)]
    if not options:
        return None
    return voice.rng.choice(options)(previous, subject, voice)


def ask_of_them(previous: Turn, subject: Subject, voice: Voice) -> Turn | None:
    """After a number of rings: how many of them are aromatic?"""
    facts = subject.facts
    if facts.rings < 2 or previous.topic != "rings":
        return None
    count, total = facts.aromatic_rings, facts.rings
    templates = ALL_OF_THEM if count == total else SOME_OF_THEM if count else NONE_OF_THEM
    answer = voice.answer(
        templates,
        n=number(count, voice.rng),
        total=number(total, voice.rng),
        are="is" if count == 1 else "are",
        rings=voice.counted(count, "aromatic ring"),
    )
    question = voice.ask(OF_THEM)
    return Turn("aromatic_rings", question, answer, subject.states("aromatic_rings", count))


def challenge(previous: Turn, _: Subject, voice: Voice) -> Turn | None:
    """Doubt a number; the answer stands by it."""
    statement = previous.stated[0] if len(previous.stated) == 1 else None
    if statement is None or statement.kind not in NOUNS or not isinstance(statement.value, int):
        return None
    wrong = statement.value + voice.rng.choice((-1, 1, 2))
    if wrong < 1:
        return None
    noun = NOUNS[statement.kind]
    question = voice.ask(SURE, wrong=voice.counted(wrong, noun))
    answer = voice.answer(SURE_ANSWER, n=voice.counted(statement.value, noun))
    return Turn(f"sure:{statement.kind}", question, answer, previous.stated)


def ask_only_one(previous: Turn, subject: Subject, voice: Voice) -> Turn | None:
    """After "yes, it has an ester": is that the only one?"""
    name = previous.topic.partition(":")[2]
    count = subject.facts.groups.get(name, 0)
    if previous.polarity != "yes" or count != 1:
        return None
    noun = group_noun(name, voice.rng)
    question = voice.ask(ONLY_ONE)
    answer = voice.answer(
        ("Yes, {it} has one {noun}.", "Yes, there is only one {noun}[| in {it}]."), noun=noun
    )
    return Turn(f"only:{name}", question, answer, subject.states("group", 1, name), "yes")


def ask_instead(previous: Turn, subject: Subject, voice: Voice) -> Turn | None:
    """After "no, it has no ester": what does it have?"""
    if previous.polarity != "no":
        return None
    turn = ask_groups(subject, voice)
    return turn and Turn(turn.topic, voice.ask(INSTEAD), turn.answer, turn.stated)


def ask_false_premise(subject: Subject, voice: Voice) -> Turn | None:
    """Ask about a group that is not there, as if it were; the answer says that it is not."""
    absent = sorted(set(subject.foils) - set(subject.facts.groups))
    if not absent:
        return None
    name = voice.rng.choice(absent)
    noun = group_noun(name, voice.rng)
    answer = voice.answer(PREMISE_ANSWER, noun=noun, thing=with_article(noun))
    return Turn(
        f"group:{name}", voice.ask(PREMISE, noun=noun), answer, subject.states("group", 0, name), "no"
    )


FOLLOWERS: tuple[tuple[str, Callable[[Turn, Subject, Voice], Turn | None]], ...] = (
    ("rings", ask_of_them),
    ("rings", ask_of_them),
    ("rings", lambda _, subject, voice: ask_ring_size(subject, voice)),
    ("rings", lambda _, subject, voice: ask_ring_systems(subject, voice)),
    ("rings", challenge),
    ("aromatic_rings", challenge),
    ("heavy_atoms", challenge),
    ("rotatable_bonds", challenge),
    ("h_bond_donors", challenge),
    ("h_bond_acceptors", challenge),
    ("stereocentres", challenge),
    ("stereocentres", lambda _, subject, voice: ask_labels(subject, voice)),
    ("stereocentres", lambda _, subject, voice: ask_labels(subject, voice)),
    ("group:", ask_only_one),
    ("group:", ask_instead),
)
