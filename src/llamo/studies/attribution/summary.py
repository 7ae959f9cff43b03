"""Figures over all molecules, with intervals, and what they say of each method."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from llamo.evaluation.bootstrap import Interval, bootstrap_mean
from llamo.studies.attribution.measuring import METHODS, OCCLUSION, SHARES, Measured
from llamo.studies.attribution.random_weights import PARTS
from llamo.studies.robustness.figures import Figure, mean_figure
from llamo.studies.robustness.probe import ProbeResult

NAME = "attribution"
TITLE = "Do the atoms that an attribution ranks first carry the answer?"
RANDOM = "random atoms"
SAME = 0.5  # rank correlation from which on two rankings are much the same


def summarise(rows: Sequence[Measured]) -> ProbeResult:
    """Make figures, a verdict a method and notes of what was measured."""
    figures = [*_lost(rows), *_agreements(rows)]
    return ProbeResult(NAME, TITLE, tuple(figures), (), tuple(_notes(rows)))


def over_random(rows: Sequence[Measured], method: str, share: str) -> Figure | None:
    """Average over molecules what is lost without a method's first atoms less what is lost without random ones."""
    chosen = [row for row in rows if method in row.lost]
    values = [row.lost[method][share] - float(np.mean(row.lost_at_random[share])) for row in chosen]
    return _mean(method, f"lost over random atoms, {share}", values, chosen)


def _lost(rows: Sequence[Measured]) -> list[Figure]:
    found: list[Figure | None] = []
    for share in SHARES:
        draws = [float(np.mean(row.lost_at_random[share])) for row in rows]
        found.append(_mean(RANDOM, f"nats lost, {share}", draws, rows))
        for method in (*METHODS, OCCLUSION):
            chosen = [row for row in rows if method in row.lost]
            found.append(
                _mean(method, f"nats lost, {share}", [row.lost[method][share] for row in chosen], chosen)
            )
            found.append(over_random(rows, method, share))
            wins = [
                float(row.lost[method][share] > float(np.mean(row.lost_at_random[share]))) for row in chosen
            ]
            if wins:
                names = [row.smiles for row in chosen]
                found.append(mean_figure(method, f"more lost than at random, {share}", wins, names))
    found.append(_mean("all atoms", "nats lost, all", [row.without_atoms for row in rows], rows))
    return [figure for figure in found if figure is not None]


def _agreements(rows: Sequence[Measured]) -> list[Figure]:
    names = {OCCLUSION: "rank correlation with occlusion"}
    names |= {part: f"rank correlation, random {part.replace('_', ' ')}" for part in PARTS}
    found = [_agreement(rows, method, other, name) for method in METHODS for other, name in names.items()]
    return [figure for figure in found if figure is not None]


def _agreement(rows: Sequence[Measured], method: str, other: str, name: str) -> Figure | None:
    """Average the rank correlation of a method's weights with others, where it is defined."""
    pairs = [(row, row.agreement.get(method, {}).get(other)) for row in rows]
    known = [(row, value) for row, value in pairs if value is not None]
    return _mean(method, name, [value for _, value in known], [row for row, _ in known])


def _notes(rows: Sequence[Measured]) -> list[str]:
    """Say what a method is worth, and how it was measured."""
    notes = [_verdict(rows, method) for method in METHODS]
    notes += [
        "nats: log-probability of the model's own answer, summed over its tokens; lost: before less after.",
        "an atom that is taken away is hidden from the projector; the encoder saw it, so states around it know of it.",
        "random weights: the nearer to 0, the more the attribution depends on what that part has learned.",
    ]
    return notes


def _verdict(rows: Sequence[Measured], method: str) -> str:
    """Judge a method: by its whole interval against random atoms, and by what stays the same under random weights."""
    figure = over_random(rows, method, "10 %")
    if figure is None:
        return f"{method}: not measured."
    word = "faithful" if figure.interval.low > 0 else "not shown to be faithful"
    told = (
        f"{method}: {word}; without its first 10 % of atoms the answer loses {figure.interval} nats more than without "
        "random ones."
    )
    kept = [
        f"{part.replace('_', ' ')} ({one.interval})"
        for part in PARTS
        if (one := _agreement(rows, method, part, part)) is not None and one.interval.low > SAME
    ]
    return told + f" It ranks atoms much as before with a random {', a random '.join(kept)}." * bool(kept)


def _mean(group: str, name: str, values: Sequence[float], rows: Sequence[Measured]) -> Figure | None:
    """Average one value a molecule; None where there is none."""
    if not values:
        return None
    interval: Interval = bootstrap_mean(np.array(values, dtype=np.float64))
    return Figure(group, name, interval, len(values), len({row.smiles for row in rows}))
