"""What follows from the answers: verdicts, tables, chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping

import numpy as np

from llamo.evaluation.bootstrap import Interval
from llamo.studies.frame.charts import Bar, Chart, Panel
from llamo.studies.frame.crossed import Scores, crossed, matrix, paired, scores
from llamo.studies.frame.findings import Findings, Table, Verdict, judge, signed_text
from llamo.studies.frame.results import Label, Results, mean_interval
from llamo.studies.instruction_tuning.following import GROUPS, NAME_PROMPT
from llamo.studies.instruction_tuning.settings import TuningSettings

CLAIM = (
    "Conversations in stage 2 make a model prefer answers that follow the instruction (the asked-for form, the "
    "asked-for property, a refusal where no graph can tell) more than as many samples without them do."
)
SCORE = "score"
PAIRS = (
    ("Stage 2 helps over going on with stage 1", "no conversations", "stage 1 only"),
    ("Conversations help over as many samples without them", "conversations", "no conversations"),
    (
        "Validated conversations help over unvalidated ones, a third of them faulty",
        "validated",
        "unvalidated",
    ),
    (
        "Composed conversations help over as many of a small language model",
        "composed, as few",
        "a small model's",
    ),
    ("Instructions in words help over task names", "no conversations", "task names"),
)


def conclude(results: Results, settings: TuningSettings) -> Findings:
    """Judge the claim by paired molecules; the other comparisons have their verdicts in a table."""
    answers, preferred = results.where(table="answers"), results.where(table="preferred")
    gain = difference(preferred, "conversations", "no conversations")
    groups = sorted(set(GROUPS.values()))
    by_group = ", ".join(
        f"{group} {signed_text(difference(preferred, 'conversations', 'no conversations', group))}"
        for group in groups
    )
    level = score(preferred.where(ablation="conversations"))
    written = difference(answers, "conversations", "no conversations")
    told = "none" if level is None else str(level)
    reason = (
        f"the share of instructions whose right kind of answer is preferred changes by {signed_text(gain)} "
        f"({by_group}), with conversations it is {told}, and in what the model writes the share followed changes by "
        f"{signed_text(written)}."
    )
    return Findings(
        verdict_on(preferred, "conversations", "no conversations"),
        reason,
        done=_done(results, settings),
        tables=[
            _shares(preferred, "Right kind of answer preferred"),
            _shares(answers, "Instructions followed in what is written"),
            _comparisons(preferred, answers),
            _conversations(results),
        ],
        charts=[_chart(preferred)],
        notes=_notes(results, settings),
    )


def by_molecule(answers: Results, group: str = SCORE) -> Scores:
    """Share of instructions of a group followed, by seed and molecule; the score is the mean of the groups."""
    found: defaultdict[tuple[Label, Hashable], defaultdict[str, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in answers.rows:
        name = GROUPS.get(str(row["kind"]))
        if name is not None and group in (SCORE, name):
            found[row["seed"], row["molecule"]][name].append(float(str(row["followed"])))
    return {
        one: float(np.mean([np.mean(values) for values in groups.values()])) for one, groups in found.items()
    }


def score(answers: Results, group: str = SCORE) -> Interval | None:
    """Average over molecules and seeds, with a bootstrap over both."""
    return crossed([matrix(by_molecule(answers, group))])


def difference(answers: Results, first: str, second: str, group: str = SCORE) -> Interval | None:
    """Share of one ablation less that of another, paired by molecule, over the seeds that both were trained with."""
    ours, theirs = (by_molecule(answers.where(ablation=name), group) for name in (first, second))
    return crossed([paired(ours, theirs)])


def verdict_on(answers: Results, first: str, second: str) -> Verdict:
    """Judge that one ablation follows more than another: by the interval, if two seeds or more agree on the sign."""
    by_seed = [difference(answers.where(seed=seed), first, second) for seed in answers.distinct("seed")]
    values = [one.value for one in by_seed if one is not None]
    agree = len(values) > 1 and (min(values) > 0 or max(values) < 0)
    return judge(difference(answers, first, second)) if agree else "cannot tell"


def _share_where(answers: Results, column: str, labels: Mapping[str, Label]) -> Interval | None:
    return crossed([matrix(scores(answers.where(**labels), column))])


def _shares(answers: Results, title: str) -> Table:
    rows: list[list[object]] = []
    for name in answers.distinct("ablation"):
        here = answers.where(ablation=name)
        shares = [_share_where(here, "followed", {"kind": kind}) for kind in (*GROUPS, NAME_PROMPT)]
        refused = _share_where(here, "refused", {"kind": "property"})
        rows.append([name, len(here.distinct("seed")), score(here), *shares, refused])
    heads = [
        "what followed stage 1", "seeds", "score", "form", "property", "refusal, trained wording",
        "refusal, new wording", "property by its task's name", "refusal where an answer is due",
    ]  # fmt: skip
    return Table(f"{title}: shares with 95 % bootstrap intervals over seeds and molecules", heads, rows)


def _comparisons(preferred: Results, answers: Results) -> Table:
    rows: list[list[object]] = []
    for claim, first, second in PAIRS:
        gain = difference(preferred, first, second)
        groups = [difference(preferred, first, second, group) for group in sorted(set(GROUPS.values()))]
        rows.append(
            [
                claim,
                f"{first} less {second}",
                verdict_on(preferred, first, second),
                gain,
                *groups,
                difference(answers, first, second),
            ]
        )
    heads = [
        "claim",
        "difference",
        "verdict",
        "preferred, score",
        *sorted(set(GROUPS.values())),
        "written, score",
    ]
    return Table(
        "Paired differences by seed and molecule, with 95 % bootstrap intervals over both", heads, rows
    )


def _conversations(results: Results) -> Table:
    rows = [
        [
            row["ablation"],
            row["conversations"],
            results.where(table="material", ablation=row["ablation"]).interval("cut"),
            truth(results.where(table="answers", ablation=row["ablation"])),
        ]
        for row in results.where(table="material", seed=0).rows
    ]
    return Table(
        "Conversations of stage 2, samples that lost their end, and true ones of the checkable claims in answers",
        ["what followed stage 1", "conversations", "share of samples cut", "share of claims true"],
        rows,
    )


def truth(answers: Results) -> Interval | None:
    """Share of the claims in answers that the checker finds true, averaged over molecules that any is made about."""
    counts: defaultdict[Label, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in answers.rows:
        counts[row["molecule"]][0] += float(str(row["true"]))
        counts[row["molecule"]][1] += float(str(row["true"])) + float(str(row["false"]))
    return mean_interval(true / every for true, every in counts.values() if every)


def _chart(answers: Results) -> Chart:
    panels = []
    for group in (SCORE, *sorted(set(GROUPS.values()))):
        found = [
            (str(name), score(answers.where(ablation=name), group)) for name in answers.distinct("ablation")
        ]
        panels.append(
            Panel(group, bars=[Bar(name, one) for name, one in found if one], y_label="right kind preferred")
        )
    return Chart(
        "instruction-tuning",
        "Share of instructions whose right kind of answer is preferred, with 95 % intervals.",
        panels,
    )


def _done(results: Results, settings: TuningSettings) -> list[str]:
    test = len(results.where(table="answers").distinct("molecule"))
    seeds = len(results.where(table="answers").distinct("seed"))
    base = (
        "a random one of 2 layers, width 64, over the words of the data"
        if settings.base_model == "small"
        else settings.base_model
    )
    return [
        f"language model: {base}; encoder of {settings.graph_layers} layers, width {settings.graph_dim}; LoRA of rank "
        f"{settings.lora_rank} on all linear layers; molecules are shown as graph tokens alone",
        f"stage 1: {settings.alignment_steps} steps on captions composed from facts; then {settings.steps} steps for "
        f"every row, {settings.batch_size} samples a step, seeds: {seeds}; conversations make up "
        f"{settings.conversation_share:g} of the samples where there are any, captions and questions the rest",
        f"{settings.number} conversations composed from facts; *unvalidated*: the same, but every second one about "
        "one molecule is held against another; *validated*: what `llamo instructions validate` keeps of these",
        f"asked about {test} molecules that no training record is about; *preferred*: the answer with the highest mean "
        "log-probability a token, among true ones of every kind (mass, formula, rings, a refusal) or of two forms "
        "(bare, a sentence)",
        "*written*: greedy; the rules are those of `llamo study robustness`, and a property counts as given where no "
        "other is named beside it",
        "intervals: bootstrap over seeds and molecules, that of true claims over molecules; a verdict also needs two "
        "seeds or more that agree on the sign; the score is the mean of the shares for form, property and refusal",
    ]


def _notes(results: Results, settings: TuningSettings) -> list[str]:
    notes = [
        "Equal budget is equal steps and samples. A conversation is longer than a single question, so its samples hold "
        "more answers.",
        "Following is not being right: that is the last table's business.",
    ]
    if settings.base_model == "small":
        notes.append(
            "The language model never saw English: what it follows, it learnt here, and which molecule it talks about "
            "hardly matters for that. A pretrained one brings instruction following with it: "
            "`--set base_model=smollm2-135m-instruct`."
        )
    first = results.where(table="material", seed=0).rows[:1]
    if settings.written and first:
        whole, kept = first[0].get("written"), first[0].get("written-kept")
        notes.append(
            f"`{settings.writer}`, served on this machine and asked about {settings.written} molecules, wrote {whole} "
            f"whole conversations; the validator kept {kept}. Stage 2 had them again and again."
        )
    return notes
