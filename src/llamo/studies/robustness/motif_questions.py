"""Yes/no questions on functional groups, in the manner of MotifHallu: is it there, or does the model only say so?

Half of the questions are on groups outside the 73 motif counts (`count_blind_groups`), half on groups inside. Questions
come in pairs of one group and one wording: a molecule that has the group, and another of the nearest size that has not.
So every group, every wording and every size has as many "no" as "yes", and neither the words of a question nor the size
of a molecule give the answer away. A group that all molecules have, or none, cannot be paired and is not asked for.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llamo.chem.groups import GROUP_NAMES
from llamo.data.instructions.topics.group_nouns import group_noun
from llamo.data.tasks.answers import parse_yes_no
from llamo.data.tasks.classification import CHOICES
from llamo.data.tasks.fact_questions import GROUP_WORDINGS
from llamo.data.tasks.wording import with_article
from llamo.errors import DataError
from llamo.evaluation.bootstrap import bootstrap_metrics
from llamo.evaluation.classification_metrics import classification_metrics
from llamo.evaluation.metric import Metric
from llamo.models.names import View
from llamo.studies.robustness.count_blind_groups import OUTSIDE
from llamo.studies.robustness.figures import Figure, mean_figure
from llamo.studies.robustness.molecules import Subject
from llamo.studies.robustness.probe import Ask, ProbeResult, Setting
from llamo.studies.robustness.question import Asked, Question

NAME = "motifs"
QUESTIONS_A_MOLECULE = 8


@dataclass(frozen=True)
class GroupQuestion:
    """One question on a group.

    Attributes:
        subject: Who is asked about.
        group: Catalogue name.
        is_present: What is true.
        text: The question.
    """

    subject: Subject
    group: str
    is_present: bool
    text: str

    @property
    def is_outside(self) -> bool:
        """Whether the 73 motif counts leave the group open."""
        return self.group in OUTSIDE

    def question(self, view: View, *, is_silent: bool = False) -> Question:
        """Put it as the model is asked; silent: by the logits of Yes and No alone."""
        labels = {
            "group": self.group,
            "property": f"{'outside' if self.is_outside else 'inside'} the 73 counts",
            "truth": CHOICES[0] if self.is_present else CHOICES[1],
        }
        return Question(
            self.subject.smiles,
            self.text,
            view,
            task="facts",
            choices=CHOICES,
            is_silent=is_silent,
            reference=labels["truth"],
            labels=labels,
        )


def draw_questions(subjects: Sequence[Subject], number: int, *, seed: int = 0) -> list[GroupQuestion]:
    """Draw questions: as many "no" as "yes" of each group, as many outside the 73 counts as inside.

    Args:
        subjects: The molecules.
        number: Questions at most; rounded down to a multiple of four.
        seed: The same seed gives the same questions.

    Raises:
        DataError: the molecules give no pair for one of the halves.
    """
    halves = []
    for is_outside in (False, True):
        rng = random.Random(f"motif questions {seed} {is_outside}")
        groups = [name for name in GROUP_NAMES if (name in OUTSIDE) == is_outside]
        halves.append(list(itertools.islice(_pairs(subjects, groups, rng), number // 4)))
    size = min(map(len, halves))
    if not size:
        raise DataError(
            f"{len(subjects)} molecules give no balanced question on a group inside or outside the 73 counts; "
            "raise --limit, or give molecules with more functional groups"
        )
    return [question for half in halves for pair in half[:size] for question in pair]


def _pairs(
    subjects: Sequence[Subject], groups: list[str], rng: random.Random
) -> Iterator[tuple[GroupQuestion, GroupQuestion]]:
    """Yield a "yes" and a "no" of one group, round after round over the groups, so that all come up alike."""
    rng.shuffle(groups)
    having = {name: [one for one in subjects if name in one.facts.groups] for name in groups}
    lacking = {name: [one for one in subjects if name not in one.facts.groups] for name in groups}
    for present in having.values():
        rng.shuffle(present)
    while any(having[name] and lacking[name] for name in groups):
        for name in groups:
            if not (having[name] and lacking[name]):
                continue
            has_it = having[name].pop()
            absent = min(lacking[name], key=lambda one: abs(one.facts.heavy_atoms - has_it.facts.heavy_atoms))
            lacking[name].remove(absent)
            text = rng.choice(GROUP_WORDINGS).format(a=with_article(group_noun(name, rng)))
            yield GroupQuestion(has_it, name, True, text), GroupQuestion(absent, name, False, text)


def probe_motifs(setting: Setting, ask: Ask) -> ProbeResult:
    """Ask for functional groups and count how often the model is right, and how often it sees what is not there."""
    chosen = setting.subjects.chosen
    number = setting.questions or QUESTIONS_A_MOLECULE * len(chosen)
    drawn = draw_questions(chosen, number, seed=setting.seed)
    asked = ask([one.question(setting.view) for one in drawn])
    parts: dict[str, list[Asked]] = {"all": asked}
    for where in ("inside the 73 counts", "outside the 73 counts"):
        parts[where] = [one for one in asked if one.question.labels["property"] == where]
    figures = [figure for group, part in parts.items() for figure in judge(group, part)]
    groups = {str(one.question.labels["group"]) for one in asked}
    return ProbeResult(
        NAME,
        "Yes/no questions on functional groups",
        tuple(figures),
        tuple(asked),
        notes=(
            f"{len(asked)} questions on {len(groups)} groups, half of them answered by no, for every group; half on "
            "groups outside the 73 motif counts",
            "by logits: Yes is said where it is more probable than No as the next word; by text: the first yes or "
            "no of the answer, an answer with neither is wrong",
            "hallucination rate: yes said where no is true; yes said: share of all answers (.5 would be right)",
        ),
        details={"by_group": by_group(asked)},
    )


def judge(group: str, asked: Sequence[Asked]) -> list[Figure]:
    """Compute accuracy, hallucination rate and share of yes, by logits and by text, and AUROC."""
    molecules = [one.question.molecule for one in asked]
    truths = [_truth(one) for one in asked]
    figures = []
    for manner, answers in (("logits", _by_logits(asked)), ("text", _by_text(asked))):
        right = [float(answer == truth) for answer, truth in zip(answers, truths, strict=True)]
        yes = [float(answer is True) for answer in answers]
        figures.append(mean_figure(group, f"accuracy by {manner}", right, molecules))
        for truth, name in ((True, "accuracy where yes is true"), (False, "accuracy where no is true")):
            places = [place for place, one in enumerate(truths) if one == truth]
            picked = [right[place] for place in places], [molecules[place] for place in places]
            figures.append(mean_figure(group, f"{name}, by {manner}", *picked))
        absent = [place for place, one in enumerate(truths) if not one]
        said = [yes[place] for place in absent], [molecules[place] for place in absent]
        figures.append(mean_figure(group, f"hallucination rate by {manner}", *said))
        figures.append(mean_figure(group, f"yes said, by {manner}", yes, molecules))
    readable = [float(answer is not None) for answer in _by_text(asked)]
    figures.append(mean_figure(group, "text says yes or no", readable, molecules))
    scores = [one.answer.score for one in asked]
    found = classification_metrics(_by_text(asked), truths, scores)
    auroc = [one for one in found if isinstance(one, Metric) and one.name == "auroc"]
    intervals = bootstrap_metrics(auroc)
    return [*figures, *(Figure(group, "AUROC", one, len(asked), len(set(molecules))) for one in intervals)]


def by_group(asked: Sequence[Asked]) -> dict[str, dict[str, object]]:
    """Count for each group the questions, the right answers by logits and by text, and the yes where no is true."""
    counts: dict[str, Counter[str]] = {}
    for one, logits, text in zip(asked, _by_logits(asked), _by_text(asked), strict=True):
        count = counts.setdefault(str(one.question.labels["group"]), Counter())
        truth = _truth(one)
        count.update(
            questions=1,
            right_by_logits=int(logits == truth),
            right_by_text=int(text == truth),
            hallucinated_by_logits=int(bool(logits) and not truth),
            hallucinated_by_text=int(bool(text) and not truth),
        )
    return {
        name: {"counts": "outside" if name in OUTSIDE else "inside", **count}
        for name, count in sorted(counts.items())
    }


def _truth(one: Asked) -> bool:
    return one.question.reference == CHOICES[0]


def _by_logits(asked: Sequence[Asked]) -> list[bool]:
    return [one.answer.means_yes for one in asked]


def _by_text(asked: Sequence[Asked]) -> list[bool | None]:
    return [parse_yes_no(one.answer.prediction) for one in asked]
