"""Batches for training: padded on the right, molecules of all samples in one MolBatch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from llamo.data.collate import collate_graphs
from llamo.models.processing import Encoded


@dataclass(frozen=True)
class Collator:
    """Stack encoded samples. `input_ids` comes first: the trainer takes the batch size from the first entry.

    Returns:
        input_ids, attention_mask, labels: int64 [B, T]; molecules: MolBatch or None.
    """

    pad_token_id: int

    def __call__(self, samples: Sequence[Encoded]) -> dict[str, Any]:  # Any: tensors and a MolBatch
        width = max(len(sample.input_ids) for sample in samples)
        graphs = [graph for sample in samples for graph in sample.graphs]

        def padded(rows: list[list[int]], filler: int) -> torch.Tensor:
            return torch.tensor([row + [filler] * (width - len(row)) for row in rows], dtype=torch.long)

        return {
            "input_ids": padded([sample.input_ids for sample in samples], self.pad_token_id),
            "attention_mask": padded([[1] * len(sample.input_ids) for sample in samples], 0),
            "labels": padded([sample.labels for sample in samples], -100),
            "molecules": collate_graphs(graphs) if graphs else None,
        }
