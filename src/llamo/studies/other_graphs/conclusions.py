"""What follows from the answers: verdict, tables, chart."""

from __future__ import annotations

from llamo.evaluation.bootstrap import Interval
from llamo.studies.frame.charts import Chart, Line, Panel
from llamo.studies.frame.crossed import Scores, crossed, matrix, paired, scores
from llamo.studies.frame.findings import Findings, Table, judge
from llamo.studies.frame.results import Results
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
            "an answer is chosen among those of training by its probability; intervals: 95 %, bootstrap over seeds and "
            "graphs; the verdict goes by generated graphs",
        ],
        tables=[_accuracies(everything), _differences(everything)],
        charts=[_chart(answers)],
        notes=[
            "The language model is random and never saw English: the study asks what the graph tokens carry."
            if settings.base_model == "small"
            else f"The language model is {settings.base_model}.",
            "Published networks are asked only what can be computed of them; training saw none. Their ego networks "
            "come from four networks and overlap: the interval is too narrow.",
        ],
    )  # fmt: skip


def accuracy(answers: Results) -> Interval | None:
    """Share of right answers over seeds and graphs; a graph's questions are averaged first."""
    return crossed([matrix(_by_graph(answers))])


def above_usual(answers: Results) -> Interval | None:
    """Share of right answers less that of the usual answer, paired by graph."""
    return crossed([paired(_by_graph(answers), _by_graph(answers, "usual_right"))])


def difference(answers: Results, first: str, second: str) -> Interval | None:
    """Share of right answers of one ablation less that of another, paired by seed and graph."""
    ours, theirs = (_by_graph(answers.where(ablation=name)) for name in (first, second))
    return crossed([paired(ours, theirs)])


def _by_graph(answers: Results, column: str = "right") -> Scores:
    """Lay out shares by seed and graph: questions about one graph are not independent of each other."""
    return scores(answers, column, "domain", "graph")


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


def _differences(everything: Results) -> Table:
    """Lay out paired differences on generated graphs, by domain and together, and on published ones."""
    answers, real = everything.where(source="generated"), everything.where(source="published")
    rows: list[list[object]] = []
    for name in map(str, answers.distinct("ablation")):
        if name != ALL:
            by_domain = [
                difference(answers.where(domain=one), ALL, name) for one in answers.distinct("domain")
            ]
            together = difference(answers, ALL, name)
            rows.append([f"{ALL} less {name}", together, *by_domain, difference(real, ALL, name)])
    return Table(
        "Paired differences in the share of right answers, generated graphs; beside them those of published networks",
        ["", "all", *(str(one) for one in answers.distinct("domain")), "published"],
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
