"""Questions for acid and base, asked only where the groups leave no doubt.

An acid has a carboxylic, sulfonic, sulfinic or phosphonic acid; a base an amine that no aromatic ring or double
bond weakens, an amidine or a guanidine. Molecules with charges, and those with weaker acids (phenols, thiols,
imides, enols, ...) or doubtful nitrogens, are not asked about.
"""

from __future__ import annotations

from llamo.data.instructions.turns import Stated, Subject, Turn
from llamo.data.instructions.wordings import Voice
from llamo.data.tasks.wording import listing, with_article

ACIDS = ("carboxylic acid", "sulfonic acid", "sulfinic acid", "phosphonic acid")
WEAKER_ACIDS = (
    "phenol", "thiol", "hydroxamic acid", "imide", "boronic acid", "tetrazole ring", "sulfonamide", "enol",
    "phosphate ester", "sulfate ester", "hydroperoxide",
)  # fmt: skip
BASES = ("amine", "amidine", "guanidine")
WEAKENING = ("alkene", "aniline", "urea", "hydrazine")
NOT_BASIC = ("amide", "nitrile", "nitro group")

IS_ACID = (
    "Is {it} an acid?",
    "Does {it} have an acidic group?",
    "Would {it} [give off|lose] a proton [easily|readily]?",
    "Is there [an acidic proton|an acidic group] in {it}?",
)
IS_ACID_SHORT = ("[Is it acidic|And acidic|Acidic]?", "Is it an acid?")
IS_BASE = (
    "Is {it} a base?",
    "Does {it} have a basic [group|nitrogen]?",
    "Can {it} take up a proton [easily|readily]?",
)
IS_BASE_SHORT = ("[Is it basic|And basic|Basic]?", "And is it a base?")
ACID_YES = (
    "Yes, {it} has {groups}, which [gives|can give] off a proton.",
    "Yes: {groups}.",
    "Yes, because of {groups}.",
)
ACID_NO = (
    "No, {it} has no acid group such as a carboxylic or sulfonic acid.",
    "No[,|:] there is no carboxylic acid and no other strongly acidic group[| in {it}].",
    "No, {it} does not have a carboxylic acid or a sulfonic acid.",
)
BASE_YES = (
    "Yes, {it} has {groups}, which can take up a proton.",
    "Yes: {groups}.",
    "Yes, because of {groups}.",
)
BASE_NO = (
    "No, {it} has no basic nitrogen such as an amine.",
    "No[,|:] there is no amine, amidine or guanidine[| in {it}].",
    "No, {it} has no amine or other basic group.",
)
SITE = (
    "Which group of {it} is the most acidic?",
    "Where would {it} lose a proton first?",
    "What makes {it} acidic?",
)
SITE_ANSWER = (
    "The {group}.",
    "{Its} {group}.",
    "That is the {group}.",
    "A base would take the proton of the {group}.",
)


def is_acid(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask whether it is an acid."""
    facts = subject.facts
    groups = [name for name in ACIDS if name in facts.groups]
    is_weak = any(name in facts.groups for name in WEAKER_ACIDS) or "C" not in facts.atom_counts
    if bool(groups) != wants_yes or is_weak or has_charges(subject):
        return None
    return _statement("acid", groups, wants_yes, subject, voice)


def is_base(subject: Subject, voice: Voice, wants_yes: bool) -> Turn | None:
    """Ask whether it is a base."""
    facts = subject.facts
    groups = [name for name in BASES if name in facts.groups]
    is_weakened = bool(facts.aromatic_rings) or any(name in facts.groups for name in WEAKENING)
    not_basic = sum(facts.groups.get(name, 0) for name in NOT_BASIC)
    has_doubtful = facts.atom_counts.get("N", 0) > not_basic
    if bool(groups) != wants_yes or has_charges(subject) or (is_weakened if groups else has_doubtful):
        return None
    return _statement("base", groups, wants_yes, subject, voice)


def has_charges(subject: Subject) -> bool:
    """Tell whether any atom is charged, in a zwitterion, too."""
    return "+]" in subject.facts.smiles or "-]" in subject.facts.smiles or subject.facts.charge != 0


def ask_acidic_site(subject: Subject, voice: Voice) -> Turn | None:
    """Ask where a proton would go first, where only one kind of acid is there."""
    facts = subject.facts
    groups = [name for name in (*ACIDS, "phenol") if name in facts.groups]
    if has_charges(subject) or not groups or facts.groups[groups[0]] > 1:
        return None
    group = groups[0]
    answer = voice.answer(SITE_ANSWER, group=group)
    return Turn("acidic_site", voice.ask(SITE), answer, subject.states("group", 1, group))


def _statement(topic: str, groups: list[str], wants_yes: bool, subject: Subject, voice: Voice) -> Turn:
    counts = subject.facts.groups
    named = [
        with_article(name) if counts[name] == 1 else voice.counted(counts[name], name) for name in groups
    ]
    is_one = len(groups) == 1 and counts[groups[0]] == 1
    yes, no = (ACID_YES, ACID_NO) if topic == "acid" else (BASE_YES, BASE_NO)
    templates = (yes if is_one else yes[1:]) if wants_yes else no
    questions, short = (IS_ACID, IS_ACID_SHORT) if topic == "acid" else (IS_BASE, IS_BASE_SHORT)
    stated = tuple(Stated("group", name, counts[name], subject.index) for name in groups)
    answer = voice.answer(templates, groups=listing(named) if named else "")
    return Turn(topic, voice.ask(questions, short), answer, stated or subject.states(topic, False),
                "yes" if wants_yes else "no")  # fmt: skip
