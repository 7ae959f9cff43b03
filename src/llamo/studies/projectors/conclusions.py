"""What follows from the losses: verdicts claim by claim, tables beside the paper's, a chart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from llamo.evaluation.bootstrap import Interval
from llamo.evaluation.calibration import rank_correlation
from llamo.studies.frame.charts import Bar, Chart, Panel
from llamo.studies.frame.findings import Findings, Table, Verdict, judge_all, signed_text
from llamo.studies.frame.results import Results
from llamo.studies.frame.small_language_model import SMALL
from llamo.studies.projectors.comparing import excess, judge_excess, mean_loss, number_error
from llamo.studies.projectors.material import BUILT_IN, TASKS
from llamo.studies.projectors.measuring import WRITTEN
from llamo.studies.projectors.published import ROWS, SOURCE
from llamo.studies.projectors.settings import ProjectorsSettings

CLAIM = (
    "All levels of the encoder together leave less loss on held-back descriptions, names and properties than one level "
    "alone, their mixtures or a resampler, and motif tokens leave less still, at equal token count and budget."
)
ALL, LAST, COUNTS, POOLED = (
    "all levels",
    "last layer",
    "all levels, motif counts",
    "all levels, pooled motifs",
)
LAST_COUNTS, SHARED, NO_GRAPH = "last layer, motif counts", "all levels, shared attention", "no graph"
PAPERS = ("first layer", LAST, "concatenation", "resampler")  # what the paper holds all levels against
OURS = ("weighted average", "jumping knowledge")
FURTHER = (  # a claim, and what has more loss than what if it holds
    ("the graph helps", NO_GRAPH, ALL),
    ("motifs help beside the last layer", LAST, LAST_COUNTS),
    ("pooled motifs help", ALL, POOLED),
    ("pooled motifs beat counts", COUNTS, POOLED),
    ("separate attention beats shared", SHARED, ALL),
)


def conclude(results: Results, settings: ProjectorsSettings) -> Findings:
    """Judge both halves of the claim by the language model's loss on all three tasks."""
    losses, words = results.where(table="losses"), results.where(table="words")
    verdict = judge_all([_levels(losses), _judged(losses, ALL, COUNTS)])
    reason = f"with the language model {_said(losses)}."
    if _judged(losses, NO_GRAPH, ALL) != "supported":
        verdict = "cannot tell"
        reason = (
            f"the language model gains nothing certain by the graph ({_gain(losses, NO_GRAPH, ALL)} without it), so "
            f"that its losses cannot tell projectors apart: {_said(losses)}."
        )
    others = [*PAPERS, *OURS]
    return Findings(
        verdict,
        reason,
        done=_done(results, settings),
        tables=[
            _claims("Claims, by the language model's loss (nats a token)", losses, others, FURTHER),
            _claims("The same claims by the loss of stage `words`", words, others, FURTHER[1:]),
            _losses(results),
            _beside_the_papers(results),
        ],
        charts=[_chart(losses, words)],
        notes=[f"By stage `words`, without the language model, {_said(words)}.", *_notes(results, settings)],
    )


def _said(losses: Results) -> str:
    """Say how both halves of the claim come out by one kind of loss."""
    gains = "; ".join(f"{name} {_gain(losses, name, ALL)}" for name in PAPERS)
    return (
        f"all levels: {_levels(losses)} (more loss by {gains}); motifs: {_judged(losses, ALL, COUNTS)} (more loss "
        f"without: {_gain(losses, ALL, COUNTS)})"
    )


def _gain(losses: Results, first: str, second: str) -> str:
    return signed_text(excess(losses, first, second, TASKS))


def _levels(losses: Results) -> Verdict:
    return judge_all(_judged(losses, other, ALL) for other in PAPERS)


def _judged(losses: Results, first: str, second: str) -> Verdict:
    return judge_excess(excess(losses, first, second, TASKS), losses, first, second)


def _claims(
    title: str, losses: Results, others: Sequence[str], further: Sequence[tuple[str, str, str]]
) -> Table:
    """List differences by task with a verdict on each claim; a positive one speaks for it."""
    claims = [
        *((f"all levels beat: {name}", name, ALL) for name in others),
        ("motif counts help", ALL, COUNTS),
    ]
    rows = []
    for claim, first, second in [*claims, *further]:
        by_task = [signed_text(excess(losses, first, second, [task])) for task in TASKS]
        together = excess(losses, first, second, TASKS)
        verdict = judge_excess(together, losses, first, second)
        rows.append([claim, f"{first} less {second}", verdict, signed_text(together), *by_task])
    return Table(title, ["claim", "loss of", "verdict", "mean of tasks", *TASKS], rows)


def _losses(results: Results) -> Table:
    losses, words, numbers = (results.where(table=name) for name in ("losses", "words", "numbers"))
    rows: list[list[object]] = []
    for name in map(str, losses.distinct("ablation")):
        tokens = results.where(table="runs", ablation=name).values("tokens")
        rows.append([
            name, int(tokens[0]), *(mean_loss(losses, name, task) for task in TASKS), number_error(numbers, name),
            *(mean_loss(words, name, task) for task in TASKS),
        ])  # fmt: skip
    heads = [f"{task}, nats a token" for task in TASKS] + ["property, mean absolute error of what is said"]
    return Table(
        "Held-back answers: loss with the language model, error of said numbers, loss of stage `words`",
        ["projector", "graph tokens", *heads, *(f"{task}, stage `words`" for task in TASKS)],
        rows,
    )


def _beside_the_papers(results: Results) -> Table:
    numbers, texts = results.where(table="numbers"), results.where(table="texts")
    rows: list[list[object]] = []
    for row in ROWS:
        at = texts.where(ablation=row.ablation)
        bleu = [at.where(task=task).interval("bleu-4") for task in WRITTEN]
        ours = [None if one is None else f"{100 * one.value:.1f}" for one in bleu]
        published = [f"{row.description:.1f}", f"{row.iupac:.1f}", f"{row.mae:.3f}"]
        rows.append([row.name, row.ablation, *published, *ours, _plain(number_error(numbers, row.ablation))])
    return Table(
        f"The paper's table beside ours: BLEU-4 in percent, means of seeds. Paper: {SOURCE}",
        ["paper", "ours", "paper: description, BLEU-4", "paper: IUPAC, BLEU-4", "paper: QM9 MAE, Hartree",
         *(f"ours: {task}, BLEU-4" for task in WRITTEN), "ours: property error"],
        rows,
    )  # fmt: skip


def rank_agreement(results: Results) -> Mapping[str, float]:
    """Correlate the ranks of projectors with the paper's by task, where scores differ: Spearman's rho."""
    found = {}
    for task in WRITTEN:
        at = results.where(table="texts", task=task)
        pairs = [
            (getattr(row, task), one.value)
            for row in ROWS
            if (one := at.where(ablation=row.ablation).interval("bleu-4")) is not None
        ]
        if len(pairs) > 2:
            found[task] = rank_correlation(*np.array(pairs, dtype=np.float64).T)
    return {task: rho for task, rho in found.items() if math.isfinite(rho)}


def _plain(interval: Interval | None) -> float | None:
    return None if interval is None else interval.value


def _chart(losses: Results, words: Results) -> Chart:
    panels = []
    for title, found in (("language model", losses), ("stage words", words)):
        names = [str(name) for name in found.distinct("ablation") if name not in (ALL, NO_GRAPH)]
        pairs = [(name, excess(found, name, ALL, TASKS)) for name in names]
        bars = [Bar(name, one) for name, one in pairs if one is not None]
        panels.append(
            Panel(f"{title}: mean of three tasks", bars=bars, y_label="loss less that of all levels")
        )
    caption = "Loss of each projector less that of all levels without motifs, with 95 % intervals; above 0 is worse."
    return Chart("projectors", caption, panels)


def _done(results: Results, settings: ProjectorsSettings) -> list[str]:
    runs = results.where(table="runs")
    origin = str(runs.rows[0]["origin"])
    first = results.where(table="losses", ablation=ALL, seed=0)
    counts = ", ".join(f"{task} {len(first.where(task=task))}" for task in TASKS)
    seeds = len(runs.distinct("seed"))
    language = settings.base_model
    if language == SMALL:
        language = (
            f"a small one ({settings.language_layers} layers, width {settings.language_width}, {settings.subwords} "
            f"tokens), taught the training answers without graphs for {settings.language_steps} steps"
        )
    where = (
        f"captions of exact facts, names by rule and computed logP of {settings.train_records} molecules built by rule "
        "to train on, captions and logP of those of the package besides"
        if origin == BUILT_IN
        else f"records of the prepared recipe `{origin}`, up to {settings.train_records} of each task to train on"
    )
    return [
        f"{where}; held back: {counts}; no SMILES is shown",
        f"encoder of {settings.graph_layers} layers, width {settings.graph_dim}; projector of depth "
        f"{settings.projector_depth}; {settings.num_levels * settings.tokens_a_level} graph tokens for each: "
        f"{settings.tokens_a_level} a level, or {settings.tokens_a_level - 1} a level and {settings.num_levels} "
        "of motifs",
        f"stage `words` (encoder and projector) for {settings.word_steps} steps of {settings.word_batch}, then stage "
        f"`instruction` (projector and LoRA of rank {settings.lora_rank}) for {settings.steps} steps of "
        f"{settings.batch_size}; all tasks together; seeds: {seeds}; language model: {language}",
        "intervals: 95 %, bootstrap over seeds and, within each draw, over samples; differences are paired by both",
    ]


def _notes(results: Results, settings: ProjectorsSettings) -> list[str]:
    notes = [
        "A claim about all levels has to hold against each of the paper's four alternatives; a better one refutes it.",
        "`no graph` has no graph tokens by nature and no stage `words`; it is trained for the same steps of stage "
        "`instruction`.",
        "Equal are tokens, steps and samples, not weights: all levels have an attention each. Those of `all levels, "
        "shared attention` share one.",
        "One-state projectors (first, last, concatenation, average, jumping knowledge) make their tokens of runs of "
        "consecutive atoms; resampler and all levels of learned queries.",
        "Of few seeds the bootstrap makes too narrow an interval, by a factor of sqrt((n - 1) / n) in the part that is "
        "theirs.",
        "Each row is judged by itself: of twenty comparisons without any difference one would seem to have one.",
        "Scores compare projectors with each other; the paper's are of a language model of 7 billion parameters.",
    ]
    if settings.base_model == SMALL:
        notes.append(
            "The small language model knows these texts only. `--set base_model=smollm2-135m-instruct --set "
            "graph_dim=300 --set projector_depth=6` takes the shipped sizes."
        )
    agreed = rank_agreement(results)
    if agreed:
        told = ", ".join(f"{task} {rho:+.2f}" for task, rho in agreed.items())
        notes.append(
            f"Order of the paper's seven projectors by BLEU-4, here and there, Spearman's rank correlation: {told}. "
            "Here words, numbers and single signs of greedy answers are counted; levels are not to be compared."
        )
    said = results.where(table="numbers")
    silent = sum(row["said"] is None for row in said.rows)
    if silent:
        notes.append(
            f"{silent} of {len(said)} answers about a property held no number; each is charged the true ones' range."
        )
    return notes
