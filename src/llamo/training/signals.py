"""Failure signatures: numbers that tell early that a run goes wrong; `failure_warnings` puts them into words."""

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
from llamo.training.failure_warnings import warnings_for
from llamo.training.following import PlainInstructions
from llamo.training.mixture import SampleView, encode_record
from llamo.training.record_scores import record_scores
from llamo.training.sharding import gathered, is_sharded

logger = logging.getLogger(__name__)

SURE = 1.96  # standard errors below the gap: the lower end of its 95 % interval
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
        other token); graph_gap, answer loss with the next record's graph less the loss with the true one, nats a token,
        averaged over records, and graph_gap_low, the lower end of its 95 % interval.
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
    wrong = {**batch, "molecules": _rotate(records, processor, max_length).to(model.device)}
    signals |= gap_signals(record_scores(model, wrong).loss - record_scores(model, batch).loss)
    model.train(was_training)
    return signals


def gap_signals(gaps: Float[Tensor, "B"]) -> dict[str, float]:  # noqa: UP037
    """Average the gaps of records; one record alone says nothing about its error: graph_gap_low is its gap."""
    error = float(gaps.std() / math.sqrt(len(gaps))) if len(gaps) > 1 else 0.0
    return {"graph_gap": float(gaps.mean()), "graph_gap_low": float(gaps.mean()) - SURE * error}


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


class SignalCallback(TrainerCallback):
    """Measure at every evaluation, put the numbers into the metrics and the warnings into the log."""

    def __init__(
        self, processor: LlamoProcessor, records: Sequence[PreparedRecord], max_length: int, log: Any
    ) -> None:
        self.processor = processor
        self.records = records
        self.max_length = max_length
        self.log = log  # the RunLog callback, which owns the metrics file
        self.plain = PlainInstructions(processor)

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
            signals |= self.plain.measure(model)
        if not state.is_world_process_zero:
            return
        self.log.on_log(
            args, state, control, logs={f"signal_{name}": round(v, 4) for name, v in signals.items()}
        )
        share = state.global_step / max(1, state.max_steps)
        for warning in warnings_for(signals, share=share):
            logger.warning("step %d: %s", state.global_step, warning.text)


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
