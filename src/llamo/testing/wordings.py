"""Every sentence of a template, for tests that have to hold for all of them."""

from __future__ import annotations

from llamo.data.instructions.wordings import INNERMOST


def all_wordings(template: str) -> set[str]:
    """Spell out every sentence that a template stands for."""
    done: set[str] = set()
    waiting = {template}
    while waiting:
        text = waiting.pop()
        match = INNERMOST.search(text)
        if match is None:
            done.add(text)
            continue
        waiting |= {
            text[: match.start()] + option + text[match.end() :] for option in match.group(1).split("|")
        }
    return done
