"""Settings, ablations and cells of the study `oversmoothing`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

from llamo.chem.molgraph import MolGraph
from llamo.data.collate import MolBatch, collate_graphs
from llamo.models.checkpoints import hash_of_checkpoint
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.names import DEFAULT_MODEL
from llamo.models.projectors import Projector, ProjectorKind, SelectLevel
from llamo.studies.frame.results import Label, Row, mean_interval
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.oversmoothing.conclusions import CLAIM, conclude
from llamo.studies.oversmoothing.encoders import (
    Read,
    shipped_encoder,
    trained_encoder,
    untrained_encoder,
)
from llamo.studies.oversmoothing.maps import map_rows
from llamo.studies.oversmoothing.measures import MEASURES, Likeness, likeness, split_levels
from llamo.studies.oversmoothing.molecule_sets import measured_graphs
from llamo.studies.oversmoothing.settings import OversmoothingSettings
from llamo.studies.oversmoothing.theory import (
    Spectrum,
    bound_shares,
    energy_share,
    layer_stretches,
    propagation_share,
    spectrum,
)
from llamo.training.signals import effective_rank

READERS: tuple[ProjectorKind, ...] = ("multilevel", "mlp_last", "resampler")
READOUTS: Mapping[str, ProjectorKind] = {
    "last level": "mlp_last",
    "jumping knowledge, maximum": "skip",
    "jumping knowledge, concatenated": "mlp_concat",
}
MAPPED = "drugs"  # the set of the two-dimensional maps

ABLATIONS = {
    "plain": (),
    "residual": ("graph_residual=true",),
    "layer norm": ("graph_norm=layer",),
    "pair norm": ("graph_norm=pair",),
    "no norm": ("graph_norm=none",),
    "last level read": ("pretraining_levels=last",),
    "assumptions kept": ("encoder=assumptions", "steps=0"),
    "assumptions kept, unit weights": ("encoder=unit", "steps=0"),
    "shipped": ("encoder=shipped", "seeds=1"),
}
TIERS = (
    Tier(0, ("depths=[2, 4]", "variant_depths=[4]", "dim=16", "molecules=6", "training_molecules=10",
             "steps=4", "batch_size=8", "seeds=1")),
    Tier(5, ("depths=[2, 4, 8, 12]", "variant_depths=[12]", "dim=64", "molecules=30",
             "training_molecules=600", "steps=50", "batch_size=32", "seeds=2", "learning_rate=2e-3")),
    Tier(60, ("molecules=100", "steps=600", "training_molecules=3000", "dim=128")),
    Tier(300, ()),
)  # fmt: skip


def parts(settings: OversmoothingSettings) -> Sequence[Mapping[str, Label]]:
    """List the encoders of an ablation: depths, untrained and trained."""
    if settings.encoder == "shipped":
        return [{"depth": 5, "weights": "shipped", "of": hash_of_checkpoint(DEFAULT_MODEL)[:12]}]
    depths = settings.depths if settings.is_plain else settings.variant_depths
    kinds = ["untrained", "trained"] if settings.steps else ["untrained"]
    if settings.pretraining_levels == "last":  # untrained it is the plain one
        kinds = ["trained"] if settings.steps else []
    return [{"depth": depth, "weights": kind} for depth in depths for kind in kinds]


def measure(bench: Bench[OversmoothingSettings]) -> list[Row]:
    """Measure one encoder on all sets."""
    sets = measured_graphs(bench.settings.molecules)
    read = encoder_of(bench, [graph for graphs in sets.values() for graph in graphs])
    return [
        {"set": name, **row} for name, graphs in sets.items() for row in set_rows(read, name, graphs, bench)
    ]


@torch.no_grad()
def set_rows(
    read: Read, name: str, graphs: Sequence[MolGraph], bench: Bench[OversmoothingSettings]
) -> list[Row]:
    """Measure one encoder on one set."""
    molecules = collate_graphs(graphs)
    levels = read.encoder(molecules)
    rows = level_rows(read.encoder, split_levels(levels, molecules), graphs)
    rows += readout_rows(levels, molecules, graphs)
    rows += token_rows(read, levels, molecules, bench)
    if name == MAPPED and bench.cell.seed == 0:
        rows += map_rows(levels, molecules)
    return rows


def encoder_of(bench: Bench[OversmoothingSettings], graphs: Sequence[MolGraph]) -> Read:
    """Make the encoder of a cell."""
    settings, depth, seed = bench.settings, int(str(bench.cell.labels["depth"])), bench.cell.seed
    if settings.encoder == "shipped":
        return shipped_encoder()
    if bench.cell.labels["weights"] == "trained":
        return Read(trained_encoder(settings, depth, seed, bench.folder))
    return Read(untrained_encoder(settings, depth, seed, graphs))


def level_rows(
    encoder: GraphEncoder, parted: Sequence[Float[Tensor, "L n D"]], graphs: Sequence[MolGraph]
) -> list[Row]:
    """Measure every level: rows of table "levels", averaged, and of "molecules", the ends."""
    pairs = list(zip(parted, graphs, strict=True))
    stretches = layer_stretches(encoder)
    alike = [[likeness(states, edges_of(graph)) for states in levels] for levels, graph in pairs]
    energies = [energy_rows(levels, graph, stretches) for levels, graph in pairs]
    rows = [
        level_row(level, [levels[level] for levels in alike], [one[level] for one in energies if one])
        for level in range(len(parted[0]))
    ]
    return rows + [molecule_row(number, levels) for number, levels in enumerate(alike)]


def level_row(level: int, alike: Sequence[Likeness], energies: Sequence[Mapping[str, float]]) -> Row:
    """Average one level over molecules; energies are those of the connected ones."""
    row: Row = {"table": "levels", "level": level, "molecules": len(alike)}
    for name in MEASURES:
        interval = mean_interval(getattr(molecule, name) for molecule in alike)
        assert interval is not None  # a set has molecules
        row |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    for column in ("share", "propagation", "bound"):
        known = [one[column] for one in energies if math.isfinite(one[column])]
        row[f"energy_{column}"] = sum(known) / len(known) if known else None
    bounded = [one for one in energies if math.isfinite(one["bound"])]
    row |= {"bound_broken": sum(bool(one["broken"]) for one in bounded), "bound_checked": len(bounded)}
    return row


def molecule_row(number: int, levels: Sequence[Likeness]) -> Row:
    """Lay out three levels for paired differences: the first that has passed a layer, the last but one, and the last.

    The first and the last but one come out of a ReLU (residuals are added to it); the last does not and compares
    with neither. Of two layers the last but one is the first.
    """
    row: Row = {"table": "molecules", "molecule": number}
    for place, found in (
        ("first", levels[1]),
        ("late", levels[max(1, len(levels) - 2)]),
        ("last", levels[-1]),
    ):
        row |= {f"{name}_{place}": value for name, value in found._asdict().items()}
    return row


def energy_rows(
    levels: Float[Tensor, "L n D"], graph: MolGraph, stretches: list[float]
) -> list[dict[str, float]]:
    """Measure the energy share of each level beside what theory says; empty for a graph that is not connected."""
    found = _spectrum(graph.edge_index.tobytes(), graph.num_atoms)
    if found is None:
        return []
    bounds = bound_shares(levels, found, stretches)
    start = energy_share(levels[0], found)
    rows = []
    for level, states in enumerate(levels):
        share = energy_share(states, found)
        broken = share > bounds[level] * (1 + 1e-3) + 1e-9
        rows.append({"share": share, "propagation": propagation_share(start, found, level),
                     "bound": bounds[level], "broken": float(broken)})  # fmt: skip
    return rows


@lru_cache(maxsize=4096)
def _spectrum(edges: bytes, num_nodes: int) -> Spectrum | None:
    return spectrum(torch.frombuffer(bytearray(edges), dtype=torch.int32).view(2, -1).long(), num_nodes)


def readout_rows(
    levels: Float[Tensor, "L N D"], molecules: MolBatch, graphs: Sequence[MolGraph]
) -> list[Row]:
    """Measure what jumping knowledge makes of the levels: rows of table "readouts"."""
    rows: list[Row] = []
    for name, kind in READOUTS.items():
        joined = SelectLevel(kind, len(levels))(levels)
        parted = split_levels(joined.unsqueeze(0), molecules)
        found = [likeness(states[0], edges_of(graph)) for states, graph in zip(parted, graphs, strict=True)]
        means = {column: sum(getattr(one, column) for one in found) / len(found) for column in MEASURES}
        rows.append({"table": "readouts", "readout": name, **means})
    return rows


def token_rows(
    read: Read, levels: Float[Tensor, "L N D"], molecules: MolBatch, bench: Bench[OversmoothingSettings]
) -> list[Row]:
    """Measure the effective rank of graph tokens, before the projector's MLP and after: rows of table "tokens".

    Projectors are fresh, without motifs, at equal token count; the shipped one is its own.
    """
    projectors: dict[str, Projector] = {"shipped": read.projector} if read.projector is not None else {}
    for kind in READERS:
        torch.manual_seed(bench.cell.seed)
        dim = levels.shape[2]
        projectors[kind] = Projector(
            dim, dim, num_levels=len(levels), kind=kind, depth=2, motifs="none"
        ).eval()
    rows: list[Row] = []
    for name, projector in projectors.items():
        before = projector._level_tokens(levels, molecules)  # [B, L*Q, D]
        after = projector(levels, molecules)[:, : before.shape[1]]
        for number in range(molecules.num_molecules):
            ranks = {
                "rank_before": effective_rank(before[number]),
                "rank_after": effective_rank(after[number]),
            }
            rows.append(
                {"table": "tokens", "projector": name, "molecule": number, "tokens": before.shape[1], **ranks}
            )
    return rows


def edges_of(graph: MolGraph) -> Tensor:
    """Return a graph's directed bonds as a tensor, int64 [2, E]."""
    return torch.from_numpy(graph.edge_index).long()


STUDY = Study("oversmoothing", CLAIM, OversmoothingSettings, ABLATIONS, TIERS, parts, measure, conclude)
