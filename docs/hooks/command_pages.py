"""Reference pages of the commands, written from the commands themselves at every build."""

from __future__ import annotations

import inspect
from typing import Any

import typer

from llamo.cli.app import COMMANDS, build_app

FOLDER = "reference/commands"


def find_command(name: str) -> Any:  # Any: click's command, which newer versions of typer carry themselves
    """Return what stands behind `llamo NAME`: a command, or a group with `.commands`."""
    return typer.main.get_command(build_app([name])).commands[name]  # type: ignore[attr-defined]


def command_pages() -> dict[str, str]:
    """Write one page a command: {path below docs: Markdown}."""
    return {f"{FOLDER}/{name}.md": _page(name) for name in COMMANDS}


def command_navigation() -> list[str | dict[str, str]]:
    """List the pages as the commands are listed by `llamo --help`."""
    return [f"{FOLDER}/index.md", *({f"llamo {name}": f"{FOLDER}/{name}.md"} for name in COMMANDS)]


def command_overview() -> str:
    """Return the table of all commands."""
    rows = [f"| [`llamo {name}`]({name}.md) | {command.summary} |" for name, command in COMMANDS.items()]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def _page(name: str) -> str:
    """Write the page of a command, or of a group with all its commands."""
    command = find_command(name)
    if not hasattr(command, "commands"):
        return "\n".join([f"# llamo {name}", "", *_body(command, f"llamo {name}")])
    lines = [f"# llamo {name}", "", COMMANDS[name].summary, ""]
    for inner, child in command.commands.items():
        lines += [f"## llamo {name} {inner}", "", *_body(child, f"llamo {name} {inner}")]
    return "\n".join(lines)


def _body(command: Any, usage: str) -> list[str]:
    """Give the help text, the usage line and a table of arguments and options."""
    context = command.make_context(usage, [], resilient_parsing=True)
    pieces = " ".join(command.collect_usage_pieces(context))
    lines = [_escape(inspect.cleandoc(command.help or "")), "", "```text", f"{usage} {pieces}", "```", ""]
    records = [
        record
        for parameter in command.get_params(context)
        if not getattr(parameter, "hidden", False) and (record := parameter.get_help_record(context))
    ]
    lines += ["| argument or option | meaning |", "|---|---|"]
    lines += [f"| `{_cell(left)}` | {_escape(_cell(right))} |" for left, right in records]
    return [*lines, ""]


def _cell(text: str) -> str:
    """Keep a text in its table cell."""
    return " ".join(text.split()).replace("|", "\\|")


def _escape(text: str) -> str:
    """Keep help texts from being read as HTML or links: "<|im_end|>" and "[required]" are words."""
    return text.replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*")
