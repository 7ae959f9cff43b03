"""Commands in the documentation: each one parses with the real command line, without being run."""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from docs_pages import PAGES, ROOT, Command, commands, name_of, shell_commands
from llamo.cli.app import COMMANDS
from llamo.data.tasks.catalogue import TASKS
from llamo.evaluation.protocols import PROTOCOLS

TOP = {"--help", "-h", "--version"}
PLACEHOLDER = re.compile(r"[A-Z][A-Z_.,|-]*|.*[.…]{3}.*|.*[<{*].*")
CHOICES = {"--task": set(TASKS) | {"formula"}, "--protocol": set(PROTOCOLS)}  # CONTRIBUTING adds `formula`


@cache
def command_at(path: tuple[str, ...]) -> Any:
    """Return the command of a path of names: ("bank", "build")."""
    from command_pages import find_command

    command = find_command(path[0])
    for name in path[1:]:
        command = command.commands[name]
    return command


def find(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split arguments into the names of commands and the rest; an unknown name is an error."""
    name, *rest = arguments
    assert name in COMMANDS, f"no command {name!r}"
    path = (name,)
    while hasattr(command_at(path), "commands") and rest and not rest[0].startswith("-"):
        if PLACEHOLDER.fullmatch(rest[0]):
            return path, ()
        assert rest[0] in command_at(path).commands, f"{' '.join(path)} has no command {rest[0]!r}"
        path, rest = (*path, rest[0]), rest[1:]
    return path, tuple(rest)


def known_options(command: Any) -> set[str]:
    context = command.make_context("llamo", [], resilient_parsing=True)
    parameters = command.get_params(context)
    return {option for one in parameters for option in (*one.opts, *one.secondary_opts)} | {"--help", "-h"}


def check(command: Command) -> None:
    """Raise where a command would be refused as bad usage."""
    if not command.arguments or command.arguments[0] in TOP or PLACEHOLDER.fullmatch(command.arguments[0]):
        return
    path, rest = find(command.arguments)
    found = command_at(path)
    options = [word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)]
    unknown = set(options) - known_options(found)
    assert not unknown, f"llamo {' '.join(path)} has no {', '.join(sorted(unknown))}"
    for option, value in itertools.pairwise(rest):
        if option in CHOICES and not PLACEHOLDER.fullmatch(value) and not value.startswith("$"):
            assert value in CHOICES[option], f"{option} {value}"
    if command.is_whole and rest and not hasattr(found, "commands"):
        parse(found, rest)


def parse(found: Any, arguments: tuple[str, ...]) -> None:
    """Parse as the command line does; a file that is not there is no fault of the page."""
    fault = refusal(found, arguments)
    assert fault is None or "does not exist" in fault, fault


def refusal(found: Any, arguments: tuple[str, ...]) -> str | None:
    """Say why arguments are refused, or nothing."""
    try:
        found.make_context("llamo", list(arguments))
    except Exception as error:  # noqa: BLE001  # newer versions of typer carry a click of their own
        names = getattr(getattr(error, "param", None), "opts", [])
        return f"{type(error).__name__} {' '.join(names)}: {error}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_parses(page: Path) -> None:
    faults = []
    for command in commands(page):
        try:
            check(command)
        except AssertionError as fault:
            faults.append(f"{command.place}: {fault}")
    assert not faults


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("llamo nosuch", "no command"),
        ("llamo bank bild x --out y", "has no command"),
        ('llamo describe "CCO" --nosuch 3', "has no --nosuch"),
        ("llamo predict --task descripton --in a.csv --out b.csv", "--task descripton"),
        ("llamo predict --task description --in a.csv", "--out"),
        ("llamo predict --task description --in a.csv --out b.csv --batch-size few", "--batch-size.*integer"),
    ],
)
def test_faults_would_be_seen(typed: str, fault: str) -> None:
    (arguments,) = shell_commands(typed)
    with pytest.raises(AssertionError, match=fault):
        check(Command(ROOT / "README.md", arguments, True))


def test_commands_are_found_in_real_shell() -> None:
    shell = (
        'ask="llamo predict --task iupac"; out="--out b.csv"\n'
        "$ask --in a.csv $out; FOO=1 llamo doctor | cat   # llamo nothing\n"
        "for f in a b; do llamo facts $f \\\n  --json > out; done\n"
        "accelerate launch -m llamo.cli train CONFIG.yaml\n"
    )
    assert list(shell_commands(shell)) == [
        ("predict", "--task", "iupac", "--in", "a.csv", "--out", "b.csv"),
        ("doctor",),
        ("facts", "$f", "--json"),
        ("train", "CONFIG.yaml"),
    ]


def test_the_documentation_shows_every_command() -> None:
    shown = {command.arguments[0] for page in PAGES for command in commands(page) if command.arguments}
    assert set(COMMANDS) - shown == set()
