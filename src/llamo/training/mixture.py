"""The order of training samples, fixed in advance: sample i of a run is a function of (seed, i) alone.

That makes a resumed run equal to an uninterrupted one, lets every pass show a record differently (view, graph dropout),
and keeps batches of like length together.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from torch.utils.data import Dataset

from llamo.data.mixture_weights import recipe_mixture
from llamo.data.neighbours import with_neighbours
from llamo.data.shards import PreparedRecord, Shards, read_manifest
from llamo.errors import ConfigError
from llamo.models.names import View
from llamo.models.processing import Encoded, LlamoProcessor
from llamo.training.config import DataSettings
from llamo.training.cut_samples import CutCount

logger = logging.getLogger(__name__)

BUCKET_BATCHES = 32  # batches that are drawn together and sorted by length


class SampleView(NamedTuple):
    """How one sample is shown: the view, whether its graphs keep only their motifs, how many neighbours it shows."""

    view: View
    counts_only: bool
    neighbours: int = 0


def group_records(
    tasks: Sequence[str], sources: Sequence[str], mixture: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """Collect record numbers by mixture key: "task/source" where the mixture names one, else "task".

    Raises:
        ConfigError: a key of the mixture matches no record.
    """
    groups: dict[str, list[int]] = {key: [] for key in mixture}
    for number, (task, source) in enumerate(zip(tasks, sources, strict=True)):
        key = f"{task}/{source}" if f"{task}/{source}" in mixture else task
        if key in mixture:
            groups[key].append(number)
        elif not mixture:
            groups.setdefault(key, []).append(number)
    for key, weight in mixture.items():
        if weight > 0 and not groups[key]:
            known = ", ".join(sorted({f"{t}/{s}" for t, s in zip(tasks, sources, strict=True)})[:12])
            raise ConfigError(
                f"data.mixture names {key!r}, but the shards hold no such records; they hold {known}"
            )
    return {key: np.array(numbers) for key, numbers in groups.items() if numbers and mixture.get(key, 1) > 0}


def with_recipe_mixture(data: DataSettings) -> DataSettings:
    """Fill an empty mixture with the weights of the recipe that the shards were made from."""
    if data.mixture:
        return data
    mixture = recipe_mixture(read_manifest(data.folder))
    if mixture:
        logger.info("mixture from the weights of the recipe: %s", mixture)
    return data.model_copy(update={"mixture": mixture})


def draw_order(
    groups: Mapping[str, np.ndarray], mixture: Mapping[str, float], num_samples: int, seed: int
) -> np.ndarray:
    """Draw record numbers for a whole run: groups by weight, within a group one shuffled pass after another.

    Returns:
        int64 [num_samples]. Without a mixture groups weigh as much as they hold.
    """
    rng = np.random.default_rng([seed, 0])
    names = sorted(groups)
    weights = np.array([mixture[name] if mixture else len(groups[name]) for name in names], dtype=float)
    choice = rng.choice(len(names), size=num_samples, p=weights / weights.sum())
    order = np.empty(num_samples, dtype=np.int64)
    for number, name in enumerate(names):
        places = np.flatnonzero(choice == number)
        members = groups[name]
        passes = -(-len(places) // len(members))
        rng = np.random.default_rng([seed, 0, 1 + number])  # its own: a longer run begins like a shorter one
        draws = np.concatenate([rng.permutation(members) for _ in range(passes)]) if passes else members[:0]
        order[places] = draws[: len(places)]
    return order


def bucket_by_length(samples: Sequence[Encoded], batch_size: int, rng: np.random.Generator) -> list[Encoded]:
    """Sort samples by token count, cut them into batches, shuffle the batches; a last, smaller batch stays last."""
    ordered = sorted(samples, key=lambda sample: len(sample.input_ids))
    batches = [ordered[i : i + batch_size] for i in range(0, len(ordered), batch_size)]
    rest = batches.pop() if batches and len(batches[-1]) < batch_size else []
    return [sample for i in rng.permutation(len(batches)) for sample in batches[i]] + rest


class MixtureDataset(Dataset[Encoded]):
    """Prepared records in training order, encoded on demand.

    Args:
        shards: prepared training records. processor: renders and tokenizes. settings: mixture, views, dropouts.
        num_samples: length of the run. batch_size: for bucketing. seed: fixes order and views.
    """

    def __init__(
        self,
        shards: Shards,
        processor: LlamoProcessor,
        settings: DataSettings,
        *,
        num_samples: int,
        batch_size: int,
        seed: int,
    ) -> None:
        groups = group_records(shards.column("task"), shards.column("source"), settings.mixture)
        if not groups:
            raise ConfigError(
                f"{settings.folder} holds no training records for this mixture; run llamo prepare first"
            )
        self.order = draw_order(groups, settings.mixture, num_samples, seed)
        self.group_sizes = {name: len(members) for name, members in groups.items()}
        self.shards = shards
        self.processor = processor
        self.settings = settings
        self.batch_size = batch_size
        self.seed = seed
        self.cut_counts: dict[int, CutCount] = {}  # by window, of all that were encoded
        self._windows: dict[int, list[Encoded]] = {}

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> Encoded:
        size = self.batch_size * BUCKET_BATCHES
        return self._window(index // size)[index % size]

    def _window(self, number: int) -> list[Encoded]:
        """Encode and bucket the samples of one window; the last two windows are kept."""
        if number not in self._windows:
            start = number * self.batch_size * BUCKET_BATCHES
            slots = range(start, min(start + self.batch_size * BUCKET_BATCHES, len(self.order)))
            samples = [self._encode(slot) for slot in slots]
            self.cut_counts[number] = self._count_cut(slots, samples)
            bucketed = bucket_by_length(
                samples, self.batch_size, np.random.default_rng([self.seed, 1, number])
            )
            kept = sorted(self._windows)[-1:]
            self._windows = {**{k: self._windows[k] for k in kept}, number: bucketed}
        return self._windows[number]

    def _count_cut(self, slots: Sequence[int], samples: Sequence[Encoded]) -> CutCount:
        cut = [slot for slot, sample in zip(slots, samples, strict=True) if sample.is_cut]
        with_graph = [slot for slot in cut if self.processor.shows_graph(self.view_of(slot).view)]
        lost = sum(
            bool(self.shards[int(self.order[slot])].graphs) and not samples[slot - slots[0]].graphs
            for slot in with_graph
        )
        return CutCount(len(slots), len(cut), lost)

    def view_of(self, slot: int) -> SampleView:
        """Decide how the sample drawn at `slot` is shown, from (seed, slot) alone."""
        rng = np.random.default_rng([self.seed, 2, slot])
        views = sorted(self.settings.views)
        weights = np.array([self.settings.views[view] for view in views])
        view: View = views[rng.choice(len(views), p=weights / weights.sum())]
        fate = rng.random()
        numbers = sorted(self.settings.neighbours)
        shares = np.array([self.settings.neighbours[number] for number in numbers])
        shown = (
            int(numbers[rng.choice(len(numbers), p=shares / shares.sum())])
            if len(numbers) > 1
            else numbers[0]
        )
        if fate < self.settings.graph_dropout:
            return SampleView(
                "smiles" if view.endswith("smiles") else "none", counts_only=False, neighbours=shown
            )
        return SampleView(view, fate < self.settings.graph_dropout + self.settings.counts_only, shown)

    def _encode(self, slot: int) -> Encoded:
        record = self.shards[int(self.order[slot])]
        return encode_record(record, self.processor, self.view_of(slot), max_length=self.settings.max_length)


class FixedDataset(Dataset[Encoded]):
    """Records in their stored order under one view: validation."""

    def __init__(
        self,
        records: Sequence[PreparedRecord],
        processor: LlamoProcessor,
        shown: SampleView,
        *,
        max_length: int,
    ) -> None:
        self.records = records
        self.processor = processor
        self.shown = shown
        self.max_length = max_length

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Encoded:
        return encode_record(self.records[index], self.processor, self.shown, max_length=self.max_length)


def encode_record(
    record: PreparedRecord, processor: LlamoProcessor, shown: SampleView, *, max_length: int | None
) -> Encoded:
    """Encode one record under one view; the record itself is left as it is.

    Cutting at `max_length` never splits a molecule from its graph: a sample whose placeholders do not fit keeps its
    text only.
    """
    graphs = [graph.without_atoms() for graph in record.graphs] if shown.counts_only else record.graphs
    messages = with_neighbours(record.messages, record.neighbours[: shown.neighbours])
    encoded = processor.encode(messages, graphs, view=shown.view, max_length=max_length)
    slots = encoded.input_ids.count(processor.molecule_token_id)
    if slots != len(encoded.graphs) * processor.num_graph_tokens:
        text = processor.encode(messages, [], view="smiles", max_length=max_length)
        return text._replace(is_cut=True)
    return encoded
