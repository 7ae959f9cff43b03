"""The `llamo` command: finds the file of the command that was typed; errors become one line and an exit code.

Only the command that runs is imported, so that `llamo --help` answers at once.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import typer

from llamo.cli.messages import print_error
from llamo.errors import LlamoError
from llamo.version import __version__


class Command(NamedTuple):
    """Where a command lives: `attribute` of `module` is its function, or a typer app of several commands."""

    module: str
    attribute: str
    summary: str


COMMANDS = {
    "describe": Command("describe", "describe", "Describe molecules in words."),
    "ask": Command("ask", "ask", "Ask a question about a molecule."),
    "chat": Command("chat", "chat", "Talk about molecules, turn by turn."),
    "predict": Command("predict", "predict", "Answer one question for every molecule of a file."),
    "evaluate": Command("evaluate", "evaluate", "Score a file of answers under a named protocol."),
    "baseline": Command("baseline", "baseline_app", "Answer without a model, to know what a model is worth."),
    "results": Command("results", "results", "Measure all systems and redo the tables of the results page."),
    "facts": Command("facts", "facts", "State what is known exactly: formula, mass, rings, stereo, groups."),
    "explain": Command("explain", "explain", "Show which atoms an answer rests on."),
    "demo": Command("demo", "demo", "Show the default model on four well-known molecules."),
    "prepare": Command("prepare", "prepare", "Turn source files into training shards, by a recipe."),
    "leakage": Command("leakage", "leakage", "Look for leaks in prepared shards."),
    "instructions": Command("instructions", "instructions_app", "Write conversations and validate them."),
    "records": Command(
        "records", "records_app", "Check files of conversations, and carry them into other layouts."
    ),
    "bank": Command("bank", "bank_app", "Build and search a bank of molecules with texts."),
    "train": Command("train", "train", "Train one stage of a model, by a configuration."),
    "study": Command("study", "study_app", "Run a study, for example: does the model listen to the graph?"),
    "bench": Command("bench", "bench_app", "Measure speed on this machine."),
    "convert": Command("convert", "convert_app", "Convert checkpoints of other programs."),
    "pull": Command("pull", "pull", "Fetch a base model into the cache."),
    "doctor": Command("doctor", "doctor", "Check this installation and say what it lacks."),
}


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """Build the app with the command named in `arguments`; the others are there by name and summary only."""
    app = typer.Typer(
        name="llamo",
        help="LLaMo reads molecules as graphs and talks about them.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    wanted = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name, command in COMMANDS.items():
        target = _load(command) if name == wanted else _placeholder
        if isinstance(target, typer.Typer):
            app.add_typer(target, name=name, help=command.summary)
        else:
            app.command(name, help=None if name == wanted else command.summary)(target)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 all went well, 1 something failed, 2 bad usage, 130 Ctrl-C."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # odd bytes in an argument must not end in a traceback
    try:
        code = _run(arguments)
    except LlamoError as error:
        print_error(error)
        code = error.exit_code
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # the reader of a pipe has gone: nothing to say, and nowhere to say it
        _drop_stdout()
        code = 1
    except OSError as error:
        print_error(_explain(error))
        code = 1
        try:
            sys.stdout.flush()
        except OSError:  # else Python tries again on leaving, and complains
            _drop_stdout()
    if code == 130:
        print("interrupted", file=sys.stderr)
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int | str | None:
    """Run the command; returns the exit code once all that it printed is out."""
    try:
        build_app(arguments)(args=arguments, prog_name="llamo")
        code: int | str | None = 0
    except SystemExit as leaving:
        code = leaving.code
    sys.stdout.flush()  # here, where a full disk behind `> FILE` is still an error with a message
    return code


def _explain(error: OSError) -> str:
    """Say which file the system refused, why, and what to do."""
    name = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes | os.PathLike) else ""
    reason = error.strerror or str(error) or type(error).__name__
    if error.errno == errno.ENOSPC:
        return f"{name}{reason}; free space or write somewhere else, and run again"
    return f"{name}{reason}; check the path and its permissions, and run again"


def _drop_stdout() -> None:
    """Send what is left to print nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        print(f"llamo {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", help="Show the version and exit.", is_eager=True, callback=_show_version
    ),
) -> None:
    pass


def _load(command: Command) -> Callable[..., Any] | typer.Typer:  # Any: a command's own arguments
    """Import one command's file."""
    module = importlib.import_module(f"llamo.cli.{command.module}")
    target: Callable[..., Any] | typer.Typer = getattr(module, command.attribute)
    return target


def _placeholder() -> None:
    """Stand in for a command that was not typed."""
