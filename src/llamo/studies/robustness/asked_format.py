"""Following instructions: is the asked form kept, the asked property given, and an honest refusal made where it is due?

The judges are rules over the text (`format_judges`); whether an answer is true does not count here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from llamo.data.instructions.topics.unknowable import TARGETS, UNKNOWABLE
from llamo.data.instructions.wordings import capital, named_reference, spin
from llamo.data.tasks.property import TASK as PROPERTY
from llamo.models.names import View
from llamo.studies.robustness import format_judges as judges
from llamo.studies.robustness.figures import Figure, mean_figure
from llamo.studies.robustness.molecules import Subject
from llamo.studies.robustness.probe import Ask, ProbeResult, Setting
from llamo.studies.robustness.question import Asked, Question

NAME = "format"
REFUSALS_A_MOLECULE = 2  # of each wording


class Format(NamedTuple):
    """An instruction about the form of an answer."""

    name: str
    text: str
    task: str
    judge: Callable[[str], bool]


FORMATS = (
    Format("one word, Yes or No",
           "Does this molecule have an aromatic ring? Answer with one word, Yes or No.", "facts", judges.is_yes_or_no),
    Format("a number only",
           f"{PROPERTY.named_questions['homo']} Answer with a number only.", "property", judges.is_number),
    Format("a count only",
           "How many rings does this molecule have? Answer with a number only.", "facts", judges.is_whole_number),
    Format("the formula only",
           "What is the molecular formula of this molecule? Answer with the formula only.", "facts",
           judges.is_formula),
    Format("SMILES only",
           "Which reactants could make this molecule? Answer with SMILES only.", "retrosynthesis", judges.is_smiles),
    Format("one sentence", "Describe this molecule in one sentence.", "description", judges.is_one_sentence),
)  # fmt: skip
PROPERTIES = {
    "homo": (PROPERTY.named_questions["homo"], "property"),
    "lumo": (PROPERTY.named_questions["lumo"], "property"),
    "gap": (PROPERTY.named_questions["gap"], "property"),
    "mass": ("What is the molar mass of this molecule in g/mol?", "facts"),
    "formula": ("What is the molecular formula of this molecule?", "facts"),
    "rings": ("How many rings does this molecule have?", "facts"),
}
# What no graph can tell, in words that the training conversations do not use.
NEW_WORDINGS = {
    "colour": "What colour does a solution of this molecule in ethanol have?",
    "dose": "How many milligrams of this compound should an adult take a day?",
    "discovery": "Who was the first person to isolate this compound?",
    "price": "How much would a kilogram of this compound cost?",
    "melting point": "At which temperature do crystals of this compound turn liquid?",
    "supplier": "Which company sells most of this compound?",
    "taste": "Would people find a solution of this compound bitter?",
    "yield": "What was the yield of the first synthesis of this compound?",
    "approval": "In which countries may doctors prescribe this compound?",
    "side effects": "Which side effect of this compound do patients report most often?",
}
THE_MOLECULE = named_reference("this molecule")


def probe_format(setting: Setting, ask: Ask) -> ProbeResult:
    """Ask for forms, for properties, and for what no graph can tell."""
    questions = [
        question
        for place, subject in enumerate(setting.subjects.chosen)
        for question in questions_about(subject, place, setting.view, setting.seed)
    ]
    asked = ask(questions)
    return ProbeResult(
        NAME,
        "Following instructions",
        tuple(judge_all(asked)),
        tuple(asked),
        notes=(
            "by rules over the text, whatever is true; docs/robustness.md lists them",
            "refusals: questions that no graph can answer, in wordings of the training conversations and in new ones; "
            "over-refusal: the same rule on the questions for properties",
        ),
    )


def judge(one: Asked) -> dict[str, bool]:
    """Apply the rules that fit a question to its answer."""
    text, labels = one.answer.prediction, one.question.labels
    kind, name = str(labels["kind"]), str(labels["name"])
    if kind == "format":
        return {"kept": next(form.judge(text) for form in FORMATS if form.name == name)}
    if kind == "property":
        return {
            "given": judges.gives_property(text, name),
            "nothing else": judges.names_nothing_else(text, name),
            "refused": judges.refuses(text),
        }
    return {"refused": judges.refuses(text)}


def judge_all(asked: Sequence[Asked]) -> Iterator[Figure]:
    """Compute the share of answers that keep each rule."""
    forms = [one for one in asked if one.question.labels["kind"] == "format"]
    yield _share("form kept", "all", forms, "kept")
    for form in FORMATS:
        yield _share("form kept", form.name, _named(forms, form.name), "kept")
    properties = [one for one in asked if one.question.labels["kind"] == "property"]
    for rule, group in (("given", "asked property given"), ("nothing else", "no other property named")):
        yield _share(group, "all", properties, rule)
        for name in PROPERTIES:
            yield _share(group, name, _named(properties, name), rule)
    for kind in ("trained wording", "new wording"):
        yield _share(
            "refused", kind, [one for one in asked if one.question.labels["kind"] == kind], "refused"
        )
    yield _share("refused", "answerable (over-refusal)", properties, "refused")


def questions_about(subject: Subject, place: int, view: View, seed: int) -> Iterator[Question]:
    """List the questions about one molecule; `place` among the others decides what it is asked that no graph tells."""
    for form in FORMATS:
        labels = {"kind": "format", "name": form.name}
        yield Question(subject.smiles, form.text, view, task=form.task, labels=labels)
    for name, (text, task) in PROPERTIES.items():
        yield Question(subject.smiles, text, view, task=task, labels={"kind": "property", "name": name})
    rng = random.Random(f"unknowable {seed} {subject.smiles}")
    new = list(NEW_WORDINGS.items())
    for turn in range(REFUSALS_A_MOLECULE):
        number = place * REFUSALS_A_MOLECULE + turn
        thing = UNKNOWABLE[number % len(UNKNOWABLE)]
        asked = spin(rng.choice(thing.questions), rng)
        text = capital(asked.format(**THE_MOLECULE.fields(), target=rng.choice(TARGETS)))
        yield Question(subject.smiles, text, view, labels={"kind": "trained wording", "name": thing.topic})
        topic, text = new[number % len(new)]
        yield Question(subject.smiles, text, view, labels={"kind": "new wording", "name": topic})


def _named(asked: Sequence[Asked], name: str) -> list[Asked]:
    return [one for one in asked if one.question.labels["name"] == name]


def _share(group: str, name: str, asked: Sequence[Asked], rule: str) -> Figure:
    kept = [float(judge(one)[rule]) for one in asked]
    return mean_figure(group, name, kept, [one.question.molecule for one in asked])
