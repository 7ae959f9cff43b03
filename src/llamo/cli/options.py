"""Options that several commands share, and what the talking commands make of them."""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from inspect import Parameter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_type_hints

import typer

from llamo.errors import UsageError
from llamo.models.names import DEFAULT_MODEL as DEFAULT_MODEL

if TYPE_CHECKING:
    from llamo.assistant import Assistant
    from llamo.inference.engines import Engine, TransformersEngine
    from llamo.inference.settings import GenerationSettings
    from llamo.models.names import View as ViewName

Model = Annotated[str, typer.Option("--model", "-m", help="A shipped name, a folder or a hub id.")]
MaxNewTokens = Annotated[
    int | None, typer.Option(help="Longest answer, in tokens; the default suits the task.")
]
Temperature = Annotated[float, typer.Option(help="0: the most likely words; above 0: sampled, see --seed.")]
NoRepeatNgram = Annotated[
    int | None,
    typer.Option(
        help="No run of so many tokens is said twice (with --copy-bias: or as often as a text says it), no count goes "
        "on for ever; 0: no such rules; the default suits the task."
    ),
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
Retrieve = Annotated[
    int, typer.Option(help="Show the model so many similar known molecules, found in --bank; 0: none.")
]
BankFolder = Annotated[Path | None, typer.Option("--bank", help="Output of `llamo bank build`.")]
ExcludeSelf = Annotated[
    bool,
    typer.Option("--exclude-self", help="Leave the molecule asked about out of what --retrieve may find."),
]
CopyBias = Annotated[
    float,
    typer.Option(
        help="With --retrieve: words with which a shown text goes on are so many nats likelier; 0: none."
    ),
]
Ranked = Annotated[
    bool,
    typer.Option(
        "--ranked", help="Retrieve what the bank's ranking puts first; `llamo bank rank` makes one."
    ),
]
# What commands that ask the model alone go without.
RETRIEVAL = ("retrieve", "bank", "exclude_self", "ranked", "copy_bias")
NoTools = Annotated[
    bool,
    typer.Option("--no-tools", help="Always the model's own answer, also where the structure decides."),
]
FactsInPrompt = Annotated[
    bool,
    typer.Option(
        "--facts-in-prompt", help="Show the model computed facts of the molecule before the question."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


@dataclass(frozen=True)
class Talking:
    """The options of a command that talks, as typed; `talks` gives them to it."""

    model: Model = DEFAULT_MODEL
    max_new_tokens: MaxNewTokens = None
    temperature: Temperature = 0.0
    dtype: Dtype = "auto"
    seed: Seed = 0
    view: View = None
    no_repeat_ngram: NoRepeatNgram = None
    num_beams: NumBeams = None
    retrieve: Retrieve = 0
    bank: BankFolder = None
    exclude_self: ExcludeSelf = False
    ranked: Ranked = False
    copy_bias: CopyBias = 0.0

    def settings(self, task: str) -> GenerationSettings:
        """Choose the decoding for a task.

        Raises:
            UsageError: For a value out of its range.
        """
        from llamo.inference.prompts import task_settings

        settings = task_settings(task, copy_bias=self.copy_bias)
        length = settings.max_new_tokens if self.max_new_tokens is None else self.max_new_tokens
        ngram = settings.no_repeat_ngram_size if self.no_repeat_ngram is None else self.no_repeat_ngram
        usual = settings.num_beams if self.temperature == 0 else 1
        beams = usual if self.num_beams is None else self.num_beams
        return replace(
            settings,
            num_beams=beams,
            max_new_tokens=length,
            temperature=self.temperature,
            no_repeat_ngram_size=ngram,
            seed=self.seed,
        )

    def check(self, task: str) -> None:
        """Raise UsageError for any option that is out of its range, before anything is read or loaded."""
        from llamo.inference.engines import check_dtype_and_view
        from llamo.inference.retrieval import check_retrieval

        check_dtype_and_view(self.dtype, self.view)
        check_retrieval(self.retrieve, self.bank, copy_bias=self.copy_bias, is_ranked=self.ranked)
        self.settings(task)

    def load_engine(self) -> Engine:
        """Load the model, and the bank where one is asked for."""
        if self.bank is None:
            return self.load_model()
        from llamo.data.bank import Bank
        from llamo.data.bank_ranking import open_ranking
        from llamo.data.neighbours import FOLLOWED_CHARACTERS, MAX_CHARACTERS
        from llamo.inference.retrieval import RetrievingEngine

        ranking = open_ranking(self.bank) if self.ranked else None
        bank = Bank.open(self.bank)
        return RetrievingEngine(
            self.load_model(),
            bank,
            self.retrieve,
            exclude_self=self.exclude_self,
            ranking=ranking,
            max_characters=FOLLOWED_CHARACTERS if self.copy_bias else MAX_CHARACTERS,
        )

    def load_model(self) -> TransformersEngine:
        """Load the model, with a sign of life on a terminal and without the libraries' own chatter."""
        with waiting(f"loading {self.model}"):
            from llamo.inference.engines import load_engine
            from llamo.models.building import fetch_model
        fetch_model(self.model)  # has bars of its own, which no other display may disturb
        with waiting(f"loading {self.model}"), _quiet_libraries():
            return load_engine(self.model, dtype=self.dtype, view=cast("ViewName | None", self.view))

    def assistant(self, task: str, *, facts_in_prompt: bool = False) -> Assistant:
        """Make an assistant; the model behind it is loaded when it is first asked."""
        from llamo.assistant import Assistant

        return Assistant(
            self.model,
            settings=self.settings(task),
            facts_in_prompt=facts_in_prompt,
            load=self.load_engine,
        )


def talks(*, without: Collection[str] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of `Talking`: they stand in its help where its argument `talking` does.

    Args:
        without: options that the command has no use for; they keep their defaults.

    Example: `@talks(without=["num_beams"])` over `def ask(smiles: str, *, talking: Talking)` makes
    `ask(smiles, *, model, max_new_tokens, ...)`, which calls the first with `Talking(model, max_new_tokens, ...)`.
    """

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(Talking, include_extras=True)
        options = [
            Parameter(field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name])
            for field in fields(Talking)
            if field.name not in without
        ]
        own = inspect.signature(command, eval_str=True).parameters.values()
        shown = [option for one in own for option in (options if one.name == "talking" else [one])]

        @functools.wraps(command)
        def call(**values: object) -> None:
            chosen = {option.name: values.pop(option.name) for option in options if option.name in values}
            command(**values, talking=Talking(**chosen))  # type: ignore[arg-type]

        del call.__wrapped__  # typer would look at the command's own arguments
        call.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        call.__annotations__ = {one.name: one.annotation for one in shown}
        return call

    return with_options


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
