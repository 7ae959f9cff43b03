"""Questions whose answers RDKit is sure of: each function words one question and its true answer."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from llamo.data.tasks.wording import choose, count, listing, with_article

if TYPE_CHECKING:
    from llamo.chem.facts import Facts

ELEMENTS = {
    "C": "carbon", "N": "nitrogen", "O": "oxygen", "S": "sulfur", "P": "phosphorus", "F": "fluorine",
    "Cl": "chlorine", "Br": "bromine", "I": "iodine", "H": "hydrogen", "Si": "silicon", "B": "boron",
}  # fmt: skip


GROUP_WORDINGS = (
    "Does this molecule contain {a}?",
    "Is there {a} in this molecule?",
    "Does this molecule have {a}?",
    "Is {a} present in this molecule?",
)


class Question(NamedTuple):
    """A question about one molecule with its true answer, and a short form to follow another question."""

    kind: str
    text: str
    follow_up: str
    answer: str


def ask_rings(facts: Facts, rng: random.Random) -> Question:
    """Ask for the number of rings."""
    text = choose(rng, ("How many rings does this molecule have?", "Count the rings of this molecule.",
                        "What is the number of rings in this structure?"))  # fmt: skip
    follow_up = choose(rng, ("How many rings does it have?", "And how many rings are there?"))
    answer = choose(rng, ("It has {n}.", "There are {n}." if facts.rings != 1 else "There is {n}."),
                    n=count(facts.rings, "ring"))  # fmt: skip
    return Question("rings", text, follow_up, answer)


def ask_aromatic(facts: Facts, rng: random.Random) -> Question:
    """Ask for aromatic rings, as a count or as yes or no."""
    number = facts.aromatic_rings
    if rng.random() < 0.5:
        text = choose(rng, ("How many aromatic rings does this molecule have?",
                            "Count the aromatic rings of this molecule."))  # fmt: skip
        return Question("aromatic_rings", text, "How many of its rings are aromatic?",
                        f"It has {count(number, 'aromatic ring')}.")  # fmt: skip
    text = choose(rng, ("Is this molecule aromatic?", "Does this molecule contain an aromatic ring?"))
    answer = f"Yes, it has {count(number, 'aromatic ring')}." if number else "No, it has no aromatic ring."
    return Question("aromatic_rings", text, choose(rng, ("Is it aromatic?", "Any aromatic rings?")), answer)


def ask_element(facts: Facts, rng: random.Random) -> Question:
    """Ask for the number of atoms of an element; one time in three the element may be absent."""
    heavy = [symbol for symbol in facts.atom_counts if symbol in ELEMENTS and symbol != "H"]
    absent_too = list(ELEMENTS)[:8]
    symbol = rng.choice(absent_too if rng.random() < 1 / 3 or not heavy else heavy)
    name, number = ELEMENTS[symbol], facts.atom_counts.get(symbol, 0)
    text = choose(rng, ("How many {name} atoms does this molecule have?",
                        "Count the {name} atoms of this molecule.",
                        "What is the number of {name} atoms in this molecule?"), name=name)  # fmt: skip
    follow_up = choose(rng, ("How many {name} atoms are in it?", "And how many {name} atoms?"), name=name)
    return Question("atoms", text, follow_up, f"It has {count(number, f'{name} atom')}.")


def ask_formula(facts: Facts, rng: random.Random) -> Question:
    """Ask for the molecular formula."""
    text = choose(rng, ("What is the molecular formula of this molecule?", "Give the molecular formula.",
                        "Write the formula of this compound."))  # fmt: skip
    follow_up = choose(rng, ("What is its formula?", "And its molecular formula?"))
    return Question("formula", text, follow_up, f"The molecular formula is {facts.formula}.")


def ask_mass(facts: Facts, rng: random.Random) -> Question:
    """Ask for the molar mass."""
    text = choose(rng, ("What is the molar mass of this molecule in g/mol?", "Give the molar mass in g/mol."))
    return Question("mass", text, "What is its molar mass in g/mol?", f"About {facts.molar_mass:.1f} g/mol.")


def ask_charge(facts: Facts, rng: random.Random) -> Question:
    """Ask for the total charge."""
    text = choose(rng, ("What is the total charge of this molecule?", "Is this molecule charged?",
                        "Does this molecule carry a net charge?"))  # fmt: skip
    answer = (
        f"Its total charge is {facts.charge:+d}." if facts.charge else "It is neutral; its total charge is 0."
    )
    return Question("charge", text, choose(rng, ("Is it charged?", "What is its charge?")), answer)


def ask_stereo(facts: Facts, rng: random.Random) -> Question:
    """Ask for stereocentres and their labels."""
    text = choose(rng, ("How many stereocentres does this molecule have?",
                        "Does this molecule have stereocentres?",
                        "Is there any stereocentre, and what is its configuration?"))  # fmt: skip
    follow_up = choose(rng, ("Does it have stereocentres?", "How many stereocentres are there?"))
    return Question("stereo", text, follow_up, describe_stereo(facts))


def describe_stereo(facts: Facts) -> str:
    """Say how many stereocentres there are and how they are configured."""
    labels = [label for _, label in facts.stereocentres]
    if not labels:
        return "It has no stereocentres."
    kinds = [f"{labels.count(label)} {label}" for label in ("R", "S", "r", "s") if label in labels]
    if "?" in labels:
        kinds.append(f"{labels.count('?')} not specified")
    return f"It has {count(len(labels), 'stereocentre')}: {listing(kinds)}."


def ask_double_bonds(facts: Facts, rng: random.Random) -> Question:
    """Ask for E/Z double bonds."""
    labels = [label for _, _, label in facts.double_bond_stereo]
    text = choose(
        rng, ("Does this molecule have E/Z double bonds?", "Which double bonds are E and which are Z?")
    )
    kinds = [f"{labels.count(label)} {label}" for label in ("E", "Z") if label in labels]
    if "?" in labels:
        kinds.append(f"{labels.count('?')} not specified")
    answer = f"It has {count(len(labels), 'stereogenic double bond')}"
    return Question("double_bonds", text, "Are there E/Z double bonds?",
                    f"{answer}: {listing(kinds)}." if kinds else f"{answer}.")  # fmt: skip


def ask_flexibility(facts: Facts, rng: random.Random) -> Question:
    """Ask for rotatable bonds, hydrogen-bond donors or acceptors."""
    noun, number = rng.choice((("rotatable bond", facts.rotatable_bonds),
                               ("hydrogen-bond donor", facts.h_bond_donors),
                               ("hydrogen-bond acceptor", facts.h_bond_acceptors)))  # fmt: skip
    text = choose(
        rng, ("How many {noun}s does this molecule have?", "Count the {noun}s of this molecule."), noun=noun
    )
    return Question("bonds", text, f"How many {noun}s does it have?", f"It has {count(number, noun)}.")


def ask_group_list(facts: Facts, rng: random.Random) -> Question:
    """Ask for all functional groups."""
    text = choose(rng, ("Which functional groups does this molecule have?", "List its functional groups.",
                        "Name the functional groups of this molecule."))  # fmt: skip
    return Question("groups", text, "Which functional groups does it have?", describe_groups(facts))


def describe_groups(facts: Facts) -> str:
    """Name all groups of the catalogue that occur, with counts above one."""
    names = [f"{name} ({number})" if number > 1 else name for name, number in sorted(facts.groups.items())]
    if not names:
        return "It has no functional group that I know."
    return f"Its functional {'group is' if len(names) == 1 else 'groups are'}: {', '.join(names)}."


def ask_group(facts: Facts, rng: random.Random, *, others: Sequence[str] = ()) -> Question | None:
    """Ask whether a functional group is there: as often yes as no.

    Args:
        facts: of the molecule asked about.
        rng: the record's generator.
        others: groups of another molecule of the pool; the "no" questions ask for one of these, so that the
            name of a group tells little about the answer.

    Returns:
        The question, or None when the drawn answer has no group to ask for.
    """
    present = [name for name, number in sorted(facts.groups.items()) if number]
    absent = [name for name in sorted(others) if name not in facts.groups]
    is_yes = rng.random() < 0.5
    if not (present if is_yes else absent):
        return None
    name = rng.choice(present if is_yes else absent)
    text = choose(rng, GROUP_WORDINGS, a=with_article(name))
    follow_up = choose(rng, ("Does it contain {a}?", "Is there {a} in it?"), a=with_article(name))
    return Question("group", text, follow_up, group_answer(name, facts.groups.get(name, 0)))


def group_answer(noun: str, times: int) -> str:
    """Say whether a group is there, and how often: `"ester", 2 -> "Yes, it contains 2 esters."`."""
    if not times:
        return f"No, it does not contain {with_article(noun)}."
    return f"Yes, it contains {with_article(noun) if times == 1 else count(times, noun)}."


ASK: tuple[tuple[Callable[[Facts, random.Random], Question], int], ...] = (
    (ask_rings, 3),
    (ask_aromatic, 3),
    (ask_element, 4),
    (ask_formula, 2),
    (ask_mass, 1),
    (ask_charge, 1),
    (ask_stereo, 2),
    (ask_double_bonds, 1),
    (ask_flexibility, 2),
    (ask_group_list, 2),
)
GROUP_SHARE = 0.35  # of fact questions; groups are what chemists ask for first


def draw_question(facts: Facts, rng: random.Random, *, others: Sequence[str] = ()) -> Question:
    """Draw one question; functional groups make up about a third."""
    if rng.random() < GROUP_SHARE:
        question = ask_group(facts, rng, others=others)
        if question is not None:
            return question
    return draw_other(facts, rng)


def draw_other(facts: Facts, rng: random.Random) -> Question:
    """Draw one question of any kind but whether a group is there."""
    ask = rng.choices([ask for ask, _ in ASK], weights=[weight for _, weight in ASK])[0]
    return ask(facts, rng)
