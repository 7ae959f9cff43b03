"""Failure signatures: numbers that tell early that a run goes wrong, with thresholds that warn in words."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from llamo.data.collate import MolBatch
from llamo.data.shards import PreparedRecord
from llamo.models.eager_attention import eager_attention
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.models.splice import find_slots
from llamo.training.collator import Collator
from llamo.training.mixture import SampleView, encode_record
from llamo.training.sharding import gathered, is_sharded

logger = logging.getLogger(__name__)

# Thresholds: a level whose states point one way (cosine) or span few directions (rank) is over-smoothed; graph tokens
# far louder or quieter than words, or unread by the LM, are misaligned; no gap to a wrong graph means it is not
# listened to.
MAX_COSINE = 0.95
MIN_EFFECTIVE_RANK = 3.0
NORM_RATIO = (0.2, 5.0)
MIN_ATTENTION_MASS = 0.02
MIN_GRAPH_GAP = 0.0
GRAPH_ONLY = SampleView("graph", counts_only=False)


def effective_rank(states: Float[Tensor, "N D"]) -> float:
    """Exponential of the entropy of the normalised singular values (Roy and Vetterli 2007): identical rows give 1."""
    values = torch.linalg.svdvals(states.float())
    shares = values / values.sum().clamp(min=1e-12)
    return math.exp(float(-(shares * shares.clamp(min=1e-12).log()).sum()))


def mean_cosine(states: Float[Tensor, "N D"], owner: Tensor) -> float:
    """Average cosine similarity of atoms within a molecule; 1 means they cannot be told apart."""
    unit = torch.nn.functional.normalize(states.float(), dim=-1)
    same = owner[:, None] == owner[None, :]
    same.fill_diagonal_(False)
    return float((unit @ unit.T)[same].mean()) if bool(same.any()) else 0.0


def level_signals(levels: Float[Tensor, "L N D"], molecules: MolBatch) -> dict[str, float]:
    """Over-smoothing by level: cosine_l and rank_l."""
    signals = {}
    for number, states in enumerate(levels):
        signals[f"cosine_{number}"] = mean_cosine(states, molecules.atom_molecule)
        signals[f"rank_{number}"] = effective_rank(states)
    return signals


@torch.no_grad()
def measure_signals(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    records: Sequence[PreparedRecord],
    max_length: int,
) -> dict[str, float]:
    """Measure all signatures on a few validation records, shown by their graph alone.

    Returns:
        cosine_l and rank_l by level; norm_ratio, graph tokens against text embeddings; attention_mass, the share of the
        answer's attention that falls on graph tokens, relative to their share of the visible positions (1 = like any
        other token); graph_gap, answer loss with the next record's graph less the loss with the true one, nats a token.
    """
    was_training = model.training
    model.eval()
    collate = Collator(processor.pad_token_id)
    true = collate(
        [encode_record(record, processor, GRAPH_ONLY, max_length=max_length) for record in records]
    )
    batch: dict[str, Any] = {
        key: value.to(model.device) for key, value in true.items()
    }  # Any: tensors, MolBatch
    molecules: MolBatch = batch["molecules"]
    signals = level_signals(model.graph_encoder(molecules), molecules)
    embeddings = model.prepare_inputs(batch["input_ids"], molecules)
    slots = find_slots(batch["input_ids"], processor.molecule_token_id)
    norms = embeddings.float().norm(dim=-1)
    text = ~slots & batch["attention_mask"].bool()
    signals["norm_ratio"] = float(norms[slots].mean() / norms[text].mean())
    signals["attention_mass"] = attention_mass(model, embeddings, batch, slots)
    signals["graph_gap"] = float(
        _loss_with(model, batch, _rotate(records, processor, max_length)) - _loss_with(model, batch)
    )
    model.train(was_training)
    return signals


def attention_mass(
    model: LlamoForConditionalGeneration, embeddings: Tensor, batch: dict[str, Any], slots: Tensor
) -> float:
    """Relative attention of answer positions to graph tokens, averaged over layers and heads (eager attention)."""
    answers = batch["labels"] != -100
    visible = (
        torch.tril(torch.ones(slots.shape[1], slots.shape[1], device=slots.device))
        * batch["attention_mask"][:, None]
    )
    expected = (visible * slots[:, None]).sum(-1) / visible.sum(-1).clamp(min=1)  # [B, T]
    with eager_attention(model.language_model):
        output = model.language_model(
            inputs_embeds=embeddings,
            attention_mask=batch["attention_mask"],
            output_attentions=True,
            logits_to_keep=1,
        )
    received = torch.stack(
        [(layer.float() * slots[:, None, None]).sum(-1).mean(1) for layer in output.attentions]
    ).mean(0)
    return float(received[answers].mean() / expected[answers].mean().clamp(min=1e-9))


def warnings_for(signals: dict[str, float]) -> list[str]:
    """Say in words what looks wrong; an empty list is good news."""
    words = []
    for name, value in signals.items():
        if name.startswith("cosine_") and value > MAX_COSINE:
            words.append(
                f"level {name[7:]} is over-smoothed: mean cosine of a molecule's atoms {value:.3f} > {MAX_COSINE}"
            )
        if name.startswith("rank_") and value < MIN_EFFECTIVE_RANK:
            words.append(f"level {name[5:]} has collapsed: effective rank {value:.1f} < {MIN_EFFECTIVE_RANK}")
    if not NORM_RATIO[0] <= signals["norm_ratio"] <= NORM_RATIO[1]:
        words.append(
            f"graph tokens are {signals['norm_ratio']:.2f} times as long as text embeddings; expected {NORM_RATIO}"
        )
    if signals["attention_mass"] < MIN_ATTENTION_MASS:
        words.append(
            f"answers hardly look at graph tokens: relative attention {signals['attention_mass']:.3f}"
        )
    if signals["graph_gap"] <= MIN_GRAPH_GAP:
        words.append(
            f"a wrong graph is as good as the true one (gap {signals['graph_gap']:.4f} nats a token)"
        )
    return words


class SignalCallback(TrainerCallback):
    """Measure at every evaluation, put the numbers into the metrics and the warnings into the log."""

    def __init__(
        self, processor: LlamoProcessor, records: Sequence[PreparedRecord], max_length: int, log: Any
    ) -> None:
        self.processor = processor
        self.records = records
        self.max_length = max_length
        self.log = log  # the RunLog callback, which owns the metrics file

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        model: Any = None,  # Any: the model, possibly wrapped for several processes
        **_: Any,
    ) -> None:
        shows_graph = self.processor.shows_graph(GRAPH_ONLY.view)
        if not self.records or model is None or not shows_graph:
            return
        model = getattr(model, "module", model)
        if not (state.is_world_process_zero or is_sharded(model)):
            return  # one process is enough, unless each holds a part of the weights
        with gathered(model):
            signals = measure_signals(model, self.processor, self.records, self.max_length)
        if not state.is_world_process_zero:
            return
        self.log.on_log(
            args, state, control, logs={f"signal_{name}": round(v, 4) for name, v in signals.items()}
        )
        for words in warnings_for(signals):
            logger.warning("step %d: %s", state.global_step, words)


def _rotate(records: Sequence[PreparedRecord], processor: LlamoProcessor, max_length: int) -> MolBatch:
    """Give every record the graphs of the next one with as many molecules (the first such one, cyclically)."""
    swapped = []
    for i, record in enumerate(records):
        others = [records[(i + k) % len(records)] for k in range(1, len(records) + 1)]
        donor = next(other for other in others if len(other.graphs) == len(record.graphs))
        swapped.append(replace(record, graphs=donor.graphs))
    collate = Collator(processor.pad_token_id)
    return collate([encode_record(r, processor, GRAPH_ONLY, max_length=max_length) for r in swapped])[
        "molecules"
    ]


def _loss_with(
    model: LlamoForConditionalGeneration, batch: dict[str, Any], molecules: MolBatch | None = None
) -> Tensor:
    shown = batch if molecules is None else {**batch, "molecules": molecules.to(model.device)}
    return model(**shown).loss
