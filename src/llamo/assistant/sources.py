"""Where the model looked: known texts about similar molecules, and whether an answer is a copy of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from llamo.assistant.answer import Source

if TYPE_CHECKING:
    from llamo.inference.conversation import Conversation
    from llamo.inference.engines import Engine

COPIED_SHARE = 0.8  # of an answer's tokens in one run that the source holds, too
LEAST_RUN = 6  # tokens; a shorter run is a phrase that anybody uses
_TOKEN = re.compile(r"\w+|[^\w\s]")


def find_sources(engine: Engine, conversation: Conversation, answer: str) -> tuple[Source, ...]:
    """Name what the model was shown of similar molecules before it gave an answer, the first shown first.

    Args:
        engine: Who answered; one that retrieves, perhaps behind one that checks. Any other has no sources.
        conversation: What was asked, as the engine was given it.
        answer: What came back.

    Raises:
        InvalidMoleculeError: If the molecule cannot be read.
    """
    from llamo.data.neighbours import shown_text
    from llamo.inference.engines import find_engine
    from llamo.inference.retrieval import RetrievingEngine

    retrieving = find_engine(engine, RetrievingEngine)
    if retrieving is None:
        return ()
    shown = [
        (one, shown_text(one.text, retrieving.max_characters)) for one in retrieving.neighbours(conversation)
    ]
    return tuple(
        Source(one.connectivity, one.smiles, text, one.source, one.similarity, is_copy(answer, text))
        for one, text in shown
    )


def is_copy(answer: str, text: str) -> bool:
    """Tell whether an answer repeats a text.

    It does if both have the same words and signs, in any case and spacing, or if one run of six tokens or more that the
    text holds, too, makes up four fifths of the answer: "Yes." is no copy of "Yes, it is toxic." An empty answer copies
    nothing.

    Example: `is_copy("It is an alcohol.", "it is  an alcohol.") -> True`
    """
    said, known = _tokens(answer), _tokens(text)
    if not said:
        return False
    return said == known or longest_run(said, known) >= max(COPIED_SHARE * len(said), LEAST_RUN)


def longest_run(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the length of the longest run of tokens that both hold: `"a b c d", "x b c y" -> 2`."""
    return SequenceMatcher(None, first, second, autojunk=False).find_longest_match().size


def source_lines(sources: Sequence[Source]) -> list[str]:
    """Write sources for people, one a line: similarity, molecule, text, and whether it was copied."""
    return [
        f"similarity {one.similarity:.2f}  {one.smiles}  {one.source}: {' '.join(one.text.split())}"
        + ("  [the answer is a copy of this]" if one.is_copied else "")
        for one in sources
    ]


def _tokens(text: str) -> list[str]:
    """Cut a text into words and signs in lower case; full stops at the end do not count."""
    return _TOKEN.findall(text.lower().rstrip(" .\n"))
