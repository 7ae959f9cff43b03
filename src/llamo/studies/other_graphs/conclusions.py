"""What follows from the answers: verdict, tables, chart."""

from __future__ import annotations

from llamo.evaluation.bootstrap import Interval
from llamo.studies.frame.charts import Chart, Line, Panel
from llamo.studies.frame.findings import Findings, Table, judge
from llamo.studies.frame.results import Results, mean_interval
from llamo.studies.other_graphs.settings import OtherGraphsSettings

CLAIM = (
    "On graphs that are no molecules, too, a model that reads all levels answers more questions right than one that "
    "reads the last level alone, at equal token count."
)
ALL, LAST = "all levels", "last level, attention"


def conclude(results: Results, settings: OtherGraphsSettings) -> Findings:
    """Judge the claim by paired questions on all domains together."""
    everything = results.where(table="answers")
    answers = everything.where(source="generated")
    gain = difference(answers, ALL, LAST)
    by_domain = {
        str(name): difference(answers.where(domain=name), ALL, LAST) for name in answers.distinct("domain")
    }
    said = "; ".join(f"{name} {_text(interval)}" for name, interval in by_domain.items())
    averages = _text(difference(answers, ALL, "last level, averages"))
    reason = (
        f"all levels answer {_text(gain)} more of the questions right than attention over the last level ({said}), and "
        f"{averages} more than averages of it; {_percent(accuracy(answers.where(ablation=ALL)))} are right, where the "
        f"usual answer is in {_percent(answers.where(ablation=ALL).interval('usual_right'))}."
    )
    has_learnt = judge(above_usual(answers.where(ablation=ALL))) == "supported"
    if not has_learnt:
        reason += " A model that does not beat the usual answer has not learnt to read, and decides nothing."
    real = len(everything.where(ablation=ALL, source="published", seed=0).distinct("graph"))
    return Findings(
        judge(gain) if has_learnt else "cannot tell",
        reason,
        done=[
            f"{settings.train_graphs} generated graphs of each domain to train on, {settings.test_graphs} to ask "
            f"about, and {real} ego networks of published social networks; all questions about each",
            f"encoder of {settings.graph_layers} layers, width {settings.graph_dim}, {settings.queries_per_level} "
            f"queries a level, no motifs; language model: {settings.base_model}, frozen; {settings.steps} steps of "
            f"{settings.batch_size} of stage `alignment`, seeds: {settings.seeds}",
            "an answer is chosen among those of training by its probability; intervals: 95 %, bootstrap over "
            "questions, each averaged over seeds; the verdict goes by generated graphs",
        ],
        tables=[_accuracies(everything), _differences(answers)],
        charts=[_chart(answers)],
        notes=[
            "The language model is random and never saw English: the study asks what the graph tokens carry."
            if settings.base_model == "small"
            else f"The language model is {settings.base_model}.",
            "Published networks are asked only what can be computed of them; training saw none.",
        ],
    )  # fmt: skip


def accuracy(answers: Results) -> Interval | None:
    """Share of right answers, each question averaged over seeds first."""
    return mean_interval(_by_question(answers).values())


def above_usual(answers: Results) -> Interval | None:
    """Share of right answers less that of the usual answer, paired by question."""
    usual: dict[tuple[object, ...], float] = {
        (row["domain"], row["question"], row["graph"]): float(str(row["usual_right"])) for row in answers.rows
    }
    return mean_interval(share - usual[key] for key, share in _by_question(answers).items())


def difference(answers: Results, first: str, second: str) -> Interval | None:
    """Share of right answers of one ablation less that of another, paired by question."""
    ours, theirs = _by_question(answers.where(ablation=first)), _by_question(answers.where(ablation=second))
    return mean_interval(ours[key] - theirs[key] for key in ours if key in theirs)


def _by_question(answers: Results) -> dict[tuple[object, ...], float]:
    found: dict[tuple[object, ...], list[float]] = {}
    for row in answers.rows:
        found.setdefault((row["domain"], row["question"], row["graph"]), []).append(float(str(row["right"])))
    return {key: sum(values) / len(values) for key, values in found.items()}


def _accuracies(answers: Results) -> Table:
    rows: list[list[object]] = []
    names = answers.distinct("ablation")
    for domain in answers.distinct("domain"):
        for question in answers.where(domain=domain).distinct("question"):
            for source in answers.where(domain=domain, question=question).distinct("source"):
                at = answers.where(domain=domain, question=question, source=source)
                first = at.where(ablation=names[0], seed=0)
                usual = first.interval("usual_right")
                found = [accuracy(at.where(ablation=name)) for name in names]
                choices = first.rows[0]["choices"] if first.rows else None
                about = [f"{domain}, {source}", question, len(first), choices]
                rows.append([*about, usual.value if usual else None, *found])
    heads = [
        "graphs",
        "question",
        "graphs asked about",
        "choices",
        "usual answer",
        *(str(name) for name in names),
    ]
    return Table("Share of right answers", heads, rows)


def _differences(answers: Results) -> Table:
    rows: list[list[object]] = []
    for name in answers.distinct("ablation"):
        if name != ALL:
            by_domain = [
                difference(answers.where(domain=one), ALL, str(name)) for one in answers.distinct("domain")
            ]
            rows.append([f"{ALL} less {name}", difference(answers, ALL, str(name)), *by_domain])
    return Table(
        "Paired differences in the share of right answers, generated graphs",
        ["", "all", *(str(one) for one in answers.distinct("domain"))],
        rows,
    )


def _chart(answers: Results) -> Chart:
    panels = []
    for domain in answers.distinct("domain"):
        at = answers.where(domain=domain)
        questions = at.distinct("question")
        lines = [
            Line(str(name), range(len(questions)),
                 [accuracy(at.where(ablation=name, question=one)) or float("nan") for one in questions])
            for name in answers.distinct("ablation")
        ]  # fmt: skip
        usual = [at.where(question=one).interval("usual_right") for one in questions]
        lines.append(
            Line(
                "usual answer",
                range(len(questions)),
                [one.value if one else 0.0 for one in usual],
                is_theory=True,
            )
        )
        panels.append(
            Panel(
                str(domain), lines, x_label=", ".join(str(one) for one in questions), y_label="right answers"
            )
        )
    return Chart("other-graphs", "Share of right answers by question, with 95 % intervals.", panels)


def _text(interval: Interval | None) -> str:
    if interval is None:
        return "-"
    return f"{100 * interval.value:+.1f} points [{100 * interval.low:+.1f}, {100 * interval.high:+.1f}]"


def _percent(interval: Interval | None) -> str:
    return (
        "-"
        if interval is None
        else f"{100 * interval.value:.1f} % [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"
    )
