"""What follows from the measured levels: verdict, tables, charts."""

from __future__ import annotations

from collections.abc import Callable

from llamo.evaluation.bootstrap import Interval
from llamo.studies.frame.charts import Chart, Line, Panel, Points
from llamo.studies.frame.crossed import crossed, matrix, scores
from llamo.studies.frame.findings import Findings, Table, judge, judge_all, number_text, signed_text
from llamo.studies.frame.results import Results, Row, mean_interval
from llamo.studies.oversmoothing.molecule_sets import describe_sets, measured_graphs
from llamo.studies.oversmoothing.settings import OversmoothingSettings

CLAIM = (
    "Deep graph encoders over-smooth: in the deepest trained encoder the atoms of a molecule are more alike (by "
    "cosine) after the last layer but one than after the first, on every molecule set."
)
THEORY = (  # encoders that are held against the bound
    ("assumptions kept, unit weights", "untrained"),
    ("assumptions kept", "untrained"),
    ("plain", "untrained"),
    ("plain", "trained"),
)
WORDS = {
    "energy": "Dirichlet energy (share)",
    "cosine": "mean cosine of two atoms",
    "distance": "mean average distance",
    "rank": "effective rank of a molecule's states",
}

ENDS = (
    *(f"{words}, last level" for words in WORDS.values()),
    "cosine, last level but one",
    "rank, last level but one",
    "cosine, last but one less first",
)


def conclude(results: Results, settings: OversmoothingSettings) -> Findings:
    """Judge the claim by the deepest plain encoder, and lay out the figures."""
    depth = max(settings.depths)
    kind = "trained" if settings.steps else "untrained"
    by_set = {
        str(name): growth(results.where(ablation="plain", depth=depth, weights=kind, set=name), "cosine")
        for name in results.where(table="levels").distinct("set")
    }
    verdict = judge_all(judge(interval) for interval in by_set.values())
    said = "; ".join(f"{name} {signed_text(interval)}" for name, interval in by_set.items())
    other = growth(results.where(ablation="plain", depth=depth, weights="untrained"), "cosine")
    reason = (
        f"from the first layer to the last but one of {depth}, the mean cosine of two atoms of a molecule changes in "
        f"{kind} encoders by {said}; untrained, over all sets, by {signed_text(other)}."
    )
    return Findings(
        verdict,
        reason,
        done=_done(settings),
        tables=[
            _by_depth(results), _variants(results, settings), _readouts(results, depth, kind), _tokens(results),
            _bound(results),
        ],
        charts=[
            _curves(results, kind), _variant_chart(results, settings), _theory(results),
            _maps(results, depth, kind),
        ],
        notes=_notes(results),
    )  # fmt: skip


def growth(results: Results, column: str) -> Interval | None:
    """Average the last level but one less the first over molecules and seeds: both come out of a ReLU."""
    return over_molecules(
        results.where(table="molecules"),
        lambda row: float(str(row[f"{column}_late"])) - float(str(row[f"{column}_first"])),
    )


def over_molecules(results: Results, value: Callable[[Row], float]) -> Interval | None:
    """Average a value of rows over molecules and seeds, with the interval over both."""
    rows: list[Row] = [{**row, "value": value(row)} for row in results.rows]
    return crossed([matrix(scores(Results(rows), "value", "set", "molecule"))]) if rows else None


def mean_of(results: Results, column: str) -> Interval | None:
    """Average a column of rows that each tell of one molecule, as `over_molecules` does."""
    return over_molecules(results, lambda row: float(str(row[column])))


def _done(settings: OversmoothingSettings) -> list[str]:
    training = (
        f"trained ones saw {settings.steps} steps of {settings.batch_size} molecules of stage `pretraining`"
        if settings.steps
        else "none was trained"
    )
    return [
        f"molecules: {describe_sets(measured_graphs(settings.molecules))}",
        f"encoders of width {settings.dim}, depths {', '.join(map(str, settings.depths))} (variants: "
        f"{', '.join(map(str, settings.variant_depths))}), seeds: {settings.seeds}; {training}; the shipped encoder at "
        "its depth, 5, and its width, 300",
        "intervals: 95 %, bootstrap over seeds and molecules, where nothing else is said",
    ]


def _by_depth(results: Results) -> Table:
    rows: list[list[object]] = []
    for kind in ("untrained", "trained", "shipped"):
        chosen = results.where(table="molecules", weights=kind)
        chosen = chosen if kind == "shipped" else chosen.where(ablation="plain")
        for depth in sorted(int(str(one)) for one in chosen.distinct("depth")):
            at = chosen.where(depth=depth)
            rows.append([kind, depth, *_ends(at)])
    return Table("The ends of plain encoders, all sets together", ["weights", "layers", *ENDS], rows)


def _variants(results: Results, settings: OversmoothingSettings) -> Table:
    rows: list[list[object]] = []
    for depth in sorted(settings.variant_depths):
        for name in results.distinct("ablation"):
            for kind in ("untrained", "trained"):
                at = results.where(table="molecules", ablation=name, weights=kind, depth=depth)
                if len(at):
                    rows.append([name, kind, depth, *_ends(at)])
    heads = ["variant", "weights", "layers", *ENDS]
    return Table("Residuals, normalisation and what pretraining reads", heads, rows)


def _ends(at: Results) -> list[Interval | None]:
    """Lay out what stands under `ENDS`."""
    last = [mean_of(at, f"{name}_last") for name in WORDS]
    return [*last, mean_of(at, "cosine_late"), mean_of(at, "rank_late"), growth(at, "cosine")]


def _readouts(results: Results, depth: int, kind: str) -> Table:
    rows: list[list[object]] = []
    chosen = results.where(table="readouts", ablation="plain", depth=depth, weights=kind)
    for name in chosen.distinct("readout"):
        at = chosen.where(readout=name)
        rows.append([name, *(at.interval(one) for one in WORDS)])
    return Table(
        f"Jumping knowledge: what is read of {kind} plain encoders of {depth} layers (intervals over sets and seeds)",
        ["read", *WORDS.values()], rows,
    )  # fmt: skip


def _tokens(results: Results) -> Table:
    rows: list[list[object]] = []
    tokens = results.where(table="tokens")
    for name, kind in (("plain", "untrained"), ("plain", "trained"), ("shipped", "shipped")):
        chosen = tokens.where(ablation=name, weights=kind)
        for depth in sorted(int(str(one)) for one in chosen.distinct("depth")):
            for projector in chosen.distinct("projector"):
                at = chosen.where(depth=depth, projector=projector)
                count = at.rows[0]["tokens"]
                rows.append(
                    [kind, depth, projector, count, mean_of(at, "rank_before"), mean_of(at, "rank_after")]
                )
    return Table(
        "Effective rank of one molecule's graph tokens: what the language model sees, at equal token count",
        ["weights", "layers", "projector", "tokens", "before the MLP", "after it"], rows,
    )  # fmt: skip


def _bound(results: Results) -> Table:
    rows: list[list[object]] = []
    levels = results.where(table="levels")
    for name in levels.distinct("ablation"):
        for kind in levels.where(ablation=name).distinct("weights"):
            at = levels.where(ablation=name, weights=kind)
            checked = [row for row in at.rows if row.get("energy_bound") is not None and row["level"]]
            total = sum(int(str(row["bound_checked"])) for row in checked)
            broken = sum(int(str(row["bound_broken"])) for row in checked)
            rows.append([name, kind, total, broken])
    return Table(
        "Is the measured energy below the bound? Levels of molecules; where the assumptions are kept none may be above",
        ["variant", "weights", "checked", "above the bound"], rows,
    )  # fmt: skip


def _curve(results: Results, column: str, label: str) -> Line:
    levels = sorted({int(str(row["level"])) for row in results.rows})
    values = [results.where(level=level) for level in levels]
    return Line(label, levels, [mean_interval(one.values(column)) or float("nan") for one in values])


def _curves(results: Results, kind: str) -> Chart:
    panels = []
    chosen = results.where(table="levels", ablation="plain")
    for weights in dict.fromkeys(("untrained", kind)):
        for column, words in WORDS.items():
            lines = [
                _curve(chosen.where(weights=weights, depth=depth), column, f"{depth} layers")
                for depth in sorted(int(str(one)) for one in chosen.where(weights=weights).distinct("depth"))
            ]
            panels.append(
                Panel(f"{words}, {weights}", lines, x_label="level", y_label=words, log_y=column == "energy")
            )
    return Chart(
        "oversmoothing-levels",
        "Plain encoders by level: means over sets and seeds, with 95 % intervals of these.",
        panels,
    )


def _variant_chart(results: Results, settings: OversmoothingSettings) -> Chart:
    depth = max(settings.variant_depths)
    chosen = results.where(table="levels", depth=depth)
    panels = []
    for weights in ("untrained", "trained"):
        for column in ("cosine", "rank"):
            lines = [
                _curve(at, column, str(name))
                for name in chosen.distinct("ablation")
                if len(at := chosen.where(ablation=name, weights=weights))
            ]
            panels.append(Panel(f"{WORDS[column]}, {weights}", lines, x_label="level", y_label=WORDS[column]))
    return Chart(
        "oversmoothing-variants",
        f"Variants at {depth} layers: means over sets and seeds, with 95 % intervals of these.",
        panels,
    )


def _theory(results: Results) -> Chart:
    panels = []
    levels = results.where(table="levels")
    for name, kind in THEORY:
        chosen = levels.where(ablation=name, weights=kind)
        depths = [int(str(one)) for one in chosen.distinct("depth")]
        if not depths:
            continue
        at = chosen.where(depth=max(depths))
        lines = [_curve(at, "energy_share", "measured")]
        for column, label in (("energy_propagation", "(μ/λ₁)²ᵏ"), ("energy_bound", "bound")):
            places = sorted({int(str(row["level"])) for row in at.rows})
            values = [at.where(level=level).interval(column) for level in places]
            known = [
                (x, y.value) for x, y in zip(places, values, strict=True) if y is not None and y.value < 1e6
            ]
            lines.append(Line(label, [x for x, _ in known], [y for _, y in known], is_theory=True))
        panels.append(Panel(f"{name}, {kind}, {max(depths)} layers", lines, x_label="level",
                            y_label="energy share E(X) / (λ₁|X|²)", log_y=True))  # fmt: skip
    return Chart(
        "oversmoothing-theory",
        "Energy against the dominant direction of (1+ε)I + A: measured, what propagation alone would leave "
        "(dashed), and the bound with the weights' norms (dotted; not drawn above a million).",
        panels,
    )


def _maps(results: Results, depth: int, kind: str) -> Chart:
    panels = []
    for weights in dict.fromkeys(("untrained", kind)):
        chosen = results.where(table="map", ablation="plain", depth=depth, weights=weights, seed=0)
        for level in sorted(int(str(one)) for one in chosen.distinct("level")):
            at = chosen.where(level=level)
            groups = [
                Points(str(name), found.values("x"), found.values("y"))
                for name in sorted(str(one) for one in at.distinct("element"))
                if len(found := at.where(element=name))
            ]
            panels.append(Panel(f"{weights}, level {level} of {depth}", points=groups))
    return Chart(
        "oversmoothing-maps",
        "Atoms of the set of drugs by the first two principal components of their states.",
        panels,
    )


def _notes(results: Results) -> list[str]:
    shipped = results.where(table="molecules", ablation="shipped")
    notes = [
        "No ReLU follows the last layer, so that the last level does not compare with those before it: its states have "
        "both signs. The claim is judged by the last level but one.",
        "Cosine and rank are those that training logs. A molecule of n atoms has a rank of n at most.",
        "Encoder pretraining reads the mean states of every level: the plain trained encoder is trained with jumping "
        "knowledge; `last level read` is trained without.",
        "Untrained batch normalisation takes its statistics from the measured molecules; with those of a fresh layer "
        "it would do nothing.",
    ]
    cosine = shipped.interval("cosine_last")
    if cosine is not None:
        rank = shipped.interval("rank_last")
        of = next(iter(shipped.distinct("of")), "")
        notes.append(
            f"The last level of the shipped encoder (weights {of}) has a mean cosine of {number_text(cosine.value)} "
            f"and an effective rank of {number_text(rank.value if rank else 0)}; the training signals warn above .95 "
            "and below 3."
        )
    return notes
