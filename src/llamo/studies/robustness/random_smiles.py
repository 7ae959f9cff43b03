"""One molecule, ten spellings: do the answers agree? Seen as a graph they must; with SMILES shown they need not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean, pstdev

from rdkit import Chem, rdBase

from llamo.data.tasks.answers import parse_number
from llamo.data.tasks.property import TASK as PROPERTY
from llamo.evaluation.agreement import mean_pairwise_rouge, share_of_same_pairs
from llamo.models.names import View
from llamo.studies.robustness.figures import Figure, mean_figure
from llamo.studies.robustness.motif_questions import draw_questions
from llamo.studies.robustness.probe import DESCRIPTION, Ask, ProbeResult, Setting
from llamo.studies.robustness.question import Asked, Question

NAME = "smiles"
VIEWS: tuple[View, ...] = ("graph", "graph+smiles", "smiles")
NUMBER = PROPERTY.named_questions["homo"]
TRIES = 10  # drawings for each spelling wanted: small molecules have few, and the same ones come again


def spellings(smiles: str, number: int, *, seed: int = 0) -> list[str]:
    """Write a molecule as different random SMILES; every one is read back and found to be the same molecule.

    Returns:
        `number` at most; fewer where a molecule has no more ("C" has one).
    """
    mol = Chem.MolFromSmiles(smiles)
    canonical = Chem.MolToSmiles(mol)
    drawn = Chem.MolToRandomSmilesVect(
        mol, number * TRIES, randomSeed=seed + 1
    )  # 0 would be a seed of its own
    kept: list[str] = []
    with rdBase.BlockLogs():
        for text in dict.fromkeys(drawn):
            if len(kept) == number:
                break
            again = Chem.MolFromSmiles(text)
            if again is not None and Chem.MolToSmiles(again) == canonical:
                kept.append(text)
    return kept


def probe_random_smiles(setting: Setting, ask: Ask) -> ProbeResult:
    """Ask for a description, a group and an energy of each molecule in each spelling, under three views."""
    chosen = setting.subjects.chosen
    written = {
        one.smiles: spellings(one.smiles, setting.spellings, seed=setting.seed)
        for one in chosen  # those with one spelling only have nothing to compare
    }
    written = {smiles: texts for smiles, texts in written.items() if len(texts) > 1}
    groups = [
        one.question("graph", is_silent=True)
        for one in draw_questions(chosen, max(4, len(chosen)), seed=setting.seed)
    ]
    questions = []
    for view in VIEWS:
        for smiles, texts in written.items():
            own = [Question(smiles, DESCRIPTION, view, task="description"),
                   Question(smiles, NUMBER, view, task="property")]  # fmt: skip
            own += [one for one in groups if one.molecule == smiles]
            questions += [_spelled(one, view, text, place) for one in own for place, text in enumerate(texts)]
    asked = ask(questions)
    figures = [
        figure for view in VIEWS for figure in _judge(view, [a for a in asked if a.question.view == view])
    ]
    few = sum(len(texts) < setting.spellings for texts in written.values())
    return ProbeResult(
        NAME,
        "The same molecule as random SMILES",
        tuple(figures),
        tuple(asked),
        notes=(
            f"{len(written)} molecules in up to {setting.spellings} spellings ({few} have fewer, "
            f"{len(chosen) - len(written)} have one and are left out)",
            "agreement: share of pairs of spellings whose answers are equal; ROUGE-L: mean over all pairs",
            "spread: standard deviation of the energy over the spellings of a molecule, in Hartree; "
            "between molecules: that of the molecules' means",
        ),
        details={"spellings": written},
    )


def _spelled(question: Question, view: View, text: str, place: int) -> Question:
    return replace(question, view=view, shown=text, labels={**question.labels, "spelling": place})


def _judge(view: View, asked: Sequence[Asked]) -> list[Figure]:
    texts = _sets(asked, "description", lambda one: one.answer.prediction)
    meant = _sets(asked, "facts", lambda one: one.answer.means_yes)
    scores = _sets(asked, "facts", lambda one: one.answer.score or 0.0)
    numbers = _sets(asked, "property", lambda one: parse_number(one.answer.prediction))
    rows: list[tuple[str, list[tuple[str, float]]]] = [
        ("descriptions, exact agreement", [(m, share_of_same_pairs(a)) for m, a in texts]),
        ("descriptions, ROUGE-L of pairs", [(m, mean_pairwise_rouge([str(t) for t in a])) for m, a in texts]),
        ("Yes/No by logits, agreement", [(m, share_of_same_pairs(a)) for m, a in meant]),
        ("P(Yes), spread", [(m, pstdev(_floats(a))) for m, a in scores]),
        ("numbers, agreement", [(m, share_of_same_pairs(a)) for m, a in numbers]),
        ("numbers, spread (Ha)", [(m, pstdev(_floats(a))) for m, a in numbers if _floats(a)]),
    ]
    figures = [
        mean_figure(view, name, [value for _, value in values], [molecule for molecule, _ in values])
        for name, values in rows
        if values
    ]
    means = [(m, fmean(_floats(a))) for m, a in numbers if _floats(a)]
    if len(means) > 1:
        centre = fmean(value for _, value in means)
        away = [abs(value - centre) for _, value in means]
        figures.append(
            mean_figure(view, "numbers, mean distance between molecules (Ha)", away, [m for m, _ in means])
        )
    return figures


def _sets(
    asked: Sequence[Asked], task: str, value: Callable[[Asked], object]
) -> list[tuple[str, list[object]]]:
    """Collect the answers to one question over the spellings of its molecule."""
    found: dict[tuple[str, str], list[object]] = {}
    for one in asked:
        if one.question.task == task:
            found.setdefault((one.question.molecule, one.question.text), []).append(value(one))
    return [(molecule, answers) for (molecule, _), answers in found.items()]


def _floats(answers: Sequence[object]) -> list[float]:
    return [answer for answer in answers if isinstance(answer, float)]
