"""Settings, ablations and cells of the study `projectors`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.studies.frame.results import Label, Row
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.projectors.conclusions import CLAIM, conclude
from llamo.studies.projectors.material import material_of, origin_of
from llamo.studies.projectors.measuring import loss_rows, number_rows, text_rows, word_rows
from llamo.studies.projectors.settings import ProjectorsSettings
from llamo.studies.projectors.training import base_model_of, train_instruction, train_words

ABLATIONS = {
    "all levels": (),
    "first layer": ("projector=mlp_first",),
    "last layer": ("projector=mlp_last",),
    "concatenation": ("projector=mlp_concat",),
    "weighted average": ("projector=weighted_average",),
    "jumping knowledge": ("projector=skip",),
    "resampler": ("projector=resampler",),
    "no graph": ("projector=none",),
    "all levels, shared attention": ("share_level_attention=true",),
    "all levels, motif counts": ("motifs=counts",),
    "all levels, pooled motifs": ("motifs=pooled",),
    "last layer, motif counts": ("projector=mlp_last", "motifs=counts"),
}
TIERS = (
    Tier(0, ("train_records=40", "test_records=4", "language_width=16", "language_layers=1", "subwords=300",
             "language_steps=2", "graph_layers=1", "graph_dim=16", "tokens_a_level=2", "word_steps=2",
             "word_batch=8", "steps=2", "batch_size=4", "lora_rank=2", "seeds=1")),
    Tier(5, ("train_records=500", "test_records=50", "language_steps=100", "graph_dim=48", "word_steps=60",
             "word_batch=24", "steps=30", "lora_rank=16", "learning_rate=2e-3", "seeds=2")),
    Tier(20, ()),
)  # fmt: skip


def parts(settings: ProjectorsSettings) -> Sequence[Mapping[str, Label]]:
    """List the one place of an ablation."""
    del settings
    return [{}]


def measure(bench: Bench[ProjectorsSettings]) -> list[Row]:
    """Train one projector on all tasks together and score it on held-back answers."""
    shards = material_of(bench)
    base = base_model_of(bench.settings, shards)
    start = train_words(bench, shards, base) if bench.settings.projector != "none" else None
    rows = word_rows(bench, shards, start) if start is not None else []
    folder = train_instruction(bench, shards, base, start)
    model = LlamoForConditionalGeneration.from_pretrained(folder)
    processor = LlamoProcessor.from_pretrained(folder)
    run: Row = {"table": "runs", "origin": origin_of(shards), "tokens": bench.settings.graph_tokens}
    for score in (loss_rows, number_rows, text_rows):
        rows += score(model, processor, shards)
    return [run, *rows]


STUDY = Study("projectors", CLAIM, ProjectorsSettings, ABLATIONS, TIERS, parts, measure, conclude)
