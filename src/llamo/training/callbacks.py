"""What happens beside the training loop: checkpoints by the clock, metrics.csv, the loss plot, a progress bar."""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from llamo.files import replacing

METRICS_FILE = "metrics.jsonl"
CSV_FILE = "metrics.csv"
PLOT_FILE = "loss.png"


class SaveByTheClock(TrainerCallback):
    """Ask for a checkpoint every so many minutes and at the end: a kill loses at most that much work.

    Clocks differ between processes, saving is a collective act: the first process decides for all.
    """

    def __init__(self, minutes: float) -> None:
        self.seconds = 60 * minutes
        self.last = time.monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        is_last = state.global_step >= state.max_steps
        if is_last or decided_by_first(time.monotonic() - self.last >= self.seconds):
            control.should_save = True
            self.last = time.monotonic()
        control.should_evaluate |= is_last
        return control


def decided_by_first(decision: bool) -> bool:
    """Return the first process's decision in every process; without several processes, the decision itself."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return decision
    backend = torch.distributed.get_backend()
    device = torch.device("cuda", torch.cuda.current_device()) if backend == "nccl" else torch.device("cpu")
    flag = torch.tensor([int(decision)], device=device)
    torch.distributed.broadcast(flag, src=0)
    return bool(flag.item())


class RunLog(TrainerCallback):
    """Append every log to metrics.jsonl as it comes (a kill loses nothing) and draw CSV and plot from it.

    A resumed run first drops rows beyond its checkpoint, so that no step appears twice.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.progress: Progress | None = None
        self.started = time.monotonic()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if not state.is_world_process_zero:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = [row for row in read_metrics(self.folder) if row["step"] <= state.global_step]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        with replacing(self.folder / METRICS_FILE) as temporary:
            temporary.write_text(text, "utf-8")
        self.started = time.monotonic()
        if sys.stderr.isatty():
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self.progress = Progress(*columns)
            self.progress.add_task("training", total=state.max_steps, completed=state.global_step)
            self.progress.start()

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        if not state.is_world_process_zero or not logs:
            return
        row = {"step": state.global_step, "seconds": round(time.monotonic() - self.started, 1), **logs}
        with (self.folder / METRICS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        if self.progress is not None and "loss" in logs:
            description = f"loss {logs['loss']:.3f}"
            self.progress.update(
                self.progress.task_ids[0], completed=state.global_step, description=description
            )
        elif "loss" in logs and not sys.stderr.isatty():
            print(f"step {state.global_step}/{state.max_steps} loss {logs['loss']:.4f}", file=sys.stderr)  # noqa: T201
        if "eval_loss" in logs:
            draw(self.folder)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if self.progress is not None:
            self.progress.stop()
        if state.is_world_process_zero:
            draw(self.folder)


def read_metrics(folder: Path) -> list[dict[str, Any]]:  # Any: numbers, and the step
    """Read metrics.jsonl; a line torn by a kill is left out."""
    path = folder / METRICS_FILE
    rows = []
    for line in path.read_text("utf-8").splitlines() if path.is_file() else []:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def draw(folder: Path) -> None:
    """Write metrics.csv and loss.png from metrics.jsonl."""
    rows = read_metrics(folder)
    columns = sorted(
        {key for row in rows for key in row}, key=lambda key: (key not in ("step", "seconds"), key)
    )
    with replacing(folder / CSV_FILE) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    _plot(rows, folder / PLOT_FILE)


def _plot(rows: list[dict[str, Any]], path: Path) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for key, label in (("loss", "training"), ("eval_loss", "validation")):
        points = [(row["step"], row[key]) for row in rows if key in row]
        if points:
            axes.plot(
                *zip(*points, strict=True), label=label, marker="o" if key == "eval_loss" else None, ms=3
            )
    axes.set(xlabel="optimizer step", ylabel="loss, nats a token")
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
    figure.savefig(path, dpi=120)
