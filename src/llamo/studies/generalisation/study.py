"""Settings, ablations and cells of the study `generalisation`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from llamo.chem.parsing import parse_molecule
from llamo.data.bank_search import FingerprintIndex, morgan
from llamo.data.shards import PreparedRecord, open_shards
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.studies.frame.fact_records import TASK, write_fact_shards
from llamo.studies.frame.results import Label, Row
from llamo.studies.frame.small_language_model import SYSTEM, base_model_for
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.frame.training import run_values, train_cell
from llamo.studies.generalisation.conclusions import CLAIM, conclude
from llamo.studies.generalisation.settings import GeneralisationSettings
from llamo.studies.generalisation.shifts import Split, split_molecules, train_names
from llamo.training.collator import Collator
from llamo.training.mixture import SampleView, encode_record
from llamo.training.record_scores import record_scores

VIEW = SampleView("graph", counts_only=False)
MAX_LENGTH = 320
BATCH = 32  # records scored at once
TEST = "test: "  # before the source of a record that is asked about
# What the molecules of a run depend on; all else is the training's.
MATERIAL = {"shift", "material", "train_molecules", "test_molecules"}

ABLATIONS = {"sources": (), "size": ("shift=size",), "scaffold": ("shift=scaffold",)}
TIERS = (
    Tier(0, ("material=built-in", "train_molecules=12", "test_molecules=4", "graph_layers=1", "graph_dim=16",
             "steps=2", "batch_size=4", "seeds=1")),
    Tier(5, ("train_molecules=500", "test_molecules=60", "steps=120")),
    Tier(15, ()),
)  # fmt: skip


def parts(settings: GeneralisationSettings) -> Sequence[Mapping[str, Label]]:
    """List the training sets of an ablation's shift."""
    return [{"train": name} for name in train_names(settings)]


def measure(bench: Bench[GeneralisationSettings]) -> list[Row]:
    """Train on one set of molecules and score the answers about all that are held back: rows of table "molecules"."""
    settings, seed, name = bench.settings, bench.cell.seed, str(bench.cell.labels["train"])
    split = split_molecules(settings)
    shards = shards_of(bench, split)
    folder = train_cell(values_of(settings, shards, name, seed), bench.run_folder("run", name))
    model = LlamoForConditionalGeneration.from_pretrained(folder).eval()
    processor = LlamoProcessor.from_pretrained(folder)
    index = FingerprintIndex(np.stack([morgan(parse_molecule(one.smiles)) for one in split.train[name]]))
    held_back = list(open_shards(shards, "validation"))
    usual = usual_answers(open_shards(shards, "train"), name)
    rows: list[Row] = []
    for start in range(0, len(held_back), BATCH):
        records = held_back[start : start + BATCH]
        rows += score_rows(model, processor, records, index, usual)
    return rows


def score_rows(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    records: Sequence[PreparedRecord],
    index: FingerprintIndex,
    usual: Sequence[Mapping[str, float]],
) -> list[Row]:
    """Score the answers about held-back molecules, with their likeness to the nearest training molecule."""
    batch = Collator(processor.pad_token_id)(
        [encode_record(record, processor, VIEW, max_length=MAX_LENGTH) for record in records]
    )
    batch["labels"][batch["labels"] == processor.tokenizer.eos_token_id] = -100  # that a turn ends is no fact
    scores = record_scores(model, batch)
    rows: list[Row] = []
    for place, record in enumerate(records):
        smiles = smiles_of(record)
        rows.append({
            "table": "molecules", "test": record.source.removeprefix(TEST), "molecule": smiles,
            "atoms": record.graphs[0].num_atoms,
            "similarity": float(index.similarities(morgan(parse_molecule(smiles))).max()),
            "loss": float(scores.loss[place]), "right": float(scores.right[place]),
            "usual_loss": usual_loss(record, usual),
        })  # fmt: skip
    return rows


def usual_loss(record: PreparedRecord, usual: Sequence[Mapping[str, float]]) -> float:
    """Loss of answering by frequencies alone, nats a word."""
    pairs = zip(answers_of(record), usual, strict=True)
    return float(np.mean([-np.log(shares.get(answer, shares[""])) for answer, shares in pairs]))


def usual_answers(records: Iterable[PreparedRecord], source: str) -> list[dict[str, float]]:
    """Tell how frequent each answer to each question is in a training set; "" for one that did not occur.

    Frequencies are those of the counts with one added for each answer, and one for all that did not occur.
    """
    columns = list(zip(*(answers_of(record) for record in records if record.source == source), strict=True))
    found = []
    for column in columns:
        total = len(column) + len(set(column)) + 1
        shares = {answer: (column.count(answer) + 1) / total for answer in set(column)}
        found.append({**shares, "": 1 / total})
    return found


def answers_of(record: PreparedRecord) -> list[str]:
    """List the answers of a record."""
    return [str(message["content"]) for message in record.messages if message["role"] == "assistant"]


def smiles_of(record: PreparedRecord) -> str:
    """Return the molecule that a record is about; its id is "source:SMILES"."""
    return record.id.removeprefix(f"{record.source}:")


def shards_of(bench: Bench[GeneralisationSettings], split: Split) -> Path:
    """Write a shift's molecules once; training picks its set by the mixture."""
    return write_fact_shards(
        bench.folder / f"shards-{bench.settings.shift}-{bench.hash_of(only=MATERIAL)}",
        {
            "train": [(one.smiles, name) for name, found in split.train.items() for one in found],
            "validation": [(one.smiles, TEST + name) for name, found in split.test.items() for one in found],
        },
    )


def values_of(settings: GeneralisationSettings, shards: Path, source: str, seed: int) -> dict[str, object]:
    """Write the configuration of a training run on one set."""
    sizes = {
        "graph_layers": settings.graph_layers, "graph_dim": settings.graph_dim, "queries_per_level": 2,
        "motif_queries": 2, "projector_depth": 2, "system_prompt": SYSTEM,
    }  # fmt: skip
    return {
        "stage": "alignment",
        "model": {"base_model": base_model_for(shards, settings.base_model), "dtype": "float32", "sizes": sizes},
        **run_values(shards, seed, rate=settings.learning_rate, batch_size=settings.batch_size,
                     steps=settings.steps, max_length=MAX_LENGTH, validation_limit=8,
                     mixture={f"{TASK}/{source}": 1.0}),
    }  # fmt: skip


STUDY = Study("generalisation", CLAIM, GeneralisationSettings, ABLATIONS, TIERS, parts, measure, conclude)
