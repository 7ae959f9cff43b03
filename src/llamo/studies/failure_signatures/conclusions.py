"""What follows from the warnings: verdict, sensitivity and specificity, charts."""

from __future__ import annotations

from collections.abc import Mapping

from llamo.evaluation.bootstrap import Interval
from llamo.evaluation.proportions import wilson_interval
from llamo.studies.failure_signatures.settings import SignatureSettings
from llamo.studies.frame.charts import Chart, Line, Panel
from llamo.studies.frame.findings import Findings, Table, cell_text, judge, judge_all
from llamo.studies.frame.results import Results, Row, mean_interval
from llamo.training.failure_warnings import FAULTS, RULES, Fault, Rule, warnings_for

CLAIM = (
    "The training signals tell a broken run: at its end at least three in four runs that are broken on purpose raise "
    "the warning of their fault, and at least three in four healthy runs raise none from beginning to end."
)
THRESHOLD = 0.75
HEALTHY = "none"
FORGETTING = "lost instruction following"
SIGNALS = {
    "cosine": "cosine_", "rank": "rank_", "norm_ratio": "norm_ratio", "attention_mass": "attention_mass",
    "graph_gap_low": "graph_gap_low", "following_gap": "following_gap",
}  # fmt: skip


def conclude(results: Results, settings: SignatureSettings) -> Findings:
    """Judge the claim: broken runs by their last evaluation, healthy ones by all of theirs."""
    signals = with_warnings(results.where(table="signals"))
    last = last_rows(signals)
    small, judged = signals.where(instrument="small"), last.where(instrument="small")
    caught, quiet = sensitivity(judged), specificity(small)
    healthy = len(judged.where(fault=HEALTHY))
    early = first_warnings(signals)
    soonest = mean_interval(first_warnings(small).values())
    reason = (
        f"{cell_text(caught)} of {len(judged) - healthy} broken runs of new models raise the warning of their fault, "
        f"and {cell_text(quiet)} of {healthy} healthy ones raise none from beginning to end "
        f"({cell_text(specificity(judged))} at the end); on average over the broken runs that are found, the fault is "
        f"first named after {_percent(soonest)} of the run."
    )
    forgetting = last.where(fault=FORGETTING)
    if len(forgetting):
        reason += (
            f" Lost instruction following, which takes a real language model, is named in "
            f"{cell_text(sensitivity(forgetting))} of {len(forgetting)} runs."
        )
    return Findings(
        judge_all(judge(share, threshold=THRESHOLD) for share in (caught, quiet)),
        reason,
        done=_done(results, settings),
        tables=[_faults(last, signals), _ablations(last, early), _values(last)],
        charts=[_chart(signals)],
        notes=[
            "Faults are gross on purpose: the study shows that the thresholds separate health from failure, not how "
            "faint a failure may be and still be found.",
            "The claim is judged by new models: runs that go on from one checkpoint begin alike, and five of them are "
            "not five witnesses. They stand in the tables; healthy runs count for a fault whose signals they have.",
            "The healthy runs are of the same two instruments; with another language model look at the first healthy "
            "run's figures before trusting a threshold.",
            "Runs with the shipped model are evaluated once, at their end: a fault is first named there after 100 %.",
            "`graph_gap_low` warns in the second half of a run only: no new model has learned to read graphs at once.",
        ],
    )


def with_warnings(signals: Results) -> Results:
    """Put a 1 beside the signals of an evaluation for each fault that today's thresholds warn of."""
    found = []
    for row in signals.rows:
        values = {
            name: float(str(row[column])) for column, name in SIGNALS.items() if row.get(column) is not None
        }
        warned = {one.fault for one in warnings_for(values, share=float(str(row["share"])))}
        found.append(row | {f"warns: {fault}": float(fault in warned) for fault in FAULTS})
    return Results(found)


def last_rows(signals: Results) -> Results:
    """Keep the last evaluation of every run."""
    found: dict[tuple[object, object], Row] = {}
    for row in signals.rows:
        found[row["ablation"], row["seed"]] = row
    return Results(list(found.values()))


def sensitivity(last: Results, fault: Fault | None = None) -> Interval | None:
    """Share of broken runs that raise the warning of their fault, with Wilson's interval; None without runs.

    Args:
        fault: of this fault alone.
    """
    broken = [row for row in last.rows if row["fault"] != HEALTHY and fault in (None, row["fault"])]
    return share_of([bool(row[f"warns: {row['fault']}"]) for row in broken])


def specificity(signals: Results, fault: Fault | None = None) -> Interval | None:
    """Share of healthy runs without a warning, with Wilson's interval; None without runs.

    Args:
        signals: evaluations; of the last ones alone it is how runs end, of all of them how they are throughout.
        fault: warnings of this fault alone, of the runs that have a signal of it.
    """
    asked = FAULTS if fault is None else (fault,)
    is_quiet: dict[tuple[object, object], bool] = {}
    for row in signals.where(fault=HEALTHY).rows:
        if fault is None or can_warn(row, fault):
            run = row["ablation"], row["seed"]
            is_quiet[run] = is_quiet.get(run, True) and not any(row[f"warns: {one}"] for one in asked)
    return share_of(list(is_quiet.values()))


def can_warn(row: Row, fault: Fault) -> bool:
    """Tell whether a run has a signal that a warning of this fault looks at."""
    return any(row.get(column) is not None and _rule(name).fault == fault for column, name in SIGNALS.items())


def share_of(outcomes: list[bool]) -> Interval | None:
    """Share of outcomes that are true, with Wilson's interval; None for none at all."""
    return wilson_interval(sum(outcomes), len(outcomes)) if outcomes else None


def first_warnings(signals: Results) -> Mapping[tuple[object, object], float]:
    """Tell after which share of each broken run its fault was first warned of; runs without a warning have none."""
    found: dict[tuple[object, object], float] = {}
    for row in signals.rows:
        if row["fault"] != HEALTHY and row[f"warns: {row['fault']}"]:
            found.setdefault((row["ablation"], row["seed"]), float(str(row["share"])))
    return found


def _done(results: Results, settings: SignatureSettings) -> list[str]:
    seeds = ", ".join(
        f"{name} {len(results.where(ablation=name).distinct('seed'))}"
        for name in results.distinct("ablation")
    )
    return [
        f"new models around a small random language model (encoder of {settings.graph_layers} layers, width "
        f"{settings.graph_dim}), {settings.steps} steps of {settings.batch_size} of stage `alignment` on short "
        f"questions about the package's molecules; signals on {min(16, settings.test_molecules)} molecules that were "
        "not trained on",
        f"{settings.model}, {settings.shipped_steps} steps of {settings.shipped_batch} of stage `adapters` on captions "
        "of facts"
        if settings.shipped_steps
        else "the shipped model was left out: instruction following needs a real language model",
        f"runs: {seeds}; intervals: 95 %, Wilson",
    ]


def _faults(last: Results, signals: Results) -> Table:
    rows: list[list[object]] = []
    for fault in FAULTS:
        runs = len(last.where(fault=fault))
        shares = sensitivity(last, fault), specificity(last, fault), specificity(signals, fault)
        rows.append([fault, runs, *shares])
    broken = len(last) - len(last.where(fault=HEALTHY))
    rows.append(["all", broken, sensitivity(last), specificity(last), specificity(signals)])
    return Table(
        "Share of broken runs whose fault is named, and of healthy runs that are quiet about it",
        ["fault", "broken runs", "sensitivity", "specificity", "specificity, whole run"],
        rows,
    )


def _ablations(last: Results, early: Mapping[tuple[object, object], float]) -> Table:
    rows: list[list[object]] = []
    for name in last.distinct("ablation"):
        runs = last.where(ablation=name)
        warned = [int(sum(runs.values(f"warns: {fault}"))) for fault in FAULTS]
        first = mean_interval(share for (ablation, _), share in early.items() if ablation == name)
        rows.append([name, runs.rows[0]["fault"], len(runs), *warned, _percent(first)])
    return Table(
        "Runs that raise a warning at their end, by what was broken",
        ["ablation", "fault", "runs", *FAULTS, "first named after"],
        rows,
    )


def _values(last: Results) -> Table:
    rows: list[list[object]] = []
    for name in last.distinct("ablation"):
        runs = last.where(ablation=name)
        rows.append([name, *(runs.interval(signal) for signal in SIGNALS)])
    bounds = ["warns at", *(_bound(rule) for rule in SIGNALS.values())]
    heads = ["ablation", "largest cosine", "smallest rank", *list(SIGNALS)[2:]]
    return Table("Signals at the end of the run, mean over seeds", heads, [*rows, bounds])


def _rule(signal: str) -> Rule:
    return next(rule for rule in RULES if rule.signal == signal)


def _bound(signal: str) -> str:
    rule = _rule(signal)
    ends = [f"<= {rule.low:g}" * (rule.low > float("-inf")), f">= {rule.high:g}" * (rule.high < float("inf"))]
    return ", ".join(end for end in ends if end)


def _chart(signals: Results) -> Chart:
    panels = []
    for column, name in SIGNALS.items():
        rule = next(rule for rule in RULES if rule.signal == name)
        lines = []
        for ablation in signals.distinct("ablation"):
            runs = signals.where(ablation=ablation)
            shares = [
                float(str(share))
                for share in runs.distinct("share")
                if runs.where(share=share).values(column)
            ]
            values = [runs.where(share=share).interval(column) or float("nan") for share in shares]
            if values:
                lines.append(Line(str(ablation), shares, values))
        for bound in (rule.low, rule.high):
            if abs(bound) < float("inf"):
                lines.append(Line("", [0, 1], [bound, bound], is_theory=True))
        is_log = column in ("norm_ratio", "rank")
        panels.append(Panel(column, lines, x_label="share of the run", log_y=is_log))
    caption = "Signals over the run, mean over seeds; black: where they warn."
    return Chart("failure-signatures", caption, panels, shares_legend=True)


def _percent(share: Interval | None) -> str:
    return "-" if share is None else f"{100 * share.value:.0f} %"
