"""Questions for stereocentres, their labels and E/Z double bonds."""

from __future__ import annotations

from llamo.data.instructions.topics.counting import Countable, ask_count
from llamo.data.instructions.turns import Stated, Subject, Turn
from llamo.data.instructions.wordings import Voice
from llamo.data.tasks.wording import listing

NO_DOUBLE_BOND_SHARE = 0.3  # most molecules have none; asked each time, the answer would be known beforehand

LABELS = (
    "What {are} the configuration{s} of {its} stereocentre{s}?",
    "[Which|What] [CIP label|descriptor|R/S label]{s} {do} {its} stereocentre{s} [have|carry]?",
    "[Assign|Give|Tell me] the [CIP label|R/S label]{s} of {it}.",
    "{Are} {its} stereocentre{s} R or S?",
)
LABELS_SHORT = ("[And|What about] the configuration{s}?", "And the R/S label{s}?")
LABELS_ANSWER = (
    "{It} has {n}: {kinds}.",
    "{kinds}.",
    "[There {are}|I see] {n}; {kinds}.",
    "Of the labels given, {kinds}.",
)
OPEN_ANSWER = (
    "The [drawing|graph|structure] leaves {open} unspecified, so I cannot say{rest}.",
    "That is not given: {open} {has} no configuration in the structure{rest}.",
)
DOUBLE = (
    "Which of {its} double bonds are E and which are Z?",
    "What is the configuration of {its} double bonds?",
    "[Does {it} show|Do you see in {it}] any E/Z isomerism?",
)
DOUBLE_SHORT = ("[And|What about] the double bonds, E or Z?", "And E/Z?")
DOUBLE_NONE = (
    "{It} has no double bond that could be E or Z.",
    "There is no stereogenic double bond[| in {it}].",
)
DOUBLE_ANSWER = ("{It} has {kinds}.", "[I see|The structure shows] {kinds}.", "{kinds}.")


def ask_stereocentres(subject: Subject, voice: Voice) -> Turn:
    """Ask for the number of stereocentres."""
    noun = voice.rng.choice(("stereocentre", "stereocentre", "chiral centre", "stereocenter"))
    count = len(subject.facts.stereocentres)
    return ask_count(Countable("stereocentres", noun, count), subject, voice)


def ask_labels(subject: Subject, voice: Voice) -> Turn | None:
    """Ask for R and S; what is not specified is said to be so."""
    labels = [label for _, label in subject.facts.stereocentres]
    if not labels or {"r", "s"} & set(labels):
        return None
    one = len(labels) == 1
    plural = {"s": "" if one else "s", "are": "is" if one else "are", "do": "does" if one else "do"}
    question = voice.ask(LABELS, LABELS_SHORT, **plural, Are=plural["are"].capitalize())
    known = [
        f"{voice.counted(labels.count(label), 'is', 'are')} {label}" for label in "RS" if label in labels
    ]
    kinds, num_open = listing(known), labels.count("?")
    if num_open:
        answer = voice.answer(
            OPEN_ANSWER,
            open=voice.counted(num_open, "stereocentre"),
            has="has" if num_open == 1 else "have",
            rest=f"; of the others, {kinds}" if known else "",
        )
    else:
        n = voice.counted(len(labels), "stereocentre")
        answer = voice.answer(LABELS_ANSWER, n=n, kinds=kinds, are=plural["are"])
    return Turn("stereo_labels", question, answer, _stated("stereo_label", "RS?", labels, subject))


def ask_double_bonds(subject: Subject, voice: Voice) -> Turn | None:
    """Ask which double bonds are E and which Z."""
    labels = [label for _, _, label in subject.facts.double_bond_stereo]
    if not labels:
        if voice.rng.random() > NO_DOUBLE_BOND_SHARE:
            return None
        return Turn("double_bonds", voice.ask(DOUBLE, DOUBLE_SHORT), voice.answer(DOUBLE_NONE),
                    subject.states("ez_bonds", 0))  # fmt: skip
    kinds = [voice.counted(labels.count(label), f"{label} double bond") for label in "EZ" if label in labels]
    if "?" in labels:
        kinds.append(f"{voice.counted(labels.count('?'), 'double bond')} of unspecified configuration")
    return Turn(
        "double_bonds",
        voice.ask(DOUBLE, DOUBLE_SHORT),
        voice.answer(DOUBLE_ANSWER, kinds=listing(kinds)),
        _stated("ez_label", "EZ?", labels, subject),
    )


def _stated(kind: str, letters: str, labels: list[str], subject: Subject) -> tuple[Stated, ...]:
    return tuple(
        Stated(kind, letter, labels.count(letter), subject.index) for letter in letters if letter in labels
    )
