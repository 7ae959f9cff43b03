"""With the SMILES in the prompt and without: do the answers agree, and which are better?"""

from __future__ import annotations

from collections.abc import Sequence

from llamo.evaluation.agreement import rouge_l
from llamo.models.names import VIEWS, View
from llamo.studies.robustness.figures import Figure, mean_figure
from llamo.studies.robustness.motif_questions import draw_questions
from llamo.studies.robustness.probe import DESCRIPTION, Ask, ProbeResult, Setting
from llamo.studies.robustness.question import Asked, Question

NAME = "dropped-smiles"
WITH: View = "graph+smiles"
WITHOUT: View = "graph"


def probe_dropped_smiles(setting: Setting, ask: Ask) -> ProbeResult:
    """Ask for descriptions and groups under every view; the difference of interest is with SMILES less without."""
    chosen = setting.subjects.chosen
    groups = draw_questions(chosen, max(4, len(chosen)), seed=setting.seed)
    questions: list[Question] = []
    for view in VIEWS:
        questions += [
            Question(one.smiles, DESCRIPTION, view, task="description", reference=one.text) for one in chosen
        ]
        questions += [one.question(view, is_silent=True) for one in groups]
    asked = ask(questions)
    of_view = {view: [one for one in asked if one.question.view == view] for view in VIEWS}
    figures = [figure for view in VIEWS for figure in _scores(view, of_view[view])]
    figures += _compare(of_view[WITH], of_view[WITHOUT])
    return ProbeResult(
        NAME,
        "With and without SMILES in the prompt",
        tuple(figures),
        tuple(asked),
        notes=(
            f"{len(setting.subjects.with_text)} of {len(chosen)} molecules have a published description",
            "difference: graph and SMILES less graph alone, paired by molecule",
        ),
    )


def _scores(view: str, asked: Sequence[Asked]) -> list[Figure]:
    """Score one view: ROUGE-L of descriptions with a reference, accuracy of Yes/No by logits."""
    scored = [(one.question.molecule, value) for one, value in _rouge(asked)]
    right = [(one.question.molecule, float(one.is_right)) for one in asked if one.question.choices]
    rows = (("descriptions, ROUGE-L", scored), ("Yes/No by logits, accuracy", right))
    return [
        mean_figure(view, name, [v for _, v in values], [m for m, _ in values])
        for name, values in rows
        if values
    ]


def _compare(with_smiles: Sequence[Asked], without: Sequence[Asked]) -> list[Figure]:
    """Compare two views, question by question."""
    group = f"{WITH} against {WITHOUT}"
    pairs = list(zip(with_smiles, without, strict=True))
    told = [(a, b) for a, b in pairs if not a.question.choices]
    chosen = [(a, b) for a, b in pairs if a.question.choices]
    molecules, others = [a.question.molecule for a, _ in told], [a.question.molecule for a, _ in chosen]
    texts = [(a.answer.prediction, b.answer.prediction) for a, b in told]
    same = [float(first == second) for first, second in texts]
    agree = [float(a.answer.means_yes == b.answer.means_yes) for a, b in chosen]
    gained = [float(a.is_right) - float(b.is_right) for a, b in chosen]
    figures = [
        mean_figure(group, "descriptions, exact agreement", same, molecules),
        mean_figure(group, "descriptions, ROUGE-L of the two", rouge_l(texts), molecules),
        mean_figure(group, "Yes/No by logits, agreement", agree, others),
        mean_figure(group, "Yes/No by logits, difference of accuracy", gained, others),
    ]
    scored = list(zip(_rouge([a for a, _ in told]), _rouge([b for _, b in told]), strict=True))
    if scored:
        differences = [first - second for (_, first), (_, second) in scored]
        names = [one.question.molecule for (one, _), _ in scored]
        figures.append(mean_figure(group, "descriptions, difference of ROUGE-L", differences, names))
    return figures


def _rouge(asked: Sequence[Asked]) -> list[tuple[Asked, float]]:
    told = [one for one in asked if not one.question.choices and one.question.reference]
    scores = rouge_l([(one.answer.prediction, one.question.reference) for one in told])
    return list(zip(told, scores, strict=True))
