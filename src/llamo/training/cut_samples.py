"""How many samples of a run were cut at `data.max_length`: counted, kept in the run folder, told once at the end."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from llamo.files import replacing

logger = logging.getLogger(__name__)

CUT_FILE = "cut-samples.json"


class CutCount(NamedTuple):
    """Samples of one stretch of a run.

    Attributes:
        samples: all of them. cut: those that lost tokens. without_graph: those among them that are shown as text alone,
            since their placeholders did not fit.
    """

    samples: int
    cut: int
    without_graph: int


def add_up(counts: Mapping[int, CutCount]) -> CutCount:
    """Sum the counts of all stretches: {0: (4, 1, 0), 1: (4, 2, 1)} -> (8, 3, 1)."""
    columns = zip(*counts.values(), strict=True) if counts else ([0], [0], [0])
    return CutCount(*(sum(column) for column in columns))


class CutReport(TrainerCallback):
    """Write the counts with every checkpoint and report them once, at the end.

    Args:
        counts: filled by the dataset while it encodes, by stretch; a stretch always gives the same counts, so that a
            resumed run adds to what its folder holds. folder: of the run. max_length: in tokens.
    """

    def __init__(self, counts: dict[int, CutCount], folder: Path, *, max_length: int) -> None:
        self.counts = counts
        self.path = folder / CUT_FILE
        self.max_length = max_length

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Take up the counts of an interrupted run."""
        if state.global_step and self.path.is_file():
            stored = json.loads(self.path.read_text("utf-8"))["stretches"]
            self.counts |= {int(number): CutCount(*values) for number, values in stored.items()}

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Write the counts so far."""
        if state.is_world_process_zero:
            total = add_up(self.counts)._asdict()
            values = {"max_length": self.max_length, **total, "stretches": dict(sorted(self.counts.items()))}
            with replacing(self.path) as temporary:
                temporary.write_text(json.dumps(values, indent=1) + "\n", "utf-8")

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Say it in words."""
        self.on_save(args, state, control)
        total = add_up(self.counts)
        if state.is_world_process_zero and total.cut:
            logger.warning(
                "%d of %d samples (%.1f %%) were cut at data.max_length=%d, %d of them lost their graph; see %s",
                *(total.cut, total.samples, 100 * total.cut / total.samples, self.max_length),
                *(total.without_graph, self.path),
            )
