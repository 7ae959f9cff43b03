"""What follows from the probes: verdict, tables, chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from llamo.evaluation.bootstrap import Interval, bootstrap_metrics, paired_bootstrap
from llamo.evaluation.metric import Metric
from llamo.studies.frame.charts import Bar, Chart, Panel
from llamo.studies.frame.findings import Findings, Table, judge, judge_all, signed_text
from llamo.studies.frame.results import Label, Results
from llamo.studies.probes.fitting import metric
from llamo.studies.probes.molecule_sets import UNITS, is_classification
from llamo.studies.probes.settings import ProbeSettings

CLAIM = (
    "Pretraining puts into the graph encoder what a linear probe can read: on every set its states beat those of an "
    "encoder with random weights."
)
ENCODER, RANDOM, FINGERPRINT = "encoder", "random encoder", "fingerprint"


def conclude(results: Results, settings: ProbeSettings) -> Findings:
    """Judge the claim by paired differences on the test molecules of each set."""
    sets = [str(name) for name in results.distinct("set")]
    gains = {name: gain(results, name, ENCODER, RANDOM) for name in sets}
    verdict = judge_all(judge(one) for one in gains.values())
    said = "; ".join(f"{shown(name)} {signed_text(one)}" for name, one in gains.items())
    reason = f"gain of the encoder over random weights, positive where it is better: {said}."
    return Findings(
        verdict,
        reason,
        done=_done(results, settings),
        tables=[_scores(results, sets), _gains(results, sets), _sizes(results, sets)],
        charts=[_chart(results, sets)],
        notes=_notes(settings),
    )


def probe_metric(results: Results, name: str, ablation: str) -> Metric | None:
    """Score the answers of an ablation on a set; several seeds are averaged, resample by resample."""
    answers = results.where(table="answers", set=name, ablation=ablation)
    found = [_of_seed(answers, name, seed) for seed in answers.distinct("seed")]
    if not found:
        return None

    def values(weights: np.ndarray) -> np.ndarray:
        return np.mean([one.values(weights) for one in found], axis=0)

    return replace(found[0], values=values)


def _of_seed(answers: Results, name: str, seed: Label) -> Metric:
    rows = answers.where(seed=seed)
    scores, targets = np.array(rows.values("score")), np.array(rows.values("target"))
    return metric(scores, targets, yes_no=is_classification(name))


def interval(results: Results, name: str, ablation: str) -> Interval | None:
    """Score an ablation on a set, with the bootstrap interval over test molecules."""
    found = probe_metric(results, name, ablation)
    return bootstrap_metrics([found])[0] if found is not None else None


def gain(results: Results, name: str, first: str, second: str) -> Interval | None:
    """Say how much better one ablation is than another on the same test molecules: positive is better."""
    one, other = probe_metric(results, name, first), probe_metric(results, name, second)
    if one is None or other is None:
        return None
    difference = paired_bootstrap([one], [other])[0]
    if is_classification(name):
        return Interval(difference.value, difference.low, difference.high)
    return Interval(-difference.value, -difference.high, -difference.low)


def shown(name: str) -> str:
    """Name a set as people write it."""
    return {"esol": "ESOL", "lipophilicity": "Lipophilicity"}.get(name, name.upper())


def heading(name: str) -> str:
    """Name a set with its measure."""
    return f"{shown(name)} ({'AUROC' if is_classification(name) else f'RMSE, {UNITS[name]}'})"


def _ablations(results: Results) -> list[str]:
    return [str(one) for one in results.where(table="scores").distinct("ablation")]


def _scores(results: Results, sets: Sequence[str]) -> Table:
    rows = [[one, *(interval(results, name, one) for name in sets)] for one in _ablations(results)]
    title = "Test part of the scaffold split, 95 % bootstrap intervals over molecules (AUROC: more is better)"
    return Table(title, ["description of the molecule", *map(heading, sets)], rows)


def _gains(results: Results, sets: Sequence[str]) -> Table:
    pairs = [
        (ENCODER, RANDOM),
        (ENCODER, FINGERPRINT),
        ("encoder and fingerprint", FINGERPRINT),
        (ENCODER, "last level"),
    ]
    rows = [
        [f"{one} over {other}", *(gain(results, name, one, other) for name in sets)] for one, other in pairs
    ]
    return Table("Paired gains, positive where the first is better", ["", *map(shown, sets)], rows)


def _sizes(results: Results, sets: Sequence[str]) -> Table:
    rows = []
    for name in sets:
        scores = results.where(table="scores", set=name)
        first = scores.rows[0]
        chosen = ", ".join(
            f"{row['ablation']} {row['strength']:g}" for row in scores.rows if row["seed"] == 0
        )
        rows.append(
            [
                shown(name),
                *(first[part] for part in ("n_train", "n_validation", "n_test", "unreadable")),
                chosen,
            ]
        )
    columns = ["set", "training", "validation", "test", "unreadable", "strength of L2, chosen on validation"]
    return Table("Molecules, and what was chosen", columns, rows)


def _chart(results: Results, sets: Sequence[str]) -> Chart:
    panels = []
    for name in sets:
        found = [(one, interval(results, name, one)) for one in _ablations(results)]
        bars = [Bar(one, value) for one, value in found if value is not None]
        panels.append(Panel(heading(name), bars=bars))
    return Chart(
        "probes", "Linear probes on the test part of the scaffold split, with 95 % intervals.", panels
    )


def _done(results: Results, settings: ProbeSettings) -> list[str]:
    weights = ", ".join(str(one) for one in results.where(table="scores").distinct("weights"))
    seeds = len(results.where(table="scores", ablation=RANDOM).distinct("seed"))
    atoms = "averaged" if settings.pooling == "mean" else "added up"
    levels = "all levels, side by side" if settings.levels == "all" else "the last level"
    return [
        f"encoder of `{settings.model}` (weights {weights}), frozen; atoms {atoms} to molecules at {levels}",
        f"random encoder: same sizes, {seeds} seeds, batch normalisation with the statistics of the training part",
        "fingerprint: Morgan, radius 2, 2,048 bits",
        "logistic regression (yes or no) and ridge regression (numbers), strength of L2 from 1 to 100,000 chosen on "
        "the validation part; states are standardised, bits are not",
    ]


def _notes(settings: ProbeSettings) -> list[str]:
    notes = [
        "The split is DeepChem's by scaffold. The recipes `configs/data/pretrain.yaml` and `configs/data/default.yaml` "
        "hold the test parts of all four sets out (`split: test`, by connectivity): an encoder trained on them has "
        "seen none of these test molecules. Training and validation parts it may have seen, and their labels in the "
        "stages after pretraining.",
        "A test part is one draw of rare scaffolds: the intervals are over its molecules, not over other splits.",
    ]
    if settings.molecules is not None:
        notes.append(f"Only {settings.molecules} molecules of each part: a try, to see that it runs.")
    return notes
