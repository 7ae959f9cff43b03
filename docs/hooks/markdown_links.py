"""Links of a Markdown text, and their resolution inside the repository; code is left alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_CODE = re.compile(r"(^```.*?^```[^\n]*$|^(?: {4}[^\n]*\n?)+|``.+?``|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|`[^`]*`)*)\]\((?P<target>[^()\s]+)\)")
_HIDDEN = "\x00"


class Link(NamedTuple):
    """A link as written: `[text](target)`."""

    text: str
    target: str

    @property
    def is_local(self) -> bool:
        """Whether it leads to a file of the repository, or to a place on the same page."""
        return not re.match(r"[a-z][a-z0-9+.-]*:", self.target)

    @property
    def path(self) -> str:
        """The target without its anchor; empty for a place on the same page."""
        return self.target.partition("#")[0]

    @property
    def anchor(self) -> str:
        """What stands after "#", or nothing."""
        return self.target.partition("#")[2]


def links(markdown: str) -> Iterator[Link]:
    """Yield the links of a text, in order."""
    found: list[Link] = []
    replace_links(markdown, lambda link: found.append(link) or link.target)
    yield from found


def replace_links(markdown: str, new_target: Callable[[Link], str]) -> str:
    """Return the text with each link's target replaced by `new_target(link)`."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"{_HIDDEN}{len(kept) - 1}{_HIDDEN}"

    def show(text: str) -> str:
        return re.sub(f"{_HIDDEN}(\\d+){_HIDDEN}", lambda match: kept[int(match[1])], text)

    def rewrite(match: re.Match[str]) -> str:
        link = Link(show(match["text"]), match["target"])
        return f"{match['image']}[{match['text']}]({new_target(link)})"

    return show(_LINK.sub(rewrite, _CODE.sub(hide, markdown)))


def without_code(markdown: str) -> str:
    """Return the text with its blocks of code left out."""
    return _CODE.sub(
        lambda match: match[0] if "\n" not in match[0].strip() and match[0][0] == "`" else "", markdown
    )


def repository_path(page: str, target: str) -> str:
    """Resolve a link of a page: ("docs/tasks.md", "../CONTRIBUTING.md") -> "CONTRIBUTING.md"."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
