"""What follows from the losses: verdict, matrices, bands of similarity, charts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from llamo.evaluation.bootstrap import Interval
from llamo.studies.frame import small_language_model
from llamo.studies.frame.charts import Chart, HeatMap, Line, Panel
from llamo.studies.frame.fact_records import QUESTIONS
from llamo.studies.frame.findings import Findings, Table, Verdict, judge, judge_all, judge_below, signed_text
from llamo.studies.frame.results import Results
from llamo.studies.generalisation.differences import (
    difference,
    mean,
    mean_difference,
    similarity_slope,
)
from llamo.studies.generalisation.settings import GeneralisationSettings
from llamo.studies.generalisation.shifts import HELD_BACK, LARGE, SMALL, TRAIN_SETS
from llamo.studies.robustness.similarity_bands import EDGES

CLAIM = (
    "What is learned about one kind of molecules carries over incompletely: at equal budget a model trained on another "
    "source answers worse about a source's molecules than one trained on it, and the worse the less alike a molecule "
    "is to those of training."
)
NATURAL, DRUGS = "natural products", "drugs"  # two of the sources


def conclude(results: Results, settings: GeneralisationSettings) -> Findings:
    """Judge the claim by losses on held-back molecules, paired by molecule."""
    molecules = results.where(table="molecules")
    sources = molecules.where(ablation="sources")
    cost, slope = cost_elsewhere(sources), similarity_slope(sources)
    size, scaffolds = shift_cost(molecules, "size", LARGE), shift_cost(molecules, "scaffold", HELD_BACK)
    gain = mean_difference(
        [(_renamed(at_home(sources, name), "usual_loss"), at_home(sources, name)) for name in names(sources)],
        "loss",
    )
    reason = (
        f"trained on another source the answers to held-back molecules lose {signed_text(cost)} nats a word; one tenth "
        f"more similarity changes the loss of the same molecule by {signed_text(slope)}; trained on small "
        f"molecules, large ones lose {signed_text(size)} against training on all sizes; unseen scaffolds lose "
        f"{signed_text(scaffolds)} against seen ones."
    )
    has_learned = judge(gain) == "supported"
    is_repeated = (
        len(sources.distinct("seed")) > 1
    )  # how far trainings differ is not in a single one's interval
    if not has_learned:
        reason += (
            f" On the source they were trained on, models gain {signed_text(gain)} nats a word over the usual answers: "
            "without a gain they decide nothing."
        )
    return Findings(
        _verdict(cost, slope, has_learned=has_learned) if is_repeated else "cannot tell",
        reason,
        done=_done(molecules, settings),
        tables=[
            _matrix(
                sources, "loss", "Answer loss on held-back molecules, nats a word: training source by row"
            ),
            _matrix(
                sources, "right", "Share of right answers on held-back molecules: training source by row"
            ),
            _sources(sources),
            _bands(sources),
            _shifts(molecules),
            _ablations(molecules),
        ],
        charts=[_heat_maps(sources), _chart(sources)] if len(sources) else [],
        notes=_notes(settings),
    )


def names(sources: Results) -> list[str]:
    """List the training sources."""
    return [str(name) for name in sources.distinct("train")]


def at_home(sources: Results, name: str) -> Results:
    """Select a source's molecules as the model sees them that was trained on that source."""
    return sources.where(train=name, test=name)


def elsewhere(sources: Results, name: str) -> Results:
    """Select a source's molecules as the models see them that were trained on others."""
    return Results([row for row in sources.where(test=name).rows if row["train"] != name])


def cost_elsewhere(sources: Results) -> Interval | None:
    """Loss trained on other sources less loss trained on the tested one, each source counting the same."""
    return mean_difference(
        [(elsewhere(sources, name), at_home(sources, name)) for name in names(sources)], "loss"
    )


def shift_cost(molecules: Results, shift: str, test: str) -> Interval | None:
    """Loss on a test set, trained without its kind less trained with it."""
    without, with_it = TRAIN_SETS[shift]
    found = molecules.where(ablation=shift, test=test)
    return difference(found.where(train=without), found.where(train=with_it), "loss")


def _renamed(rows: Results, column: str) -> Results:
    return Results([{**row, "loss": row[column]} for row in rows.rows])


def _verdict(cost: Interval | None, slope: Interval | None, *, has_learned: bool) -> Verdict:
    return judge_all([judge(cost), judge_below(slope)]) if has_learned else "cannot tell"


def _done(molecules: Results, settings: GeneralisationSettings) -> list[str]:
    asked = {
        str(test): len(molecules.where(test=test).distinct("molecule")) for test in molecules.distinct("test")
    }
    return [
        f"training sets of {settings.train_molecules} molecules at most, all of a shift equally large; asked about: "
        + ", ".join(f"{test} ({number})" for test, number in asked.items()),
        f"{len(QUESTIONS)} questions about each molecule, the same for all: rings, aromatic rings, oxygen, nitrogen, "
        "alcohol, amide; only the molecules differ between sets, not the language",
        f"encoder of {settings.graph_layers} layers, width {settings.graph_dim}; {_language_model(settings)}, frozen; "
        f"{settings.steps} steps of {settings.batch_size} of stage `alignment`, seeds: {settings.seeds}",
        "intervals: 95 %, bootstrap over seeds and molecules, paired by molecule where two are compared; the slope "
        "within molecules and training sets",
    ]


def _language_model(settings: GeneralisationSettings) -> str:
    return (
        "a small, random language model"
        if settings.base_model == small_language_model.SMALL
        else f"the language model {settings.base_model}"
    )


def _notes(settings: GeneralisationSettings) -> list[str]:
    return [
        f"The instrument is {_language_model(settings)} on computed facts, not stage `words` on texts of the sources: "
        "these differ in style, too, and stage `words` has a vocabulary of each training set, so that losses could not "
        "be compared.",
        "Usual answers: the loss of answering by the frequencies of the training set, without looking at the molecule.",
        "No held-back molecule is in any training set, by connectivity; near relatives are, which is what the bands of "
        "similarity (Morgan, radius 2, 2,048 bits, Tanimoto with the nearest training molecule) are about.",
        f"Molecules: material `{settings.material}`; see the page for what each takes.",
    ]


def _matrix(sources: Results, column: str, title: str) -> Table:
    tests = names(sources)
    rows: list[list[object]] = [
        [train, *(mean(sources.where(train=train, test=test), column) for test in tests)] for train in tests
    ]
    return Table(title, ["trained on", *tests], rows)


def _sources(sources: Results) -> Table:
    rows: list[list[object]] = []
    for name in names(sources):
        home, away = at_home(sources, name), elsewhere(sources, name)
        likeness = [mean(found, "similarity") for found in (home, away)]
        rows.append([
            name, mean(home, "usual_loss"), mean(home, "loss"), mean(away, "loss"), difference(away, home, "loss"),
            *(one.value if one else None for one in likeness),
        ])  # fmt: skip
    heads = ["source", "usual answers", "trained on it", "trained on others", "difference",
             "similarity to it", "similarity to others"]  # fmt: skip
    return Table("Answer loss by source, nats a word", heads, rows)


def _bands(sources: Results) -> Table:
    rows: list[list[object]] = []
    for low, high in itertools.pairwise(EDGES):
        found = band(sources, low, high)
        own = Results([row for row in found.rows if row["train"] == row["test"]])
        others = Results([row for row in found.rows if row["train"] != row["test"]])
        figures = [mean(one, column) for one in (own, others) for column in ("loss", "right")]
        rows.append([f"{low:.1f} to {high:.1f}", len(own), len(others), *figures])
    return Table(
        "Answers by similarity to the nearest training molecule",
        ["similarity", "answers at home", "answers elsewhere", "loss at home", "right at home", "loss elsewhere",
         "right elsewhere"],
        rows,
    )  # fmt: skip


def band(rows: Results, low: float, high: float) -> Results:
    """Select rows of a similarity; the last band holds its upper end."""
    is_last = high == EDGES[-1]
    return Results([
        row for row in rows.rows
        if low <= float(str(row["similarity"])) < high or (is_last and row["similarity"] == high)
    ])  # fmt: skip


def _shifts(molecules: Results) -> Table:
    asked = [
        *(
            (shift, test, *TRAIN_SETS[shift])
            for shift, test in (("size", LARGE), ("size", SMALL), ("scaffold", HELD_BACK))
        ),
        ("sources", DRUGS, NATURAL, DRUGS),
        ("sources", NATURAL, DRUGS, NATURAL),
    ]
    rows: list[list[object]] = []
    for ablation, test, *trained in asked:
        found = molecules.where(ablation=ablation, test=test)
        without, with_it = (found.where(train=name) for name in trained)
        if len(without) and len(with_it):
            rows.append([
                test, trained[0], mean(without, "loss"), trained[1], mean(with_it, "loss"),
                difference(without, with_it, "loss"), difference(without, with_it, "right"),
            ])  # fmt: skip
    heads = [
        "asked about",
        "trained on",
        "loss",
        "or on",
        "loss ",
        "difference",
        "difference in right answers",
    ]
    return Table("Shifts of size and scaffold, and between natural products and drugs", heads, rows)


def _ablations(molecules: Results) -> Table:
    """List every ablation that was run, with each of its training sets."""
    rows: list[list[object]] = []
    for name in molecules.distinct("ablation"):
        for train in molecules.where(ablation=name).distinct("train"):
            at = molecules.where(ablation=name, train=train)
            rows.append([name, train, *(mean(at, column) for column in ("loss", "usual_loss", "right"))])
    heads = ["ablation", "trained on", "loss", "loss of usual answers", "right answers"]
    return Table("All ablations: means over everything that each was asked about", heads, rows)


def _heat_maps(sources: Results) -> Chart:
    tests = names(sources)
    panels = [
        Panel(title, heat_map=HeatMap(tests, tests, _values(sources, tests, column)), x_label="asked about",
              y_label="trained on")
        for title, column in (("answer loss, nats a word", "loss"), ("right answers", "right"))
    ]  # fmt: skip
    return Chart(
        "generalisation", "Answers about held-back molecules, by training source and tested source.", panels
    )


def _values(sources: Results, tests: Sequence[str], column: str) -> list[list[float]]:
    found = [[mean(sources.where(train=train, test=test), column) for test in tests] for train in tests]
    return [[one.value if one else float("nan") for one in row] for row in found]


def _chart(sources: Results) -> Chart:
    panels = []
    for title, column in (("answer loss, nats a word", "loss"), ("right answers", "right")):
        lines = []
        for label, is_own in (("trained on the tested source", True), ("trained on another", False)):
            rows = Results([row for row in sources.rows if (row["train"] == row["test"]) == is_own])
            bands = [
                ((low + high) / 2, mean(band(rows, low, high), column))
                for low, high in itertools.pairwise(EDGES)
            ]
            places = [(place, value) for place, value in bands if value is not None]
            if places:
                lines.append(Line(label, [place for place, _ in places], [value for _, value in places]))
        panels.append(Panel(title, lines, x_label="similarity to the nearest training molecule"))
    caption = "Answers by similarity to the nearest training molecule, with 95 % intervals."
    return Chart("generalisation-similarity", caption, panels)
