"""A checked text on a terminal: colours for those who see them, signs and words for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llamo.assistant.checking import MARKS, CheckedText, Mark

if TYPE_CHECKING:
    from rich.text import Text

SIGNS: dict[Mark, str] = {"supported": "✓", "contradicted": "✗", "not checkable": "?"}
INDENT = "  "  # before the verdicts
_STYLES: dict[Mark, str] = {
    "supported": "green",
    "contradicted": "bold red underline",
    "not checkable": "yellow",
}


def marked_text(checked: CheckedText) -> Text:
    """Write the text with a sign behind each claim; sentences without a claim are dim."""
    from rich.text import Text

    written = Text()
    for piece in checked.pieces():
        style = "dim" if piece.is_silent else "" if piece.mark is None else _STYLES[piece.mark]
        written.append(piece.text, style=style)
        if piece.mark is not None and piece.is_end:
            written.append(f"[{SIGNS[piece.mark]}]", style=_STYLES[piece.mark])
    return written


def verdict_lines(checked: CheckedText) -> list[Text]:
    """Write a line for each claim, with what RDKit finds, and one for the sentences without a claim."""
    from rich.text import Text

    lines = []
    for verdict in checked.verdicts:
        mark = MARKS[verdict.status]
        line = Text(f"{SIGNS[mark]} {mark:<13}  ", style=_STYLES[mark])
        line.append(f"{' '.join(verdict.claim.text.split())!r}: {verdict.expected}", style="default")
        lines.append(line)
    number = len(checked.silent)
    if number:
        said = f"{number} sentence{'' if number == 1 else 's'} without a claim that structure decides"
        lines.append(Text(f"- {said}", style="dim"))
    return lines


def print_checked(checked: CheckedText) -> None:
    """Print the marked text and its verdicts to stdout; without colour where it is no terminal."""
    from rich.console import Console
    from rich.padding import Padding

    console = Console(highlight=False, soft_wrap=True)
    console.print(marked_text(checked))
    for line in verdict_lines(checked):
        console.print(
            Padding.indent(line, len(INDENT)) if console.is_terminal else f"{INDENT}{line.plain}",
            markup=False,
        )
