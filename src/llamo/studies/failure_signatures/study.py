"""Settings, ablations and cells of the study `failure-signatures`."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from llamo.studies.failure_signatures.conclusions import CLAIM, conclude
from llamo.studies.failure_signatures.settings import SignatureSettings
from llamo.studies.frame.fact_records import caption_record, fact_record, write_fact_shards
from llamo.studies.frame.results import Label, Row
from llamo.studies.frame.small_language_model import SYSTEM, base_model_for
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.frame.training import run_values, train_cell
from llamo.studies.instruction_quality.conversations import molecules_of
from llamo.training.callbacks import read_metrics

EVALUATIONS = 4  # of a run
PREFIX = "signal_"

ABLATIONS = {
    "healthy": (),
    "healthy, last level": ("projector=resampler",),
    "healthy, averages": ("projector=mlp_concat",),
    "deep, no norm": ("fault=over-smoothing", "graph_layers=10", "graph_norm=none"),
    "loud tokens": ("fault=misaligned tokens", "token_scale=10"),
    "quiet tokens": ("fault=misaligned tokens", "token_scale=0.01"),
    "graphs of other molecules": ("fault=ignored graph", "wrong_graphs=true"),
    "nothing learned": ("fault=ignored graph", "learning_rate=1e-7"),
    "adapters, gently": ("instrument=shipped",),
    "adapters, too fast": (
        "instrument=shipped",
        "fault=lost instruction following",
        "shipped_rate=1e-2",
    ),
}
TIERS = (
    Tier(0, ("test_molecules=8", "graph_layers=1", "graph_dim=16", "steps=4", "batch_size=4", "shipped_steps=0",
             "seeds=1")),
    Tier(5, ("steps=60", "shipped_steps=5")),
    Tier(15, ("seeds=5",)),
)  # fmt: skip


def parts(settings: SignatureSettings) -> Sequence[Mapping[str, Label]]:
    """List the one place of an ablation; none where it needs the shipped model and that is left out."""
    return [] if settings.instrument == "shipped" and not settings.shipped_steps else [{}]


def measure(bench: Bench[SignatureSettings]) -> list[Row]:
    """Train and read the signals of every evaluation: rows of table "signals"."""
    settings, seed = bench.settings, bench.cell.seed
    shards = shards_of(bench)
    is_small = settings.instrument == "small"
    values = small_run(settings, shards, seed) if is_small else shipped_run(settings, shards, seed)
    run = bench.run_folder("run", bench.cell.ablation)
    train_cell(values, run)
    steps = settings.steps if is_small else settings.shipped_steps
    found = (
        {key.removeprefix(PREFIX): float(value) for key, value in row.items() if key.startswith(PREFIX)}
        | {"step": row["step"]}
        for row in read_metrics(run)
        if any(key.startswith(PREFIX) for key in row)
    )
    return [
        signal_row({key: value for key, value in one.items() if key != "step"}, one["step"] / steps, settings)
        for one in found
    ]


def signal_row(signals: Mapping[str, float], share: float, settings: SignatureSettings) -> Row:
    """Summarise the signals of one evaluation: of all levels the worst; what is no number stays so."""
    row: Row = {
        "table": "signals",
        "fault": settings.fault,
        "instrument": settings.instrument,
        "share": share,
    }
    row |= {
        "cosine": float(np.max([value for name, value in signals.items() if name.startswith("cosine_")])),
        "rank": float(np.min([value for name, value in signals.items() if name.startswith("rank_")])),
    }
    return row | {name: value for name, value in signals.items() if not name.startswith(("cosine_", "rank_"))}


def shards_of(bench: Bench[SignatureSettings]) -> Path:
    """Write facts about the package's molecules once; those that the signals are measured on are not trained on."""
    settings = bench.settings
    molecules = list(molecules_of(None))
    random.Random("failure signatures").shuffle(molecules)
    test, train = molecules[: settings.test_molecules], molecules[settings.test_molecules :]
    found = {"train": [(one, "package") for one in train], "validation": [(one, "package") for one in test]}
    name = "wrong" if settings.wrong_graphs else "right"
    return write_fact_shards(
        bench.folder / f"shards-{settings.instrument}-{name}-{settings.test_molecules}",
        found,
        graphs_of=next_one if settings.wrong_graphs else tuple,
        make_record=fact_record if settings.instrument == "small" else caption_record,
    )


def next_one(molecules: Sequence[str]) -> Sequence[str]:
    """Give every molecule's place to the next one: "a", "b", "c" -> "b", "c", "a"."""
    return [*molecules[1:], *molecules[:1]]


def small_run(settings: SignatureSettings, shards: Path, seed: int) -> dict[str, object]:
    """Write the configuration of a run with a new model."""
    sizes = {
        "graph_layers": settings.graph_layers, "graph_dim": settings.graph_dim, "graph_norm": settings.graph_norm,
        "projector": settings.projector, "queries_per_level": 2, "motif_queries": 2, "projector_depth": 2,
        "token_scale": settings.token_scale, "system_prompt": SYSTEM,
    }  # fmt: skip
    return {
        "stage": "alignment",
        "model": {"base_model": base_model_for(shards), "dtype": "float32", "sizes": sizes},
        **_values(shards, seed, settings.learning_rate, settings.steps, settings.batch_size),
    }


def shipped_run(settings: SignatureSettings, shards: Path, seed: int) -> dict[str, object]:
    """Write the configuration of a run that goes on with the adapters of the shipped model."""
    rate, steps = settings.shipped_rate, settings.shipped_steps
    return {
        "stage": "adapters",
        "model": {"checkpoint": settings.model, "dtype": "float32"},
        **_values(shards, seed, rate, steps, settings.shipped_batch, evaluations=1),
    }


def _values(
    shards: Path, seed: int, rate: float, steps: int, batch: int, evaluations: int = EVALUATIONS
) -> dict[str, object]:
    return run_values(shards, seed, rate=rate, batch_size=batch, steps=steps, max_length=320, validation_limit=16,
                      evaluations=evaluations)  # fmt: skip


STUDY = Study("failure-signatures", CLAIM, SignatureSettings, ABLATIONS, TIERS, parts, measure, conclude)
