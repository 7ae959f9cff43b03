"""Exemplars: complete conversations that show the model what is wanted.

They are had from the model itself, by zero-shot requests (the paper's first step), from a file, or from the few
that come with the package, for models that are too small to write one unshown.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from llamo.data.instructions.endpoint.prompting import PROMPT_FOLDER, Exemplar
from llamo.data.instructions.endpoint.reply_parsing import RejectedReplyError, parse_reply
from llamo.errors import DataError
from llamo.files import replacing

BUILTIN = "builtin"
BUILTIN_FILE = PROMPT_FOLDER / "exemplars.jsonl"


def load_exemplars(name: str) -> list[Exemplar]:
    """Read exemplars from a JSON Lines file, or those of the package by the name `builtin`.

    Raises:
        DataError: the file is missing or empty, or a line is no exemplar; the line is named.
    """
    path = BUILTIN_FILE if name == BUILTIN else Path(name)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"exemplars {path} cannot be read ({error}); give a file, or {BUILTIN!r}") from error
    exemplars = [_read_line(line, path, row) for row, line in enumerate(lines, start=1) if line.strip()]
    if not exemplars:
        raise DataError(f"{path} has no exemplar; expected lines with `molecule` and `conversation`")
    return exemplars


def write_exemplars(path: Path, exemplars: Sequence[Exemplar]) -> None:
    """Write exemplars as `load_exemplars` reads them."""
    lines = (json.dumps(asdict(exemplar), ensure_ascii=False) + "\n" for exemplar in exemplars)
    with replacing(path) as temporary:
        temporary.write_text("".join(lines), encoding="utf-8")


def draw_exemplars(exemplars: Sequence[Exemplar], shots: int, seed: str) -> list[Exemplar]:
    """Draw the exemplars of one request: other requests see others, so the wording varies."""
    return random.Random(seed).sample(list(exemplars), min(shots, len(exemplars)))


def _read_line(line: str, path: Path, row: int) -> Exemplar:
    try:
        exemplar = Exemplar(**json.loads(line))
        parse_reply(exemplar.conversation)
    except (ValueError, TypeError, AttributeError, RejectedReplyError) as error:
        raise DataError(
            f"{path} line {row} is no exemplar ({error}); expected an object with `molecule` and `conversation`, "
            "the latter as lines that begin with Question: and Answer:"
        ) from error
    return exemplar
