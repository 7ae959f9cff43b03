"""`llamo describe`: molecules in, descriptions out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_error
from llamo.errors import InvalidMoleculeError, UsageError

if TYPE_CHECKING:
    from llamo.cli.described import Described
    from llamo.inference.engines import Engine
    from llamo.inference.settings import GenerationSettings


@options.talks()
def describe(
    molecules: Annotated[
        list[str], typer.Argument(metavar="SMILES...", help="SMILES or InChI; - reads one a line from stdin.")
    ],
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Mark what the structure supports, contradicts, leaves open.")
    ] = False,
    samples: Annotated[
        int,
        typer.Option(help="With --check: answers at most, asked for while the first is contradicted; to 16."),
    ] = 1,
    check_seconds: Annotated[
        float | None, typer.Option(help="With --samples: no further answers after so long a molecule.")
    ] = None,
    sure: Annotated[
        bool, typer.Option("--sure", help="Say how probable it is that the answer is right.")
    ] = False,
    training: Annotated[
        Path | None,
        typer.Option(
            help="With --sure: a bank, or fingerprints of `llamo study sureness`, of the training molecules."
        ),
    ] = None,
    talking: options.Talking,
    json: options.Json = False,
    batch_size: options.BatchSize = 8,
) -> None:
    """Describe molecules in words.

    One molecule, or several on a terminal, are answered as the words come, each the most likely one. The search that
    the task usually makes knows its answer at the end only: --num-beams, --json, --check, --sure and --retrieve make
    it, and so do several molecules that are written to a file or a pipe.

    With --json one object a molecule: input, smiles, text, model, error; with --check also check (counts, claims with
    spans, sentences without a claim), with --samples chosen_from, with --retrieve sources, with --sure sureness. Exit
    code 1 if any molecule failed. The text is the model's opinion; see `llamo facts` for what is known exactly.
    """
    talking.check("description")
    extras = Extras(check, samples, check_seconds, sure, training)
    extras.validate()
    inputs = [_read(text) for text in options.read_arguments(molecules)]
    is_plain = not (extras.are_wanted or talking.retrieve)
    if is_plain and not json and (sys.stdout.isatty() or len(inputs) == 1):
        _print_streaming(talking, inputs)
    else:
        size = options.positive(batch_size, "--batch-size")
        for item, described in _describe_batches(talking, extras, inputs, size):
            _print_one(item, described, talking.model, as_json=json)
    if any(item.error for item in inputs):
        raise typer.Exit(1)


@dataclass(frozen=True)
class Extras:
    """What is wanted of a description beside its text, as typed."""

    check: bool
    samples: int
    check_seconds: float | None
    sure: bool
    training: Path | None

    @property
    def are_wanted(self) -> bool:
        """Whether there is anything beside the text."""
        return self.check or self.sure

    def validate(self) -> None:
        """Raise UsageError for options that do not go together, before anything is loaded."""
        from llamo.inference.reranking import check_samples

        check_samples(self.samples, self.check_seconds)
        if self.samples > 1 and not self.check:
            raise UsageError("--samples asks again where a check fails; add --check")
        if self.check_seconds is not None and self.samples == 1:
            raise UsageError("--check-seconds limits --samples; add --samples N")
        if self.training is not None and not self.sure:
            raise UsageError("--training says how like the training data a molecule is; add --sure")


@dataclass(frozen=True)
class _Input:
    """One molecule as typed, and what became of it."""

    text: str
    smiles: str = ""
    error: str = ""


def _read(text: str) -> _Input:
    """Read a molecule; what cannot be read carries its error."""
    from llamo.chem.reading import read_molecule

    try:
        return _Input(text, smiles=read_molecule(text).smiles)
    except InvalidMoleculeError as error:
        return _Input(text, error=str(error))


def _describe_batches(
    talking: options.Talking, extras: Extras, inputs: Sequence[_Input], batch_size: int
) -> Iterator[tuple[_Input, Described | None]]:
    """Yield every input in order with its description, None where there is an error."""
    from llamo.cli.described import Describer

    engine: Engine | None = talking.load_engine() if any(not item.error for item in inputs) else None
    settings: GenerationSettings = talking.settings("description")
    describer = None if engine is None else Describer(engine, settings, extras)
    for batch in _batches(inputs, batch_size):
        smiles = [item.smiles for item in batch if not item.error]
        found = iter(describer.describe(smiles) if describer is not None and smiles else [])
        for item in batch:
            yield item, None if item.error else next(found)


def _batches(inputs: Sequence[_Input], size: int) -> Iterator[Sequence[_Input]]:
    """Cut a sequence into pieces of `size`."""
    return (inputs[start : start + size] for start in range(0, len(inputs), size))


def _print_streaming(talking: options.Talking, inputs: Sequence[_Input]) -> None:
    """Print descriptions one after the other, word by word unless a search is asked for."""
    assistant, is_searched = None, (talking.num_beams or 1) > 1
    for item in inputs:
        if item.error:
            print_error(item.error)
            continue
        assistant = assistant or talking.assistant("description")
        if len(inputs) > 1:
            print(item.smiles)
        if is_searched:
            print(assistant.describe(item.smiles).text, flush=True)
        else:
            options.print_stream(assistant.stream_description(item.smiles))


def _print_one(item: _Input, described: Described | None, model: str, *, as_json: bool) -> None:
    """Print one result: an object, or the molecule and its description on two lines."""
    if as_json:
        options.print_json(
            {
                "input": item.text,
                "smiles": item.smiles,
                "text": "" if described is None else described.text,
                **({} if described is None else described.to_dict()),
                "model": model,
                "error": item.error,
            }
        )
    elif described is None:
        print_error(item.error)
    else:
        described.print(item.smiles)
