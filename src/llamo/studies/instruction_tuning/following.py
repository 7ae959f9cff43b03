"""What is asked after training, and whether the answer follows the instruction: form, property, refusal.

Questions and rules are those of `llamo study robustness`, probe "format", as far as their subjects were taught.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from llamo.chem.claims import check_claims
from llamo.models.names import View
from llamo.studies.frame.results import Row
from llamo.studies.robustness import format_judges as judges
from llamo.studies.robustness.asked_format import judge, questions_about
from llamo.studies.robustness.molecules import Subject
from llamo.studies.robustness.question import Asked, Question

FORMS = ("one word, Yes or No", "a count only", "the formula only", "one sentence")
PROPERTIES = ("mass", "formula", "rings")
TAUGHT = {*FORMS, *PROPERTIES}
REFUSALS = ("trained wording", "new wording")
NAME_PROMPT = "name of the task"
GROUPS = {
    "format": "form",
    "property": "property",
    **dict.fromkeys(REFUSALS, "refusal"),
}  # what counts for the score


def questions_for(molecules: Sequence[str], *, view: View) -> list[Question]:
    """List what is asked about molecules: for forms, for properties, for what no graph tells, and by a task's name."""
    found = []
    for place, smiles in enumerate(molecules):
        for one in questions_about(Subject(smiles, smiles), place, view, 0):
            if str(one.labels["kind"]) in REFUSALS or one.labels["name"] in TAUGHT:
                found.append(replace(one, task="conversation"))
        found += [
            Question(smiles, name, view, labels={"kind": NAME_PROMPT, "name": name}) for name in PROPERTIES
        ]
    return found


def answer_row(one: Asked, *, is_spaced: bool) -> Row:
    """Judge an answer: a row of table "answers".

    Args:
        is_spaced: whether the tokenizer puts a space between any two signs, as that of the small model does.
    """
    said = closed_up(one.answer.prediction) if is_spaced else one.answer.prediction
    heard = replace(one, answer=replace(one.answer, prediction=said))
    kind, name = str(one.question.labels["kind"]), str(one.question.labels["name"])
    statuses = [
        verdict.status for verdict in check_claims(said, one.question.molecule, question=one.question.text)
    ]
    return {
        "table": "answers", "molecule": one.question.molecule, "kind": kind, "name": name, "said": said,
        "followed": float(_follows(heard, kind, name)), "refused": float(judges.refuses(said)),
        "true": statuses.count("true"), "false": statuses.count("false"),
    }  # fmt: skip


def _follows(one: Asked, kind: str, name: str) -> bool:
    """Apply the rule of a kind of question; a property is given where no other is named beside it."""
    if kind in ("property", NAME_PROMPT):
        text = one.answer.prediction
        return judges.gives_property(text, name) and judges.names_nothing_else(text, name)
    return judge(one)["kept" if kind == "format" else "refused"]


def closed_up(text: str) -> str:
    """Take away the spaces that a tokenizer of words and signs leaves: "180 . 2 g / mol ." -> "180.2 g/mol."."""
    text = re.sub(r"(?<=\d) \. (?=\d)", ".", text)
    text = re.sub(r" (?=[.,;:!?)\]])|(?<=[(\[]) ", "", text)
    text = re.sub(r"(?<=\+) (?=\d)", "", text)
    return re.sub(r" ?([/'-]) ?", r"\1", text)
