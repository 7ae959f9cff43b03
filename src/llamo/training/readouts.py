"""Numbers and Yes/No labels in stage "words": each has a direction that the graph tokens of a molecule lean towards.

A language model of this size reads a number best where it lies plainly: as the mean projection of all graph tokens on
fixed directions of the embedding space. Each kind of number has one direction for its size, and one for each of its
bins, which are a decimal place wide (0.23 to 0.24), so that digits can be read off linearly. The directions are drawn
once from a seed and not trained: nothing but encoder and projector is learned, and a resumed run finds them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from llamo.data.shards import PreparedRecord, text_of
from llamo.errors import ConfigError

TASKS = ("property", "classification")
LABELS = {"Yes": 1.0, "No": 0.0}
GAIN = 6.0  # from mean cosine to standard deviations, or to half a logit
BIN_GAIN = 24.0  # from mean cosine to the logit of a bin
BIN_WEIGHT = 0.25  # of the cross-entropy over bins beside the loss on the number itself
MAX_BINS = 40  # a kind: directions are few
OUTLIERS = 0.002  # share of training values on either side that share the outermost bins
NO_READOUT = -1
SEED = 20_260


class Reading(NamedTuple):
    """What a record says in a number: its kind ("property_homo") and the value, 1 or 0 for a label."""

    kind: str
    value: float


class Readouts(NamedTuple):
    """The kinds that are read out, with what standardises them and cuts them into bins.

    Shapes: mean, spread float32 [P]; is_label bool [P]; width float64 [P], of a bin, a power of ten; bins int64 [P, 2],
    numbers of the lowest bin and of the one after the highest (equal for labels): bin k holds k * width and what is
    above it, below (k + 1) * width. A label has mean 0 and spread 1.
    """

    places: Mapping[str, int]
    mean: Float[Tensor, "P"]  # noqa: UP037
    spread: Float[Tensor, "P"]  # noqa: UP037
    is_label: Tensor
    width: Float[Tensor, "P"]  # noqa: UP037
    bins: Int[Tensor, "P 2"]

    @property
    def num_directions(self) -> int:
        """Number of directions: one a kind, then those of all bins, kind by kind."""
        return len(self.places) + int((self.bins[:, 1] - self.bins[:, 0]).sum())

    def to(self, device: torch.device) -> Readouts:
        """Move all tensors to a device."""
        return Readouts(self.places, *(tensor.to(device) for tensor in self[1:]))

    def standardise(self, reading: Reading | None) -> tuple[int, float]:
        """Return the number of a reading's kind and its standardised value; `NO_READOUT` where there is none."""
        if reading is None or reading.kind not in self.places:
            return NO_READOUT, 0.0
        place = self.places[reading.kind]
        return place, float((reading.value - self.mean[place]) / self.spread[place])

    def bins_of(self, places: Int[Tensor, "B"], values: Float[Tensor, "B"]) -> Int[Tensor, "B"]:  # noqa: UP037
        """Find the bins of standardised values, counted over the bins of all kinds; -100 for labels."""
        numbers = values.double() * self.spread[places] + self.mean[places]
        lowest, end = self.bins[places].unbind(dim=1)
        found = torch.floor(numbers / self.width[places] + 1e-6).long()
        found = torch.minimum(torch.maximum(found, lowest), end - 1)
        counts = self.bins[:, 1] - self.bins[:, 0]
        start = counts.cumsum(0) - counts
        return torch.where(self.is_label[places], -100, found - lowest + start[places])

    def is_bin_of(self) -> Tensor:
        """Tell which bins are a kind's: bool [P, bins of all kinds]."""
        counts = self.bins[:, 1] - self.bins[:, 0]
        owner = torch.repeat_interleave(counts)
        return owner == torch.arange(len(counts), device=counts.device).unsqueeze(1)


def read_record(record: PreparedRecord) -> Reading | None:
    """Find the number or label of a record about one molecule: "qm9:7:property_homo" and "-0.25" -> its kind, -0.25."""
    if record.task not in TASKS or len(record.graphs) != 1:
        return None
    text = text_of(record.messages[-1]["content"])
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
    width = [choose_width(values[name], one) for name, one in zip(names, spread, strict=True)]
    bins = [
        (0, 0) if label else find_bins(values[name], one)
        for name, label, one in zip(names, is_label, width, strict=True)
    ]
    return Readouts(
        {name: place for place, name in enumerate(names)},
        torch.tensor(mean),
        torch.tensor(spread),
        torch.tensor(is_label, dtype=torch.bool),
        torch.tensor(width, dtype=torch.float64),
        torch.tensor(bins, dtype=torch.int64).reshape(-1, 2),
    )


def choose_width(values: Sequence[float], spread: float) -> float:
    """Choose the power of ten below the spread, or the next that makes no more than `MAX_BINS` of outlying values."""
    width = float(10.0 ** np.floor(np.log10(spread)))
    while np.subtract(*find_bins(values, width)[::-1]) > MAX_BINS:
        width *= 10
    return width


def find_bins(values: Sequence[float], width: float) -> tuple[int, int]:
    """Number the bins that hold most values: 0.21, 0.22, 0.25 at width 0.01 -> (21, 26)."""
    low, high = np.quantile(values, [OUTLIERS, 1 - OUTLIERS])
    return int(np.floor(low / width + 1e-6)), int(np.floor(high / width + 1e-6)) + 1


def draw_directions(number: int, dim: int) -> Float[Tensor, "P D"]:
    """Draw orthogonal unit vectors, always the same ones, and the first ones of a longer draw.

    Raises:
        ConfigError: more directions than dimensions.
    """
    if number > dim:
        raise ConfigError(
            f"{number} directions of numbers and labels do not fit into {dim} dimensions of the language model; "
            "train fewer properties at a time"
        )
    generator = torch.Generator().manual_seed(SEED)
    rows: list[Tensor] = []
    for _ in range(number):
        row = torch.randn(dim, generator=generator)
        for other in rows:
            row = row - (row @ other) * other
        rows.append(F.normalize(row, dim=0))
    return torch.stack(rows) if rows else torch.zeros(0, dim)  # [P, D]


def lean(graph_tokens: Float[Tensor, "B G D"]) -> Float[Tensor, "B D"]:
    """Average the directions of each molecule's centred tokens; their lengths do not count."""
    return F.normalize(graph_tokens, dim=-1).mean(dim=1)


def say_values(leaning: Float[Tensor, "B D"], directions: Float[Tensor, "B D"]) -> Float[Tensor, "B"]:  # noqa: UP037
    """Read the standardised value (half the log-odds of a label) along each molecule's own direction."""
    return GAIN * (leaning * directions).sum(dim=-1)


def readout_loss(
    graph_tokens: Float[Tensor, "B G D"],
    directions: Float[Tensor, "R D"],
    places: Int[Tensor, "B"],  # noqa: UP037
    values: Float[Tensor, "B"],  # noqa: UP037
    readouts: Readouts,
) -> Float[Tensor, ""]:
    """Score what each molecule's tokens say about its one number or label; zero where no molecule has any.

    Smooth L1 of standardised numbers and cross-entropy over their bins, binary cross-entropy of labels, summed and
    divided by the number of readouts.

    Args:
        graph_tokens: centred. directions: of all kinds, then of all bins. places: kinds, `NO_READOUT` for none.
            values: standardised.
    """
    chosen = places != NO_READOUT
    if not bool(chosen.any()):
        return graph_tokens.sum() * 0.0
    places, wanted = places[chosen], values[chosen]
    number = len(readouts.places)
    leaning = lean(graph_tokens[chosen])  # [B', D]
    said = say_values(leaning, directions[places])  # [B']
    label = readouts.is_label[places]
    losses = torch.where(
        label,
        F.binary_cross_entropy_with_logits(2 * said, wanted.clamp(0, 1), reduction="none"),
        F.smooth_l1_loss(said, wanted, reduction="none", beta=0.3),
    )
    if directions.shape[0] > number and not bool(label.all()):
        logits = BIN_GAIN * leaning @ directions[number:].T  # [B', bins of all kinds]
        logits = logits.masked_fill(~readouts.is_bin_of()[places], float("-inf"))
        of_bins = F.cross_entropy(logits[~label], readouts.bins_of(places, wanted)[~label], reduction="none")
        losses = losses.masked_scatter(~label, losses[~label] + BIN_WEIGHT * of_bins)
    return losses.mean()
