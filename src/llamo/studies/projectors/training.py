"""The runs of a cell: a language model taught once for all; encoder and projector; projector and LoRA."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llamo.models.names import View
from llamo.studies.frame.small_language_model import SMALL, SYSTEM, save_small_language_model, shard_texts
from llamo.studies.frame.study import Bench, digest
from llamo.studies.frame.taught_language_model import LINEAR, teach_language_model
from llamo.studies.frame.training import run_values, train_cell
from llamo.studies.projectors.settings import ProjectorsSettings

VIEW: View = (
    "graph"  # no SMILES in the prompt: what the answer says of the molecule came through the graph tokens
)
MAX_LENGTH = 512  # of a sample; records are short enough to fit whole
LANGUAGE_RANK = 64
LANGUAGE_BATCH = 32
LANGUAGE_RATE = 5e-3
LOUDNESS = 0.2  # of the small model before it is taught; what it says then comes of the adapters alone
LANGUAGE = {"base_model", "language_width", "language_layers", "subwords", "language_steps"}


def base_model_of(settings: ProjectorsSettings, shards: Path) -> str:
    """Name the language model; the small one is made and taught for these records, once for all cells and seeds."""
    if settings.base_model != SMALL:
        return settings.base_model
    values = settings.model_dump(mode="json", include=LANGUAGE)
    base = save_small_language_model(
        shards.with_name(f"language-{shards.name}-{digest(values)}"),
        [*shard_texts(shards), SYSTEM],
        width=settings.language_width,
        layers=settings.language_layers,
        loudness=LOUDNESS,
        subwords=settings.subwords,
        is_tied=False,
    )
    taught = run_values(
        shards,
        0,
        rate=LANGUAGE_RATE,
        batch_size=LANGUAGE_BATCH,
        steps=settings.language_steps,
        max_length=MAX_LENGTH,
    )
    return str(teach_language_model(base, taught, rank=LANGUAGE_RANK))


def train_words(bench: Bench[ProjectorsSettings], shards: Path, base: str) -> Path:
    """Train encoder and projector in stage `words`; returns the model's folder."""
    return train_cell(word_values(bench, shards, {"base_model": base, "sizes": sizes_of(bench.settings)}),
                      bench.run_folder("words", bench.cell.ablation))  # fmt: skip


def word_values(
    bench: Bench[ProjectorsSettings],
    shards: Path,
    model: Mapping[str, Any],  # Any: as `llamo train` takes it
) -> dict[str, Any]:
    """Write the configuration of stage `words`; all records of the validation split are its validation."""
    settings = bench.settings
    values = run_values(
        shards, bench.cell.seed, rate=settings.word_rate, batch_size=settings.word_batch, steps=settings.word_steps,
        max_length=MAX_LENGTH,
    )  # fmt: skip
    values["data"] = {"folder": shards, "validation_limit": 3 * settings.test_records}
    return {**values, "stage": "words", "model": {**model, "dtype": "float32"}}


def train_instruction(bench: Bench[ProjectorsSettings], shards: Path, base: str, start: Path | None) -> Path:
    """Train projector and LoRA with the language model; returns the model's folder.

    Args:
        start: the model of stage `words`; None for a new one.
    """
    settings = bench.settings
    lora = {"rank": settings.lora_rank, "alpha": 2 * settings.lora_rank, "dropout": 0.0, "targets": LINEAR}
    origin = {"checkpoint": start} if start else {"base_model": base, "sizes": sizes_of(settings)}
    values = run_values(
        shards, bench.cell.seed, rate=settings.learning_rate, batch_size=settings.batch_size, steps=settings.steps,
        max_length=MAX_LENGTH,
    )  # fmt: skip
    model = {**origin, "dtype": "float32", "lora": lora}
    output = bench.run_folder("instruction", bench.cell.ablation)
    return train_cell({**values, "stage": "instruction", "model": model}, output)


def sizes_of(settings: ProjectorsSettings) -> dict[str, object]:
    """Give every projector the same number of tokens; motif tokens take the place of one a level."""
    has_motifs = settings.motifs != "none"
    return {
        "graph_layers": settings.graph_layers, "graph_dim": settings.graph_dim,
        "projector": settings.projector, "projector_depth": settings.projector_depth,
        "share_level_attention": settings.share_level_attention, "motifs": settings.motifs,
        "queries_per_level": settings.tokens_a_level - has_motifs, "motif_queries": settings.num_levels,
        "system_prompt": SYSTEM,
    }  # fmt: skip
