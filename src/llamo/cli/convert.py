"""`llamo convert moleculestm|official`: take over checkpoints of other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.errors import UsageError
from llamo.files import replacing_folder

if TYPE_CHECKING:
    from llamo.models.imports import Chirality

convert_app = typer.Typer(help="Convert checkpoints of other programs.", no_args_is_help=True)


Checkpoint = Annotated[Path, typer.Argument(help="The checkpoint file (.pth, .ckpt or .safetensors).")]
Out = Annotated[Path, typer.Option("--out", help="Folder to write; it must not exist or be empty.")]
ChiralityOption = Annotated[
    str,
    typer.Option("--chirality", help="Old OGB chirality tables (4 rows): refuse, or translate by name."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@convert_app.command()
def moleculestm(
    path: Checkpoint,
    out: Out,
    chirality: ChiralityOption = "refuse",
    json_output: JsonOption = False,
) -> None:
    """Convert a MoleculeSTM graph encoder for use as `encoder_weights` in a training configuration."""
    with _new_folder(out) as folder:
        from llamo.models.encoder_files import SavedSizes, save_encoder
        from llamo.models.imports import import_moleculestm, read_foreign_checkpoint

        encoder = import_moleculestm(read_foreign_checkpoint(path), chirality=_checked_chirality(chirality))
        save_encoder(encoder.tensors, SavedSizes(encoder.num_layers, encoder.dim), folder)
    what = f"graph encoder of {encoder.num_layers} layers, width {encoder.dim}"
    _report(what, path, out, encoder.notes, json_output=json_output)


@convert_app.command()
def official(
    path: Checkpoint,
    base_model: Annotated[str, typer.Option("--base-model", help="The language model it was trained on.")],
    out: Out,
    chirality: ChiralityOption = "refuse",
    lora_alpha: Annotated[int, typer.Option(help="LoRA's alpha, which the file does not hold.")] = 32,
    json_output: JsonOption = False,
) -> None:
    """Convert a checkpoint of the official LLaMo code into a model that `llamo describe --model` loads."""
    with _new_folder(out) as folder:
        from llamo.models.imports import read_foreign_checkpoint
        from llamo.models.official_checkpoint import build_official_model
        from llamo.models.official_import import import_official

        state = read_foreign_checkpoint(path)
        weights = import_official(state, chirality=_checked_chirality(chirality), lora_alpha=lora_alpha)
        model, processor, notes = build_official_model(weights, base_model, source=str(path))
        model.save_pretrained(folder)
        processor.save_pretrained(folder)
    _report("model", path, out, notes, json_output=json_output)


def _checked_chirality(choice: str) -> Chirality:
    """Narrow an option's value.

    Raises:
        UsageError: it is neither "refuse" nor "translate".
    """
    if choice == "refuse":
        return "refuse"
    if choice == "translate":
        return "translate"
    raise UsageError(f"--chirality {choice!r} is unknown; choose refuse or translate")


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes `out` when all went well, and vanishes otherwise.

    Raises:
        UsageError: `out` has something in it already.
        LlamoError: it cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"--out {str(out)!r} exists and is not an empty folder; choose another or remove it")
    with replacing_folder(out, remedy="free some space or choose another folder") as folder:
        yield folder


def _report(what: str, path: Path, out: Path, notes: Iterable[str], *, json_output: bool) -> None:
    """Say what was written; notes go to stderr unless they are part of the JSON object."""
    if json_output:
        print(json.dumps({"converted": what, "source": str(path), "out": str(out), "notes": list(notes)}))
        return
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    print(f"{what}: {out}")
