"""Options that several commands share, and what the talking commands make of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, cast

import typer

from llamo.errors import UsageError

if TYPE_CHECKING:
    from llamo.assistant import Assistant
    from llamo.inference.engines import TransformersEngine
    from llamo.inference.prompts import Task
    from llamo.inference.settings import GenerationSettings

DEFAULT_MODEL = "llamo-smollm2-135m"  # as in llamo.inference.engines, which is not imported for --help

Model = Annotated[str, typer.Option("--model", "-m", help="A shipped name, a folder or a hub id.")]
MaxNewTokens = Annotated[
    int | None, typer.Option(help="Longest answer, in tokens; the default suits the task.")
]
Temperature = Annotated[float, typer.Option(help="0: the most likely words; above 0: sampled, see --seed.")]
NoRepeatNgram = Annotated[
    int | None,
    typer.Option(help="No run of so many tokens is said twice; 0: no such rule; the default suits the task."),
]
NumBeams = Annotated[
    int | None,
    typer.Option(help="Beams of the search; 1: the most likely word each time; the default suits the task."),
]
Dtype = Annotated[str, typer.Option(help="auto, float32 or bfloat16.")]
Seed = Annotated[int, typer.Option(help="Seed of the sampling.")]
BatchSize = Annotated[int, typer.Option(help="Molecules answered at once.")]
View = Annotated[
    str | None,
    typer.Option(
        help="How the model sees a molecule: graph+smiles, graph, smiles or none; default: as it was trained."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


@dataclass(frozen=True)
class Talking:
    """The options of a command that talks, as typed."""

    model: str = DEFAULT_MODEL
    max_new_tokens: int | None = None
    temperature: float = 0.0
    dtype: str = "auto"
    seed: int = 0
    view: str | None = None
    no_repeat_ngram: int | None = None
    num_beams: int | None = None

    def settings(self, task: Task) -> GenerationSettings:
        """Choose the decoding for a task.

        Raises:
            UsageError: For a value out of its range.
        """
        from llamo.inference.prompts import task_settings

        settings = task_settings(task)
        length = settings.max_new_tokens if self.max_new_tokens is None else self.max_new_tokens
        ngram = settings.no_repeat_ngram_size if self.no_repeat_ngram is None else self.no_repeat_ngram
        beams = self.num_beams or (settings.num_beams if self.temperature == 0 else 1)
        return replace(
            settings,
            num_beams=beams,
            max_new_tokens=length,
            temperature=self.temperature,
            no_repeat_ngram_size=ngram,
            seed=self.seed,
        )

    def check(self, task: Task) -> None:
        """Raise UsageError for any option that is out of its range, before anything is read or loaded."""
        from llamo.inference.engines import check_dtype_and_view

        check_dtype_and_view(self.dtype, self.view)
        self.settings(task)

    def load_engine(self) -> TransformersEngine:
        """Load the model, with a sign of life on a terminal and without the libraries' own chatter."""
        from llamo.inference import engines

        with waiting(f"loading {self.model}"), _quiet_libraries():
            return engines.load_engine(
                self.model, dtype=self.dtype, view=cast("engines.View | None", self.view)
            )

    def assistant(self, task: Task) -> Assistant:
        """Load the model and put the assistant in front of it."""
        from llamo.assistant import Assistant

        return Assistant(self.load_engine(), settings=self.settings(task))


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on a terminal that something takes a moment; silent elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} ..."):
        yield


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    """Silence transformers' bars and hints: errors are raised, and the rest is noise on a command line."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    yield


def read_arguments(molecules: Sequence[str]) -> list[str]:
    """Replace the argument `-` by the lines of stdin; blank lines are skipped.

    Raises:
        UsageError: If nothing is left.
    """
    texts: list[str] = []
    for molecule in molecules:
        texts += [line.strip() for line in sys.stdin if line.strip()] if molecule == "-" else [molecule]
    if not texts:
        raise UsageError("no molecule came in on stdin; expected one SMILES a line")
    return texts


def print_json(value: Mapping[str, object]) -> None:
    """Print one object as one line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def print_stream(pieces: Iterable[str]) -> None:
    """Print text as it comes, and end the line."""
    for piece in pieces:
        print(piece, end="", flush=True)
    print(flush=True)


def positive(number: int, option: str) -> int:
    """Pass a number on if it is at least 1.

    Raises:
        UsageError: If it is not; names the option.
    """
    if number < 1:
        raise UsageError(f"{option} is {number}, but has to be at least 1")
    return number
