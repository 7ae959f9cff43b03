"""Settings, ablations and cells of the study `overhead`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from llamo.data.collate import MolBatch, collate_graphs
from llamo.models.building import load_language_model
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.projectors import Projector
from llamo.studies.frame.results import Label, Row
from llamo.studies.frame.small_language_model import SMALL, save_small_language_model
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.overhead.conclusions import CLAIM, conclude
from llamo.studies.overhead.costs import measure_cost
from llamo.studies.overhead.random_graphs import random_graph
from llamo.studies.overhead.settings import OverheadSettings

NODE_DIM, NUM_LEVELS = 300, 6  # the shipped model's
LM_DIM = 576
GRAPH_TOKENS = 28

ABLATIONS = {
    "encoder": ("part=encoder",),
    "language model": ("part=language model",),
    "multilevel": (),
    "multilevel, motif counts": ("motifs=counts",),
    "multilevel, no motifs": ("motifs=none",),
    "mlp_first": ("projector=mlp_first",),
    "mlp_last": ("projector=mlp_last",),
    "mlp_concat": ("projector=mlp_concat",),
    "weighted_average": ("projector=weighted_average",),
    "skip": ("projector=skip",),
    "resampler": ("projector=resampler",),
}
TIERS = (
    Tier(0, ("atoms=[5, 10, 20]", "held_out=[10]", "batches=[1, 4]", "base_model=small", "repeats=1")),
    Tier(5, ("atoms=[5, 20, 50, 100, 200, 500]", "held_out=[20, 100]", "max_states=8000", "max_tokens=1000",
             "repeats=3")),
    Tier(60, ()),
)  # fmt: skip


def parts(settings: OverheadSettings) -> Sequence[Mapping[str, Label]]:
    """List the batches of a part, the small ones first."""
    if settings.part == "language model":
        tokens = GRAPH_TOKENS + settings.prompt_tokens
        largest = settings.max_tokens // tokens
        regular = [batch for batch in settings.batches if batch <= largest] or settings.batches[:1]
        held_out = [batch for batch in settings.held_out_batches if batch <= largest]
        return [{"batch": batch, "tokens": tokens} for batch in sorted({*regular, *held_out})]
    return [
        {"batch": batch, "atoms": atoms}
        for batch in settings.batches
        for atoms in settings.atoms
        if batch * atoms <= settings.max_states
    ]


def measure(bench: Bench[OverheadSettings]) -> list[Row]:
    """Measure one part on one batch."""
    settings, labels = bench.settings, bench.cell.labels
    batch = int(str(labels["batch"]))
    if settings.part == "language model":
        return [prefill_row(settings, batch, int(str(labels["tokens"])), bench.folder)]
    molecules = random_batch(int(str(labels["atoms"])), batch, bench.cell.seed)
    encoder = fixed_encoder()
    if settings.part == "encoder":
        cost = measure_cost(encoder, lambda: encoder(molecules), repeats=settings.repeats)
        return [{**cost.row(), "part": settings.part}]
    torch.manual_seed(bench.cell.seed)
    projector = Projector(
        NODE_DIM, LM_DIM, num_levels=NUM_LEVELS, kind=settings.projector, depth=2, motifs=settings.motifs
    ).eval()
    with torch.inference_mode():
        levels = encoder(molecules)
    cost = measure_cost(projector, lambda: projector(levels, molecules), repeats=settings.repeats)
    return [{**cost.row(), "part": settings.part}]


def prefill_row(settings: OverheadSettings, batch: int, tokens: int, folder: Path) -> Row:
    """Time one pass of the language model over a prompt, the last position's logits included."""
    model = _language_model(settings.base_model, folder)
    width = model.config.hidden_size
    embeddings = torch.randn(batch, tokens, width, dtype=model.dtype)
    cost = measure_cost(
        model,
        lambda: model(inputs_embeds=embeddings, logits_to_keep=1, use_cache=True),
        repeats=settings.repeats,
    )
    return {**cost.row(), "part": settings.part}


@lru_cache(maxsize=1)
def _language_model(name: str, folder: Path) -> Any:  # Any: a causal language model of any family
    if name == SMALL:
        name = str(save_small_language_model(folder / "small-language-model", ["a word"]))
    return load_language_model(name).eval()


@lru_cache(maxsize=1)
def fixed_encoder() -> GraphEncoder:
    """Build the encoder that all projectors read, of the shipped size."""
    torch.manual_seed(0)
    return GraphEncoder(NUM_LEVELS - 1, NODE_DIM).eval()


@lru_cache(maxsize=8)
def random_batch(num_atoms: int, batch: int, seed: int) -> MolBatch:
    """Draw a batch of different graphs of one size."""
    rng = np.random.default_rng([seed, num_atoms, batch])
    return collate_graphs([random_graph(num_atoms, rng) for _ in range(batch)])


STUDY = Study("overhead", CLAIM, OverheadSettings, ABLATIONS, TIERS, parts, measure, conclude)
