"""Filling in a command: what is run, and how a reader may type it, with $OUT and $LLAMO_DATA_DIR for the folders."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from llamo.data.locations import data_dir

_BARE = re.compile(r"[\w@%+=:,./$-]+")  # what a shell takes as it is; $OUT and $LLAMO_DATA_DIR it fills in


@dataclass(frozen=True)
class Command:
    """A filled-in command.

    Attributes:
        words: what is run: this Python, `-m llamo.cli` and the rest.
        shown: what to type for the same.
    """

    words: tuple[str, ...]
    shown: str

    @property
    def is_predict(self) -> bool:
        """Whether it is `llamo predict`, which takes --resume."""
        return self.words[3] == "predict"

    def with_option(self, option: str) -> Command:
        """Add an option, for this run only: it is not shown."""
        return Command((*self.words, option), self.shown)


def fill(template: str, values: Mapping[str, Path | str], out: Path) -> Command:
    """Put values into the fields of a command.

    `"llamo predict --in $input"` with an input below the folder `out` is shown as `llamo predict --in $OUT/...`.

    Args:
        template: begins with `llamo`.
        values: of its fields.
        out: the folder that is shown as $OUT.
    """
    words = [Template(word) for word in shlex.split(template)]
    plain = {name: str(value) for name, value in values.items()}
    shown = {name: display(value, out) for name, value in values.items()}
    run = [word.substitute(plain) for word in words][1:]
    typed = [word.substitute(shown) for word in words]
    return Command(
        (sys.executable, "-m", "llamo.cli", *run),
        " ".join(word if _BARE.fullmatch(word) else shlex.quote(word) for word in typed),
    )


def display(value: Path | str, out: Path) -> str:
    """Write a path from $OUT or $LLAMO_DATA_DIR; of another absolute path only the last part is told."""
    if isinstance(value, Path):
        for folder, name in ((out, "$OUT"), (data_dir(), "$LLAMO_DATA_DIR")):
            if value == folder or folder in value.parents:
                rest = value.relative_to(folder).as_posix()
                return name if rest == "." else f"{name}/{rest}"
    return Path(value).name if Path(value).is_absolute() else str(value)


def without_paths(text: str, out: Path) -> str:
    """Replace this machine's folders in a message by their names: $OUT, $LLAMO_DATA_DIR, ~."""
    folders = {out.resolve(): "$OUT", out: "$OUT", data_dir(): "$LLAMO_DATA_DIR", Path.home(): "~"}
    for folder, name in folders.items():
        text = re.sub(rf"{re.escape(str(folder))}(?=[/\s:;,'\")]|$)", name, text)
    return text
