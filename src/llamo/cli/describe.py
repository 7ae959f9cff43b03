"""`llamo describe`: molecules in, descriptions out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_error
from llamo.errors import InvalidMoleculeError


@options.talks()
def describe(
    molecules: Annotated[
        list[str], typer.Argument(metavar="SMILES...", help="SMILES or InChI; - reads one a line from stdin.")
    ],
    *,
    talking: options.Talking,
    json: options.Json = False,
    batch_size: options.BatchSize = 8,
) -> None:
    """Describe molecules in words.

    With --json one object a molecule: input, smiles, text, model, error. Exit code 1 if any molecule failed.
    The text is the model's opinion; see `llamo facts` for what is known exactly.
    """
    talking.check("description")
    inputs = [_read(text) for text in options.read_arguments(molecules)]
    if not json and (sys.stdout.isatty() or len(inputs) == 1):
        _print_streaming(talking, inputs)
    else:
        for item, text in _describe_batches(talking, inputs, options.positive(batch_size, "--batch-size")):
            _print_one(item, text, talking.model, as_json=json)
    if any(item.error for item in inputs):
        raise typer.Exit(1)


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
    talking: options.Talking, inputs: Sequence[_Input], batch_size: int
) -> Iterator[tuple[_Input, str]]:
    """Yield every input in order with its description, empty where there is an error."""
    from llamo.inference.prompts import task_prompt

    engine = talking.load_engine() if any(not item.error for item in inputs) else None
    settings = talking.settings("description")
    for batch in _batches(inputs, batch_size):
        prompts = [task_prompt("description", item.smiles) for item in batch if not item.error]
        texts = iter(engine.generate(prompts, settings) if engine is not None and prompts else [])
        for item in batch:
            yield item, "" if item.error else next(texts)


def _batches(inputs: Sequence[_Input], size: int) -> Iterator[Sequence[_Input]]:
    """Cut a sequence into pieces of `size`."""
    return (inputs[start : start + size] for start in range(0, len(inputs), size))


def _print_streaming(talking: options.Talking, inputs: Sequence[_Input]) -> None:
    """Print descriptions one after the other, word by word."""
    assistant = None
    for item in inputs:
        if item.error:
            print_error(item.error)
            continue
        assistant = assistant or talking.assistant("description")
        if len(inputs) > 1:
            print(item.smiles)
        options.print_stream(assistant.stream_description(item.smiles))


def _print_one(item: _Input, text: str, model: str, *, as_json: bool) -> None:
    """Print one result: an object, or the molecule and its description on two lines."""
    if as_json:
        options.print_json(
            {
                "input": item.text,
                "smiles": item.smiles,
                "text": text,
                "model": model,
                "error": item.error,
            }
        )
    elif item.error:
        print_error(item.error)
    else:
        print(f"{item.smiles}\n  {text}", flush=True)
