"""Does the model listen to the graph? Answer loss with the true graph, a wrong one, none, and motif counts alone.

Each validation record of a task, a description unless another is named, is scored under four graphs and with its SMILES
in the prompt or left out. The wrong graph is another molecule's of the same size (or the nearest size there is).
Training left out the graph, and the atoms, in a share of samples (`graph_dropout`, `counts_only`): no control is new to
the model.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float

from llamo.chem.molgraph import MolGraph
from llamo.data.shards import MANIFEST, PreparedRecord, open_shards
from llamo.errors import DataError
from llamo.evaluation.bootstrap import Interval, bootstrap_mean
from llamo.files import replacing, sha256
from llamo.models.checkpoints import checkpoint_tensors
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.training.collator import Collator
from llamo.training.mixture import SampleView, encode_record

GRAPHS = ("true", "wrong", "counts alone", "none")
PROMPTS = ("without SMILES", "with SMILES")
MAX_LENGTH = 512
LEAST_CHARACTERS = {
    "description": 40
}  # of an answer: a class name alone says little; other tasks answer in a word


@dataclass(frozen=True)
class GraphControl:
    """What was measured, one value a record, paired by position.

    Attributes:
        task: of the records.
        losses: `losses[prompt][graph]`, answer loss in nats a token, float64 [n].
        size_difference: atoms of the wrong graph less atoms of the true one, absolute, float64 [n].
        dropped: ids of records longer than `MAX_LENGTH` tokens, in none of the conditions.
    """

    ids: list[str]
    losses: dict[str, dict[str, Float[np.ndarray, "n"]]]  # noqa: UP037
    size_difference: Float[np.ndarray, "n"]  # noqa: UP037
    dropped: list[str] = field(default_factory=list)
    task: str = "description"

    def mean(self, prompt: str, graph: str) -> Interval:
        """Mean loss with its interval."""
        return bootstrap_mean(self.losses[prompt][graph])

    def excess(self, prompt: str, graph: str) -> Interval:
        """Loss above that with the true graph, paired by record."""
        return bootstrap_mean(self.losses[prompt][graph] - self.losses[prompt]["true"])


def run(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    data: Path,
    out: Path,
    *,
    limit: int = 512,
    batch_size: int = 16,
    source: str | None = None,
    task: str = "description",
) -> GraphControl:
    """Measure on the validation records of prepared shards and write JSON, CSV, Markdown and a plot to `out`.

    Args:
        data: folder written by `llamo prepare`. limit: records at most, drawn by a fixed seed. source: one source's
            records only. task: whose records.

    Raises:
        DataError: there are fewer than two records to score.
    """
    records = pick_records(open_shards(data, "validation"), limit, source, task=task)
    result = replace(measure(model, processor, records, batch_size=batch_size), task=task)
    write_report(
        result, out, provenance={"data_sha256": sha256(data / MANIFEST), "weights": fingerprint(model)}
    )
    return result


def pick_records(
    shards: Sequence[PreparedRecord], limit: int, source: str | None = None, *, task: str = "description"
) -> list[PreparedRecord]:
    """Choose records of one molecule; descriptions only where they say more than a class name (40 characters)."""
    fitting = [
        record
        for record in shards
        if record.task == task
        and len(record.graphs) == 1
        and source in (None, record.source)
        and len(str(record.messages[-1]["content"])) >= LEAST_CHARACTERS.get(task, 1)
    ]
    if len(fitting) < 2:
        raise DataError(
            f"fewer than two validation records of task {task!r} in the shards; prepare a recipe that holds some"
        )
    order = np.random.default_rng(0).permutation(len(fitting))[:limit]
    return [fitting[i] for i in sorted(order)]


def wrong_graphs(graphs: Sequence[MolGraph]) -> list[MolGraph]:
    """Pair each graph with a different one of the nearest size; see `wrong_graph_donors`."""
    return [graphs[donor] for donor in wrong_graph_donors(graphs)]


def wrong_graph_donors(graphs: Sequence[MolGraph]) -> list[int]:
    """Choose for each graph the place of a different one of the nearest size; of several the next, cyclically.

    Raises:
        DataError: all are the same graph.
    """
    keys = [graph.to_bytes() for graph in graphs]
    donors = []
    for i, graph in enumerate(graphs):
        following = ((i + step) % len(graphs) for step in range(1, len(graphs)))
        different = [j for j in following if keys[j] != keys[i]]
        if not different:
            raise DataError("all molecules are the same graph; there is no wrong one to show")
        donors.append(min(different, key=lambda j: abs(graphs[j].num_atoms - graph.num_atoms)))
    return donors


def measure(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    records: Sequence[PreparedRecord],
    *,
    batch_size: int = 16,
) -> GraphControl:
    """Score every record under every condition; one too long for any of them is left out of all, and named."""
    whole = SampleView("graph+smiles", counts_only=False)
    fits = [fits_whole(record, processor, whole) for record in records]
    dropped = [record.id for record, fit in zip(records, fits, strict=True) if not fit]
    records = [record for record, fit in zip(records, fits, strict=True) if fit]
    donors = wrong_graphs([record.graphs[0] for record in records])
    swapped = [replace(record, graphs=[donor]) for record, donor in zip(records, donors, strict=True)]
    losses: dict[str, dict[str, np.ndarray]] = {}
    for prompt in PROMPTS:
        smiles = prompt == "with SMILES"
        shown = SampleView("graph+smiles" if smiles else "graph", counts_only=False)
        conditions = {
            "true": (records, shown),
            "wrong": (swapped, shown),
            "counts alone": (records, shown._replace(counts_only=True)),
            "none": (records, SampleView("smiles" if smiles else "none", counts_only=False)),
        }
        losses[prompt] = {
            graph: answer_losses(model, processor, chosen, view, batch_size=batch_size)
            for graph, (chosen, view) in conditions.items()
        }
    difference = np.array(
        [abs(r.graphs[0].num_atoms - s.graphs[0].num_atoms) for r, s in zip(records, swapped, strict=True)],
        dtype=float,
    )
    return GraphControl([record.id for record in records], losses, difference, dropped)


def fits_whole(record: PreparedRecord, processor: LlamoProcessor, shown: SampleView) -> bool:
    """Tell whether a record is scored to its end."""
    unlimited = encode_record(record, processor, shown, max_length=None)
    return len(unlimited.input_ids) <= MAX_LENGTH


@torch.no_grad()
def answer_losses(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    records: Sequence[PreparedRecord],
    shown: SampleView,
    *,
    batch_size: int,
) -> Float[np.ndarray, "n"]:  # noqa: UP037
    """Mean loss of each record's answer tokens, nats a token, in the order of `records`."""
    model.eval()
    collate = Collator(processor.pad_token_id)
    encoded = [encode_record(record, processor, shown, max_length=MAX_LENGTH) for record in records]
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].input_ids))
    losses = np.zeros(len(encoded))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        batch = collate([encoded[i] for i in chosen])
        targets = batch["labels"][:, 1:].to(model.device)
        molecules = batch["molecules"].to(model.device) if batch["molecules"] is not None else None
        kept = (targets != -100).any(dim=0).nonzero().squeeze(-1)
        logits = model(
            input_ids=batch["input_ids"].to(model.device),
            attention_mask=batch["attention_mask"].to(model.device),
            molecules=molecules,
            logits_to_keep=kept,
            use_cache=False,
        ).logits  # [B, T', V]
        wanted = targets[:, kept]
        token_losses = F.cross_entropy(
            logits.float().transpose(1, 2), wanted, ignore_index=-100, reduction="none"
        )
        losses[chosen] = (token_losses.sum(1) / (wanted != -100).sum(1)).double().cpu().numpy()
    return losses


def fingerprint(model: LlamoForConditionalGeneration) -> str:
    """Hash what was trained (encoder, projector, adapters), so that figures can be tied to weights."""
    digest = hashlib.sha256()
    for name, tensor in sorted(checkpoint_tensors(model, whole=False).items()):
        digest.update(name.encode() + tensor.float().cpu().numpy().tobytes())
    return digest.hexdigest()[:16]


def write_report(result: GraphControl, out: Path, *, provenance: Mapping[str, str] | None = None) -> None:
    """Write graph-control.json, .csv, .md and .png."""
    out.mkdir(parents=True, exist_ok=True)
    table = {
        prompt: {
            graph: {
                "loss": result.mean(prompt, graph)._asdict(),
                "excess": result.excess(prompt, graph)._asdict(),
            }
            for graph in GRAPHS
        }
        for prompt in PROMPTS
    }
    summary = {
        **(provenance or {}),
        "task": result.task,
        "records": len(result.ids),
        "dropped": result.dropped,
        "mean_size_difference": float(result.size_difference.mean()),
    }
    _write(out / "graph-control.json", json.dumps({**summary, "table": table}, indent=2) + "\n")
    _write(out / "graph-control.md", markdown(result))
    with (out / "graph-control.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        columns = [(prompt, graph) for prompt in PROMPTS for graph in GRAPHS]
        writer.writerow(["id", *(f"{prompt}, {graph}" for prompt, graph in columns)])
        for i, name in enumerate(result.ids):
            writer.writerow([name, *(f"{result.losses[prompt][graph][i]:.5f}" for prompt, graph in columns)])
    plot(result, out / "graph-control.png")


def markdown(result: GraphControl) -> str:
    """Render the table: loss, and its excess over the true graph, with 95 % bootstrap intervals."""
    lines = [
        f"Answer loss, nats a token, on {len(result.ids)} validation records of task {result.task}; in brackets "
        "the 95 % bootstrap interval; excess: paired difference to the true graph.",
        "",
        "| prompt | graph | loss | excess |",
        "|---|---|---|---|",
    ]
    for prompt in PROMPTS:
        for graph in GRAPHS:
            excess = "-" if graph == "true" else str(result.excess(prompt, graph))
            lines.append(f"| {prompt} | {graph} | {result.mean(prompt, graph)} | {excess} |")
    return "\n".join(lines) + "\n"


def plot(result: GraphControl, path: Path) -> None:
    """Draw the mean losses with their intervals."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for offset, prompt in ((-0.18, PROMPTS[0]), (0.18, PROMPTS[1])):
        intervals = [result.mean(prompt, graph) for graph in GRAPHS]
        errors = [[i.value - i.low for i in intervals], [i.high - i.value for i in intervals]]
        places = np.arange(len(GRAPHS)) + offset
        axes.bar(places, [i.value for i in intervals], width=0.34, yerr=errors, label=prompt, capsize=3)
    axes.set_xticks(range(len(GRAPHS)), GRAPHS)
    axes.set(ylabel="answer loss, nats a token", xlabel="graph shown")
    axes.legend()
    figure.savefig(path, dpi=150)


def _write(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8")
