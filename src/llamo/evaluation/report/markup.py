"""Writing HTML so that text is escaped unless it is markup already: nothing of a file becomes a tag or a script."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable

VOID = frozenset({"img", "meta", "br"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Markup(str):
    """Text that is HTML already, made by `tag` and its like."""

    __slots__ = ()


Child = str | Iterable["Child"] | None


def tag(name: str, *children: Child, **attributes: str | None) -> Markup:
    """Make an element: `tag("p", "a < b", class_="note") -> <p class="note">a &lt; b</p>`.

    Args:
        name: Of the element.
        children: Text, which is escaped; `Markup`, which is not; lists of them; None for nothing.
        attributes: `class_` is `class`; None for none.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{shown}>")
    return Markup(f"<{name}{shown}>{joined(children)}</{name}>")


def joined(children: Iterable[Child]) -> Markup:
    """Put children one after the other."""
    return Markup("".join(_flat(children)))


def _flat(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, str):
            yield escaped(child)
        elif child is not None:
            yield from _flat(child)


def escaped(text: str) -> str:
    """Escape text for HTML, in attributes, too; control characters are shown as the replacement character."""
    return html.escape(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text), quote=True)


def svg_image(svg: str, alternative: str, *, class_: str | None = None) -> Markup:
    """Put an SVG into an image of its own, where its names meet no others and scripts never run."""
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return tag("img", src=f"data:image/svg+xml;base64,{data}", alt=alternative, class_=class_)


def table(header: Iterable[Child], rows: Iterable[Iterable[Child]]) -> Markup:
    """Make a table."""
    head = tag("tr", [tag("th", cell) for cell in header])
    body = [tag("tr", [tag("td", cell) for cell in row]) for row in rows]
    return tag("div", tag("table", tag("thead", head), tag("tbody", body)), class_="wide")


def shortened(text: str, limit: int = 1500) -> str:
    """Cut long text, saying how long it was."""
    return text if len(text) <= limit else f"{text[:limit]} ... ({len(text):,} characters)"
