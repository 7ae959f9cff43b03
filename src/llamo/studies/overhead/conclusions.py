"""What follows from the measured costs: verdict, laws, tables, charts."""

from __future__ import annotations

import statistics

from llamo.studies.frame.charts import Chart, Line, Panel
from llamo.studies.frame.findings import Findings, Table, Verdict
from llamo.studies.frame.results import Results
from llamo.studies.overhead.scaling import Law, Sample, crossing, fit, relative_errors
from llamo.studies.overhead.settings import OverheadSettings

CLAIM = (
    "Encoder and projector cost a negligible part of the language model's prefill, for graphs of 5 to 500 atoms in "
    "batches of 1 to 256."
)
OURS = "multilevel"


def conclude(results: Results, settings: OverheadSettings) -> Findings:
    """Judge the claim by every size of the multi-level projector, measured or, where too large, by the fitted law."""
    costs = results.where(table="costs")
    laws = {
        str(name): fit(samples(costs, str(name), settings, held_out=False))
        for name in costs.distinct("ablation")
    }
    projectors = [str(name) for name in costs.where(part="projector").distinct("ablation")]
    verdict, reason = judge_shares(costs, laws, settings)
    tables = [_parameters(costs), _shares(costs, laws, settings), _crossings(laws, projectors, settings),
              _laws(costs, laws, settings), _memory(costs, settings)]  # fmt: skip
    return Findings(
        verdict,
        reason,
        done=[
            f"sizes of the shipped model: encoder of 5 layers, width 300, projectors of 24 level and 4 motif tokens, "
            f"language model {settings.base_model}, its prompt 28 graph tokens and {settings.prompt_tokens} of text",
            f"random graphs of {', '.join(map(str, settings.atoms))} atoms, batches of "
            f"{', '.join(map(str, settings.batches))}, up to {settings.max_states:,} atoms a batch (language model: "
            f"up to {settings.max_tokens:,} tokens); median of {settings.repeats} passes, fastest and slowest in "
            "brackets",
            f"negligible: below {settings.negligible:.0%} of the prefill of the same batch",
        ],
        tables=tables,
        charts=[_times_chart(costs, laws, projectors, settings), _shares_chart(costs, laws, settings)],
        notes=[
            "Times are CPU time over threads: what other programs take of the machine is not in them.",
            "Times where no pass was measured come from the fitted law and are marked with ~.",
            "The graphs have no two atoms with like surroundings; real molecules have many, and the encoder computes "
            "those once, so its time here is an upper end.",
            "A SMILES in the prompt, about one token an atom, would add to the prefill and so lower every share.",
        ],
    )


def samples(costs: Results, name: str, settings: OverheadSettings, *, held_out: bool) -> list[Sample]:
    """List the times of one part: those a law is fitted to, or those it is checked on."""
    chosen = costs.where(ablation=name).rows
    if chosen and chosen[0]["part"] == "language model":
        return [
            Sample(float(str(row["batch"])), 0.0, float(str(row["seconds"])))
            for row in chosen
            if (row["batch"] not in settings.batches) == held_out
        ]
    return [
        Sample(float(str(row["batch"])), float(str(row["atoms"])), float(str(row["seconds"])))
        for row in chosen
        if (row["atoms"] in settings.held_out) == held_out
    ]


def share_of(
    costs: Results, laws: dict[str, Law], projector: str, batch: int, atoms: int
) -> tuple[float, float, float, bool]:
    """Say what encoder and projector take of the prefill: share, its lower and upper end, and whether it is measured.

    Ends put the fastest against the slowest pass. A share by the law has the law's value for all three.
    """
    graph = [costs.where(ablation=name, batch=batch, atoms=atoms).rows for name in ("encoder", projector)]
    prefill = costs.where(ablation="language model", batch=batch).rows
    if all(graph) and prefill:
        total = {
            key: sum(float(str(rows[0][key])) for rows in graph) for key in ("seconds", "fastest", "slowest")
        }
        whole = {key: float(str(prefill[0][key])) for key in ("seconds", "fastest", "slowest")}
        return (
            total["seconds"] / whole["seconds"],
            total["fastest"] / whole["slowest"],
            total["slowest"] / whole["fastest"],
            True,
        )
    law = laws["encoder"] + laws[projector]
    share = law.seconds(batch, atoms) / laws["language model"].seconds(batch, 0)
    return share, share, share, False


def judge_shares(costs: Results, laws: dict[str, Law], settings: OverheadSettings) -> tuple[Verdict, str]:
    """Judge by all sizes: one clearly above is enough against the claim."""
    if not {"encoder", "language model", OURS} <= laws.keys():
        return (
            "cannot tell",
            f"the encoder, the language model and the {OURS} projector were not all measured.",
        )
    found = {
        (batch, atoms): share_of(costs, laws, OURS, batch, atoms)
        for batch in settings.batches
        for atoms in settings.atoms
    }
    above = [size for size, (_, low, _, _) in found.items() if low > settings.negligible]
    all_below = all(high < settings.negligible for _, _, high, _ in found.values())
    worst = max(found, key=lambda size: found[size][0])
    typical = min(settings.atoms, key=lambda atoms: abs(atoms - 35))
    at_typical = max(found[batch, typical][0] for batch in settings.batches)
    measured = "" if found[worst][3] else " by the fitted law"
    reason = (
        f"with the {OURS} projector they take up to {at_typical:.1%} of the prefill at {typical} atoms, whatever the "
        f"batch, and {found[worst][0]:.0%}{measured} at {worst[1]} atoms in batches of {worst[0]}; {len(above)} of "
        f"{len(found)} sizes are above {settings.negligible:.0%} with all of their range."
    )
    return ("not supported" if above else "supported" if all_below else "cannot tell"), reason


def _share_text(costs: Results, laws: dict[str, Law], batch: int, atoms: int) -> str:
    share, low, high, is_measured = share_of(costs, laws, OURS, batch, atoms)
    return f"{share:.1%} [{low:.1%}, {high:.1%}]" if is_measured else f"~{share:.1%}"


def _shares(costs: Results, laws: dict[str, Law], settings: OverheadSettings) -> Table:
    if not {"encoder", "language model", OURS} <= laws.keys():
        return Table("Share of the prefill", ["-"], [])
    rows = [
        [atoms, *(_share_text(costs, laws, batch, atoms) for batch in settings.batches)]
        for atoms in settings.atoms
    ]
    return Table(
        f"Time of encoder and {OURS} projector as a share of the prefill of the same batch",
        ["atoms", *(f"batch {batch}" for batch in settings.batches)], rows,
    )  # fmt: skip


def _parameters(costs: Results) -> Table:
    rows: list[list[object]] = []
    prefill = costs.where(ablation="language model", batch=1).rows
    for name in costs.distinct("ablation"):
        at = costs.where(ablation=name, batch=1).rows
        sizes = [row for row in at if row.get("atoms") in (None, 20, 100, 500)] or at
        flops = ", ".join(
            (f"{row['atoms']} atoms: " if row.get("atoms") else "") + f"{float(str(row['flops'])) / 1e6:,.1f}"
            for row in sizes
        )
        share = ", ".join(
            f"{float(str(row['flops'])) / float(str(prefill[0]['flops'])):.2%}" for row in sizes if prefill
        )
        rows.append([name, int(str(at[0]["parameters"])), flops, share])
    return Table(
        "Parameters, and operations on one graph",
        ["part", "parameters", "million operations", "of the prefill's operations"], rows,
    )  # fmt: skip


def _crossings(laws: dict[str, Law], projectors: list[str], settings: OverheadSettings) -> Table:
    rows: list[list[object]] = []
    if {"encoder", "language model"} <= laws.keys():
        for name in projectors:
            law = laws["encoder"] + laws[name]
            found = [
                crossing(law, laws["language model"].seconds(batch, 0), batch, settings.negligible)
                for batch in settings.batches
            ]
            rows.append([name, *("never" if one is None else f"{one:,.0f}" for one in found)])
    return Table(
        f"Atoms from which on encoder and projector take more than {settings.negligible:.0%} of the prefill, by law",
        ["projector", *(f"batch {batch}" for batch in settings.batches)], rows,
    )  # fmt: skip


def _laws(costs: Results, laws: dict[str, Law], settings: OverheadSettings) -> Table:
    rows: list[list[object]] = []
    for name, law in laws.items():
        checked = samples(costs, name, settings, held_out=True)
        errors = relative_errors(law, checked)
        rows.append(
            [
                name,
                law.fixed * 1e3,
                law.graph * 1e3,
                law.node * 1e6,
                len(errors),
                statistics.median(errors) if errors else None,
                max(errors, default=None),
            ]
        )
    return Table(
        "Fitted laws, seconds = a + b B + c B N, and their relative errors at sizes they were not fitted to",
        ["part", "a, ms", "b, ms a graph", "c, µs a node", "held-out sizes", "median error", "largest error"], rows,
    )  # fmt: skip


def _memory(costs: Results, settings: OverheadSettings) -> Table:
    shown = [atoms for atoms in settings.atoms if atoms in (20, 100, 500)] or settings.atoms[:1]
    batches = [batch for batch in settings.batches if batch in (1, 16, settings.batches[-1])]
    sizes = [(batch, atoms) for atoms in shown for batch in batches]
    rows: list[list[object]] = []
    for name in costs.distinct("ablation"):
        row: list[object] = [name]
        for batch, atoms in sizes:
            found = [
                one
                for one in costs.where(ablation=name, batch=batch).rows
                if one.get("atoms") in (None, atoms)
            ]
            row.append(float(str(found[0]["peak_bytes"])) / 2**20 if found else None)
        rows.append(row)
    return Table(
        "Peak of what a pass's own tensors hold, MiB",
        ["part", *(f"{atoms} atoms, batch {batch}" for batch, atoms in sizes)],
        rows,
    )


def _times_chart(
    costs: Results, laws: dict[str, Law], projectors: list[str], settings: OverheadSettings
) -> Chart:
    ends = [settings.atoms[0], settings.atoms[-1]]
    panels = []
    for batch in (settings.batches[0], settings.batches[-1]):
        lines = []
        for name in ["encoder", *projectors]:
            at = costs.where(ablation=name, batch=batch)
            if len(at):
                lines.append(Line(name, at.values("atoms"), at.values("seconds")))
        if "language model" in laws:
            prefill = laws["language model"].seconds(batch, 0)
            share = settings.negligible
            lines.append(Line("prefill", ends, [prefill] * 2, is_theory=True))
            lines.append(Line(f"{share:.0%} of it", ends, [share * prefill] * 2, is_theory=True))
        for name in ("encoder", OURS):
            if name in laws:
                by_law = [laws[name].seconds(batch, atoms) for atoms in settings.atoms]
                lines.append(Line(f"{name}, by law", settings.atoms, by_law, is_theory=True))
        panels.append(
            Panel(f"batch {batch}", lines, x_label="atoms", y_label="seconds a batch", log_x=True, log_y=True)
        )
    caption = "Time of each part, measured and by its law; prefill by its law."
    return Chart("overhead", caption, panels, shares_legend=True)


def _shares_chart(costs: Results, laws: dict[str, Law], settings: OverheadSettings) -> Chart:
    lines = []
    if {"encoder", "language model", OURS} <= laws.keys():
        for batch in settings.batches:
            shares = [share_of(costs, laws, OURS, batch, atoms)[0] for atoms in settings.atoms]
            lines.append(Line(f"batch {batch}", settings.atoms, shares))
        ends = [settings.atoms[0], settings.atoms[-1]]
        lines.append(Line("negligible", ends, [settings.negligible] * 2, is_theory=True))
    title = f"encoder and {OURS} projector"
    panel = Panel(title, lines, x_label="atoms", y_label="share of the prefill", log_x=True, log_y=True)
    return Chart("overhead-shares", "What the graph's part takes of the prefill of the same batch.", [panel])
