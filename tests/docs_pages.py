"""The documentation as the tests of it see it: pages, code blocks, commands."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / "docs" / "hooks"
if str(HOOKS) not in sys.path:  # what the site is built with, imported as MkDocs imports it
    sys.path.insert(0, str(HOOKS))

ROOMS = tuple(sorted(folder.parent.name for folder in (ROOT / "src" / "llamo").glob("*/__init__.py")))
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "src").rglob("weights/*/README.md"),
    ]
)
_FENCE = re.compile(
    r"^(?P<fence>```+|~~~+) *(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=fence)\s*$", re.M | re.S
)
_SPAN = re.compile(r"`([^`\n]+)`")


class Block(NamedTuple):
    """A block of code on a page; indented blocks have no language."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """Where it stands, for messages and test names."""
        return f"{name_of(self.page)}:{self.line}"


class Command(NamedTuple):
    """A `llamo` command as a page shows it, without `llamo` itself."""

    page: Path
    arguments: tuple[str, ...]
    is_whole: bool  # from a block: can be typed as it stands

    @property
    def place(self) -> str:
        """Where it stands, and what it says."""
        return f"{name_of(self.page)}: llamo {' '.join(self.arguments)}"


def name_of(page: Path) -> str:
    """Return a page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """List the blocks of code of a page, fenced and indented."""
    text = page.read_text("utf-8")
    found = []
    for match in _FENCE.finditer(text):
        line = text[: match.start()].count("\n") + 1
        found.append(Block(page, line, match["language"], match["body"]))
    rest = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    lines = [*rest.splitlines(), "end"]
    start = None
    for number, line in enumerate(lines):
        is_code = line.startswith("    ") or (start is not None and not line.strip())
        before = lines[number - 1].strip() if number else ""
        if is_code and start is None and not before:
            start = number
        elif not is_code and start is not None:
            body = "\n".join(one[4:] for one in lines[start:number])
            found.append(Block(page, start + 1, "", body.rstrip() + "\n"))
            start = None
    return sorted(found, key=lambda block: block.line)


def spans(page: Path) -> list[str]:
    """List the code spans of a page's running text."""
    text = page.read_text("utf-8")
    for block in blocks(page):
        for line in block.text.splitlines():
            text = text.replace(line, "", 1) if line.strip() else text
    return _SPAN.findall(text)


def commands(page: Path) -> Iterator[Command]:
    """Yield every `llamo` command that a page shows."""
    for block in blocks(page):
        if block.language in ("", "bash", "sh", "console", "shell"):
            for arguments in shell_commands(block.text):
                yield Command(page, arguments, "..." not in arguments)
    for span in spans(page):
        if span.startswith("llamo "):
            for arguments in shell_commands(span):
                yield Command(page, arguments, False)


def shell_commands(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the arguments of each `llamo` in a piece of shell; variables that hold a command are put in."""
    variables: dict[str, list[str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        for words in _simple_commands(line):
            yield from _arguments(words, variables)


def _simple_commands(line: str) -> list[list[str]]:
    """Split a line at `;`, `|`, `&` and redirections; no words where it is no shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    commands: list[list[str]] = [[]]
    try:
        for word in lexer:
            if set(word) <= set(";|&<>()"):
                commands.append([])
            else:
                commands[-1].append(word)
    except ValueError:  # an apostrophe in prose
        return []
    return [words for words in commands if words]


def _arguments(words: list[str], variables: dict[str, list[str]]) -> Iterator[tuple[str, ...]]:
    """Yield what follows `llamo` (or `-m llamo.cli`) in a simple command, if that is what it calls."""
    while words and (words[0] in ("do", "time", "then", "$") or re.match(r"[A-Za-z_]+=", words[0])):
        name, _, value = words[0].partition("=")
        if " " in value:  # a command, or options, for later
            variables[name] = value.split()
        words = words[1:]
    words = [part for word in words for part in _expanded(word, variables)]
    for first in ("llamo", ".venv/bin/llamo", "llamo.cli"):
        if first in words and (words.index(first) == 0 or first == "llamo.cli"):
            yield tuple(words[words.index(first) + 1 :])
            return


def _expanded(word: str, variables: dict[str, list[str]]) -> list[str]:
    """Put in what a variable holds, where the page says so: `$ask` -> `llamo predict ...`."""
    return variables.get(word.strip("${}"), [word]) if word.startswith("$") else [word]
