"""Comparisons of two molecules: which has more, are they isomers, what do they share."""

from __future__ import annotations

from collections.abc import Callable

from llamo.data.instructions.topics.group_nouns import group_noun
from llamo.data.instructions.turns import Polarity, Subject, Turn
from llamo.data.instructions.wordings import Voice
from llamo.data.tasks.wording import listing, with_article

MAX_SHARED = 5

MORE = (
    "Which of the two has more {nouns}?",
    "[Compare them|Put them side by side]: which has more {nouns}?",
    "[Does the first or the second one have|Which one has] [more|the larger number of] {nouns}?",
    "[And which|Which] of them has more {nouns}?",
)
MORE_ANSWER = (
    "The {winner} molecule, with {more} against {less}.",
    "The {winner} one: {more}, against {less} in the {loser} one.",
    "The {winner} molecule has {more}, the {loser} one has {less}.",
)
EQUAL = (
    "Neither: both have {n}.",
    "They are equal: both molecules have {n}.",
    "Both molecules have {n}.",
)
HEAVIER = (
    "Which of the two is heavier?",
    "Which one has the [higher|larger] molar mass?",
    "[And which|Which] of them weighs more?",
)
HEAVIER_ANSWER = (
    "The {winner} molecule, at {more} g/mol against {less} g/mol.",
    "The {winner} one: its molar mass is {more} g/mol, that of the {loser} one is {less} g/mol.",
)
ISOMERS = (
    "Are they isomers?",
    "[Are the two|Could these two be] isomers [of each other|of one another]?",
    "Do the two have the same [molecular formula|formula]?",
)
ISOMERS_YES = (
    "Yes, both molecules have the formula {first}.",
    "Yes: the formula is {first} for both, but the atoms are joined differently.",
)
STEREOISOMERS_YES = (
    "Yes, both molecules have the formula {first}; they are stereoisomers.",
    "Yes: the atoms are joined in the same way, only the configuration differs.",
)
ISOMERS_NO = (
    "No, the first molecule has the formula {first}, the second one {second}.",
    "No: {first} for the first molecule against {second} for the second one.",
)
SHARED = (
    "Which functional groups do they share?",
    "What do the two [have in common|share]?",
    "Which groups [are in both|do both have]?",
)
SHARED_ANSWER = (
    "Both molecules have {groups}.",
    "Both [have|contain] {groups}.",
)
SHARED_NONE = (
    "They share no functional group[| that I know by name].",
    "Nothing that I would call a functional group.",
)


def compare_number(first: Subject, second: Subject, voice: Voice) -> Turn:
    """Ask which of two has more of something."""
    a, b = first.facts, second.facts
    kind, about, noun, left, right = voice.rng.choice((
        ("rings", "", "ring", a.rings, b.rings),
        ("aromatic_rings", "", "aromatic ring", a.aromatic_rings, b.aromatic_rings),
        ("heavy_atoms", "", "heavy atom", a.heavy_atoms, b.heavy_atoms),
        ("atoms", "O", "oxygen atom", a.atom_counts.get("O", 0), b.atom_counts.get("O", 0)),
        ("atoms", "N", "nitrogen atom", a.atom_counts.get("N", 0), b.atom_counts.get("N", 0)),
        ("stereocentres", "", "stereocentre", len(a.stereocentres), len(b.stereocentres)),
        ("h_bond_donors", "", "hydrogen-bond donor", a.h_bond_donors, b.h_bond_donors),
        ("rotatable_bonds", "", "rotatable bond", a.rotatable_bonds, b.rotatable_bonds),
    ))  # fmt: skip
    question = voice.ask(
        MORE, (f"[And more|More] {noun}s?", f"[And for|What about] {noun}s?"), nouns=f"{noun}s"
    )
    if left == right:
        answer = voice.answer(EQUAL, n=voice.counted(left, noun))
    else:
        winner, loser = ("first", "second") if left > right else ("second", "first")
        answer = voice.answer(MORE_ANSWER, winner=winner, loser=loser, more=voice.counted(max(left, right), noun),
                              less=voice.counted(min(left, right), noun))  # fmt: skip
    stated = first.states(kind, left, about) + second.states(kind, right, about)
    return Turn(f"compare:{kind}:{about}", question, answer, stated)


def compare_mass(first: Subject, second: Subject, voice: Voice) -> Turn | None:
    """Ask which of two is heavier; equal masses are left to the question for isomers."""
    left, right = round(first.facts.molar_mass, 1), round(second.facts.molar_mass, 1)
    if left == right:
        return None
    winner, loser = ("first", "second") if left > right else ("second", "first")
    answer = voice.answer(HEAVIER_ANSWER, winner=winner, loser=loser, more=f"{max(left, right):.1f}",
                          less=f"{min(left, right):.1f}")  # fmt: skip
    stated = first.states("mass", left) + second.states("mass", right)
    return Turn("compare:mass", voice.ask(HEAVIER), answer, stated)


def compare_formulas(first: Subject, second: Subject, voice: Voice) -> Turn | None:
    """Ask whether two are isomers."""
    a, b = first.facts, second.facts
    if a.smiles == b.smiles or a.isotopes or b.isotopes:
        return None
    polarity: Polarity = "yes" if a.formula == b.formula else "no"
    templates: tuple[str, ...]
    if polarity == "no":
        templates = ISOMERS_NO
    elif not (first.flat and second.flat):
        templates = ISOMERS_YES[:1]
    else:
        templates = STEREOISOMERS_YES if first.flat == second.flat else ISOMERS_YES
    answer = voice.answer(templates, first=a.formula, second=b.formula)
    stated = first.states("formula", a.formula) + second.states("formula", b.formula)
    return Turn("compare:formula", voice.ask(ISOMERS), answer, stated, polarity)


def compare_groups(first: Subject, second: Subject, voice: Voice) -> Turn | None:
    """Ask which groups two share."""
    shared = sorted(set(first.facts.groups) & set(second.facts.groups))
    if len(shared) > MAX_SHARED:
        return None
    question = voice.ask(SHARED)
    if not shared:
        return Turn("compare:groups", question, voice.answer(SHARED_NONE))
    nouns = [with_article(group_noun(name, voice.rng)) for name in shared]
    answer = voice.answer(SHARED_ANSWER, groups=listing(nouns))
    stated = tuple(
        statement
        for name in shared
        for subject in (first, second)
        for statement in subject.states("group", subject.facts.groups[name], name)
    )
    return Turn("compare:groups", question, answer, stated)


PAIRS: tuple[Callable[[Subject, Subject, Voice], Turn | None], ...] = (
    compare_number,
    compare_number,
    compare_number,
    compare_mass,
    compare_formulas,
    compare_groups,
)
