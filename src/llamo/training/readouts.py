"""Numbers and Yes/No labels in stage "words": each has a direction that the graph tokens of a molecule lean towards.

A language model of this size reads a number best where it lies plainly: as the mean projection of all graph tokens on
one fixed direction of the embedding space. The directions are drawn once from a seed and not trained, so that nothing
but encoder and projector is learned, and a resumed run finds them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from llamo.data.shards import PreparedRecord

TASKS = ("property", "classification")
LABELS = {"Yes": 1.0, "No": 0.0}
GAIN = 6.0  # from mean cosine to standard deviations, or to half a logit
NO_READOUT = -1
SEED = 20_260


class Reading(NamedTuple):
    """What a record says in a number: its kind ("property_homo") and the value, 1 or 0 for a label."""

    kind: str
    value: float


class Readouts(NamedTuple):
    """The kinds that are read out, with what standardises them.

    Shapes: mean, spread float32 [P]; is_label bool [P]. A label has mean 0 and spread 1.
    """

    places: Mapping[str, int]
    mean: Float[Tensor, "P"]  # noqa: UP037
    spread: Float[Tensor, "P"]  # noqa: UP037
    is_label: Tensor

    def standardise(self, reading: Reading | None) -> tuple[int, float]:
        """Return the number of a reading's kind and its standardised value; `NO_READOUT` where there is none."""
        if reading is None or reading.kind not in self.places:
            return NO_READOUT, 0.0
        place = self.places[reading.kind]
        return place, float((reading.value - self.mean[place]) / self.spread[place])


def read_record(record: PreparedRecord) -> Reading | None:
    """Find the number or label of a record about one molecule: "qm9:7:property_homo" and "-0.25" -> its kind, -0.25."""
    if record.task not in TASKS or len(record.graphs) != 1:
        return None
    answer = record.messages[-1]["content"]
    text = answer if isinstance(answer, str) else answer[0]["text"]
    kind = record.id.rsplit(":", 1)[-1]
    if kind in TASKS:  # a ready-made record does not say which property it is
        return None
    if text in LABELS:
        return Reading(kind, LABELS[text])
    try:
        return Reading(kind, float(text))
    except ValueError:
        return None


def fit_readouts(readings: Iterable[Reading | None]) -> Readouts:
    """Collect the kinds of training records, with mean and standard deviation of the numbers.

    A kind whose values are all 0 or 1 is one of labels.
    """
    values: dict[str, list[float]] = {}
    for reading in readings:
        if reading is not None:
            values.setdefault(reading.kind, []).append(reading.value)
    names = sorted(values)
    is_label = [set(values[name]) <= {0.0, 1.0} for name in names]
    mean = [
        0.0 if label else float(np.mean(values[name])) for name, label in zip(names, is_label, strict=True)
    ]
    spread = [
        1.0 if label else max(float(np.std(values[name])), 1e-6)
        for name, label in zip(names, is_label, strict=True)
    ]
    return Readouts(
        {name: place for place, name in enumerate(names)},
        torch.tensor(mean),
        torch.tensor(spread),
        torch.tensor(is_label, dtype=torch.bool),
    )


def draw_directions(number: int, dim: int) -> Float[Tensor, "P D"]:
    """Draw orthogonal unit vectors, always the same ones, and the first ones of a longer draw.

    Raises:
        ValueError: more directions than dimensions.
    """
    if number > dim:
        raise ValueError(
            f"{number} readouts do not fit into {dim} dimensions; train fewer properties at a time"
        )
    generator = torch.Generator().manual_seed(SEED)
    rows: list[Tensor] = []
    for _ in range(number):
        row = torch.randn(dim, generator=generator)
        for other in rows:
            row = row - (row @ other) * other
        rows.append(F.normalize(row, dim=0))
    return torch.stack(rows) if rows else torch.zeros(0, dim)  # [P, D]


def readout_loss(
    graph_tokens: Float[Tensor, "B G D"],
    directions: Float[Tensor, "P D"],
    places: Int[Tensor, "B"],  # noqa: UP037
    values: Float[Tensor, "B"],  # noqa: UP037
    is_label: Tensor,
) -> Float[Tensor, ""]:
    """Score what each molecule's tokens say about its one number or label; zero where no molecule has any.

    Smooth L1 of standardised numbers, binary cross-entropy of labels, summed and divided by the number of readouts.

    Args:
        graph_tokens: centred. places: kinds, `NO_READOUT` for none. is_label: bool [P].
    """
    chosen = places != NO_READOUT
    if not bool(chosen.any()):
        return graph_tokens.sum() * 0.0
    leaning = F.normalize(graph_tokens[chosen], dim=-1).mean(dim=1)  # [B', D]
    said = GAIN * (leaning * directions[places[chosen]]).sum(dim=-1)  # [B']
    wanted, label = values[chosen], is_label[places[chosen]]
    losses = torch.where(
        label,
        F.binary_cross_entropy_with_logits(2 * said, wanted.clamp(0, 1), reduction="none"),
        F.smooth_l1_loss(said, wanted, reduction="none", beta=0.3),
    )
    return losses.mean()
