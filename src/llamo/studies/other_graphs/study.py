"""Settings, ablations and cells of the study `other-graphs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from llamo.inference.choices import choice_probabilities
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.studies.frame.results import Label, Row
from llamo.studies.frame.small_language_model import base_model_for
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.frame.training import run_values, train_cell
from llamo.studies.other_graphs import proteins, social
from llamo.studies.other_graphs.adapter import adapt
from llamo.studies.other_graphs.conclusions import CLAIM, conclude
from llamo.studies.other_graphs.questions import Asked, possible_answers, user_message, write_shards
from llamo.studies.other_graphs.settings import OtherGraphsSettings

SYSTEM = "You read graphs ."
BATCH = 64  # questions scored at once

ABLATIONS = {
    "all levels": (),
    "last level, attention": ("projector=resampler",),
    "last level, averages": ("projector=mlp_last",),
    "first level, averages": ("projector=mlp_first",),
    "no graph": ("projector=none",),
}
TIERS = (
    Tier(0, ("train_graphs=12", "test_graphs=4", "graph_layers=2", "graph_dim=16", "steps=4", "batch_size=8",
             "seeds=1")),
    Tier(5, ("train_graphs=1500", "test_graphs=100", "graph_layers=4", "graph_dim=64", "steps=250", "seeds=2")),
    Tier(60, ()),
)  # fmt: skip


def parts(settings: OtherGraphsSettings) -> Sequence[Mapping[str, Label]]:
    """List the domains."""
    return [{"domain": domain} for domain in settings.domains]


def measure(bench: Bench[OtherGraphsSettings]) -> list[Row]:
    """Train on one domain's questions and answer those about graphs that were not trained on."""
    domain, settings = str(bench.cell.labels["domain"]), bench.settings
    train, test = graphs_of(domain, settings.train_graphs, settings.test_graphs)
    folder = train_cell(
        values_of(settings, shards_of(bench, domain), bench.cell.seed),
        bench.run_folder("run", domain, bench.cell.ablation),
    )
    model = LlamoForConditionalGeneration.from_pretrained(folder)
    processor = LlamoProcessor.from_pretrained(folder)
    rows: list[Row] = []
    for question in dict.fromkeys(question for asked in train for question in asked.answers):
        asked_of = [asked for asked in test if question in asked.answers]
        rows += answer_rows(model, processor, domain, question, possible_answers(train, question), asked_of)
    return rows


def graphs_of(domain: str, train: int, test: int) -> tuple[tuple[Asked, ...], tuple[Asked, ...]]:
    """Generate a domain's graphs, the same for all cells; published ones join those that are asked about."""
    return _generated(domain, train, "train"), _generated(domain, test, "test") + _published(domain)


@lru_cache(maxsize=8)
def _generated(domain: str, number: int, split: str) -> tuple[Asked, ...]:
    generate = social.generate if domain == "social" else proteins.generate
    rng = np.random.default_rng([split == "test", number])
    return tuple(generate(rng, f"{domain}-{split}-{place}") for place in range(number))


@lru_cache(maxsize=2)
def _published(domain: str) -> tuple[Asked, ...]:
    return tuple(social.published_egos()) if domain == "social" else ()


def shards_of(bench: Bench[OtherGraphsSettings], domain: str) -> Path:
    """Write a domain's shards once; their validation questions are the generated ones that are asked later."""
    settings = bench.settings
    folder = bench.folder / f"shards-{domain}-{settings.train_graphs}-{settings.test_graphs}"
    if not (folder / "manifest.json").is_file():
        train, test = graphs_of(domain, settings.train_graphs, settings.test_graphs)
        write_shards(folder, domain, train, [asked for asked in test if not asked.is_real])
    return folder


def values_of(settings: OtherGraphsSettings, shards: Path, seed: int) -> dict[str, object]:
    """Write the configuration of a training run."""
    return {
        "stage": "alignment",
        "model": {
            "base_model": base_model_for(shards, settings.base_model, system=SYSTEM),
            "dtype": "float32",
            "sizes": {
                "graph_layers": settings.graph_layers, "graph_dim": settings.graph_dim, "motifs": "none",
                "projector": settings.projector, "queries_per_level": settings.queries_per_level,
                "projector_depth": 2, "system_prompt": SYSTEM,
            },
        },
        **run_values(shards, seed, rate=settings.learning_rate, batch_size=settings.batch_size,
                     steps=settings.steps, max_length=160),
    }  # fmt: skip


def answer_rows(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    domain: str,
    question: str,
    choices: Sequence[str],
    asked: Sequence[Asked],
) -> list[Row]:
    """Let the model choose among the answers of training: rows of table "answers"."""
    if len(choices) < 2 or not asked:
        return []
    rows: list[Row] = []
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        scores = choice_probabilities(
            model,
            processor,
            [[user_message(domain, question, one.name).model_dump()] for one in batch],
            choices,
            view="graph",
            graphs=[[adapt(one.graph)] for one in batch],
        )
        for one, row in zip(batch, scores, strict=True):
            said = choices[int(np.argmax(row))]
            truth = one.answers[question]
            rows.append({
                "table": "answers", "question": question, "graph": one.name,
                "source": "published" if one.is_real else "generated", "said": said, "truth": truth,
                "right": float(said == truth), "usual_right": float(choices[0] == truth), "choices": len(choices),
            })  # fmt: skip
    return rows


STUDY = Study("other-graphs", CLAIM, OtherGraphsSettings, ABLATIONS, TIERS, parts, measure, conclude)
