"""Settings, ablations and cells of the study `instruction-tuning`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from llamo.data.shards import read_manifest
from llamo.inference.engines import TransformersEngine
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.names import View
from llamo.models.processing import LlamoProcessor
from llamo.studies.frame.results import Label, Row
from llamo.studies.frame.small_language_model import SMALL, SYSTEM, save_small_language_model, shard_texts
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.frame.taught_language_model import LINEAR
from llamo.studies.frame.training import run_values, train_cell
from llamo.studies.instruction_tuning.conclusions import CLAIM, conclude
from llamo.studies.instruction_tuning.following import answer_row, questions_for
from llamo.studies.instruction_tuning.material import (
    CONVERSATION,
    DESCRIPTION,
    FACTS,
    INSTRUCTIONS,
    conversations_of,
    split_molecules,
    write_material,
)
from llamo.studies.instruction_tuning.preferring import choices_of, preferred_rows
from llamo.studies.instruction_tuning.settings import TuningSettings
from llamo.studies.robustness.answer_log import AnswerLog
from llamo.studies.robustness.asking import Asker
from llamo.training.cut_samples import CUT_FILE

VIEW: View = "graph"
MAX_LENGTH = 512  # of a sample; what is longer is cut, and the page says how many are
MAX_NEW_TOKENS = 24
LOUDNESS = 0.3  # of the small model: a louder one learns from adapters ten times slower
BATCH = 64  # questions answered at once
MIX = {DESCRIPTION: 0.25, FACTS: 0.75}  # of stage 2 beside conversations
# What the material of a run depends on; all else is the training's.
MATERIAL = {"molecules", "test_molecules", "number", "writer", "written"}
# What stage 1 does not depend on.
AFTER_STAGE_1 = {"has_stage_2", "prompts", "conversations", "conversation_share", "lora_rank", "steps"}

ABLATIONS = {
    "stage 1 only": ("has_stage_2=false",),
    "no conversations": (),
    "conversations": ("conversations=composed",),
    "unvalidated": ("conversations=pool",),
    "validated": ("conversations=kept",),
    "a small model's": ("conversations=written",),
    "composed, as few": ("conversations=few",),
    "task names": ("prompts=names",),
}
TIERS = (
    Tier(0, ("test_molecules=2", "number=40", "written=0", "graph_layers=1", "graph_dim=16", "lora_rank=2",
             "alignment_steps=2", "steps=2", "batch_size=4", "seeds=1")),
    Tier(5, ("written=8", "steps=100", "seeds=1")),
    Tier(15, ()),
    Tier(60, ("number=3000", "steps=1000")),
)  # fmt: skip


def parts(settings: TuningSettings) -> Sequence[Mapping[str, Label]]:
    """List the one place of an ablation; none where it needs conversations that no model is asked for."""
    needs_writer = settings.conversations in ("written", "few")
    return [] if needs_writer and not settings.written else [{}]


def measure(bench: Bench[TuningSettings]) -> list[Row]:
    """Train on an ablation's part of the material and ask about molecules that it has none of."""
    settings = bench.settings
    shards = material_of(bench)
    counts = read_manifest(shards)["conversations"]
    row: Row = {"table": "material", "conversations": counts.get(settings.conversations, 0), **counts}
    if settings.conversations != "none" and not row["conversations"]:
        return [row]
    folder = train_stages(bench, shards)
    row["cut"] = cut_share(folder.parent)
    model = LlamoForConditionalGeneration.from_pretrained(folder)
    engine = TransformersEngine(model, LlamoProcessor.from_pretrained(folder))
    _, test = split_molecules(settings)
    questions = questions_for(test, view=VIEW)
    with AnswerLog(folder.parent / "answers.jsonl", {}) as log:
        asker = Asker(engine, log, BATCH if settings.base_model == SMALL else 8, MAX_NEW_TOKENS)
        preferred = preferred_rows(questions, asker.ask)
        asked = asker.ask(questions)
    return [row, *preferred, *(answer_row(one, is_spaced=settings.base_model == SMALL) for one in asked)]


def material_of(bench: Bench[TuningSettings]) -> Path:
    """Write the material once for all cells; every ablation takes its part by the mixture."""
    folder = bench.folder / f"material-{bench.hash_of(only=MATERIAL)}"
    if not (folder / "manifest.json").is_file():
        write_material(folder, bench.settings, conversations_of(bench.settings, bench.folder))
    return folder


def train_stages(bench: Bench[TuningSettings], shards: Path) -> Path:
    """Train stage 1, which all ablations of a seed share, and what follows; returns the model's folder."""
    settings, seed = bench.settings, bench.cell.seed
    first = train_cell(
        {
            **_values(settings, shards, seed, settings.alignment_steps),
            "stage": "alignment",
            "model": _new(settings, shards),
        },
        bench.folder / f"stage-1-{bench.hash_of(without=AFTER_STAGE_1)}-{seed}",
    )
    stage = "instruction" if settings.has_stage_2 else "alignment"
    adapters = {"lora": _lora(settings)} if settings.has_stage_2 else {}
    return train_cell(
        {
            **_values(settings, shards, seed, settings.steps, mixture_of(settings)),
            "stage": stage,
            "model": {"checkpoint": first, "dtype": "float32", **adapters},
        },
        bench.run_folder("run", bench.cell.ablation),
    )


def cut_share(run: Path) -> float:
    """Share of the samples of a training run that were too long and lost their end."""
    found = json.loads((run / CUT_FILE).read_text(encoding="utf-8"))
    return float(found["cut"] / max(1, found["samples"]))


def mixture_of(settings: TuningSettings) -> dict[str, float]:
    """Weigh tasks and sources of what follows stage 1: captions alone where that goes on."""
    if not settings.has_stage_2:
        return {f"{DESCRIPTION}/{INSTRUCTIONS}": 1.0}
    share = settings.conversation_share if settings.conversations != "none" else 0.0
    mixture = {f"{task}/{settings.prompts}": (1 - share) * weight for task, weight in MIX.items()}
    return mixture | ({f"{CONVERSATION}/{settings.conversations}": share} if share else {})


def _new(settings: TuningSettings, shards: Path) -> dict[str, object]:
    base = settings.base_model
    if base == SMALL:
        base = str(
            save_small_language_model(
                shards.parent / f"words-of-{shards.name}",
                _words(shards, settings),
                loudness=LOUDNESS,
            )
        )
    sizes = {
        "graph_layers": settings.graph_layers, "graph_dim": settings.graph_dim, "projector_depth": 2,
        "queries_per_level": 2, "motif_queries": 2, "system_prompt": SYSTEM,
    }  # fmt: skip
    return {"base_model": base, "dtype": "float32", "sizes": sizes}


def _words(shards: Path, settings: TuningSettings) -> list[str]:
    """List the texts whose words the small model has: of training, and of the questions that are asked afterwards."""
    _, test = split_molecules(settings)
    questions = questions_for(test, view=VIEW)
    chosen = [text for one in choices_of(questions) for text in one.answers.values()]
    return [*shard_texts(shards), *(one.text for one in questions), *chosen, SYSTEM]


def _lora(settings: TuningSettings) -> dict[str, object]:
    return {"rank": settings.lora_rank, "alpha": 2 * settings.lora_rank, "dropout": 0.0, "targets": LINEAR}


def _values(
    settings: TuningSettings, shards: Path, seed: int, steps: int, mixture: Mapping[str, float] | None = None
) -> dict[str, object]:
    return run_values(
        shards,
        seed,
        rate=settings.learning_rate,
        batch_size=settings.batch_size,
        steps=steps,
        max_length=MAX_LENGTH,
        mixture=mixture or {f"{DESCRIPTION}/{INSTRUCTIONS}": 1.0},
    )


STUDY = Study("instruction-tuning", CLAIM, TuningSettings, ABLATIONS, TIERS, parts, measure, conclude)
