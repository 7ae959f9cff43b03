"""Known molecules in the prompt: how the texts of a molecule's neighbours are shown, and where shards keep them.

`llamo bank attach SHARDS` looks the neighbours of training records up once and writes them beside the shards, so that
training needs no RDKit and no search:

    DIR/neighbours-train.parquet  similarity list<float>, text list<string>; row i belongs to record i of the split

In use, `llamo.inference.retrieval` looks them up in a bank; both show them in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from llamo.data.tasks.wording import cut_at_sentence
from llamo.errors import DataError

STAMP = b"shards"  # metadata of the file: the hash of the shards it was made for, `shards.split_stamp`
MAX_CHARACTERS = 420  # of one text; as descriptions are cut in training
FOLLOWED_CHARACTERS = 1200  # of one text that an answer is to follow: cut, it could only be followed so far
INTRODUCTION = "Known molecules like it:"

Message = Mapping[str, Any]  # Any: content is a string or a list of parts


class KnownText(NamedTuple):
    """What is known of a neighbour.

    Attributes:
        similarity: Tanimoto of Morgan fingerprints with the molecule asked about, 0 to 1.
        text: what a source says about it.
    """

    similarity: float
    text: str


def neighbours_file(folder: Path, split: str) -> Path:
    """Name the file that holds the neighbours of a split's records."""
    return folder / f"neighbours-{split}.parquet"


def with_neighbours(
    messages: Sequence[Message], known: Sequence[KnownText], *, max_characters: int = MAX_CHARACTERS
) -> list[dict[str, Any]]:
    """Show what is known of similar molecules, behind the first molecule of a conversation; the input stays as it is.

    `[CCO] "Describe it."` becomes `[CCO] "Known molecules like it: (0.44) It is an alkanol." "Describe it."`, with
    line breaks in the added text.

    Args:
        messages: in content-part form.
        known: the best first. Without any, or where no message shows a molecule, nothing is added.
        max_characters: of one text; longer ones are cut at a sentence.
    """
    copied = [dict(message) for message in messages]
    if not known:
        return copied
    for message in copied:
        content = message["content"]
        if isinstance(content, str):
            continue
        kinds = [part["type"] for part in content]
        if "molecule" in kinds:
            place = kinds.index("molecule") + 1
            shown = {"type": "text", "text": _wording(known, max_characters)}
            message["content"] = [*content[:place], shown, *content[place:]]
            break
    return copied


def _wording(known: Sequence[KnownText], max_characters: int) -> str:
    lines = [f"({similarity:.2f}) {shown_text(text, max_characters)}\n" for similarity, text in known]
    return f"{INTRODUCTION}\n{''.join(lines)}"


def known_in(messages: Sequence[Message]) -> list[str]:
    """List the texts that `with_neighbours` has added to a conversation, the first shown first; none without any."""
    for message in messages:
        for part in message["content"] if not isinstance(message["content"], str) else ():
            if part["type"] == "text" and part["text"].startswith(f"{INTRODUCTION}\n"):
                lines = part["text"].removeprefix(f"{INTRODUCTION}\n").splitlines()
                return [text for _, mark, text in (line.partition(") ") for line in lines) if mark]
    return []


def shown_text(text: str, max_characters: int = MAX_CHARACTERS) -> str:
    """Return what a model is shown of a neighbour's text."""
    return cut_at_sentence(text, max_characters)


def read_neighbours(folder: Path, split: str, *, rows: int, stamp: str) -> list[list[KnownText]]:
    """Read the neighbours of every record of a split, the nearest first.

    Args:
        folder: of the shards.
        split: whose records.
        rows: number of records.
        stamp: `shards.split_stamp` of the split as it is now.

    Raises:
        DataError: they were never looked up, or belong to other shards.
    """
    import pyarrow.parquet as pq

    path, remedy = neighbours_file(folder, split), f"run `llamo bank attach {folder}`"
    if not path.is_file():
        raise DataError(f"{folder} has no neighbours for its {split} records; {remedy}")
    try:
        table = pq.read_table(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error}); {remedy} again") from error
    if table.num_rows != rows:
        raise DataError(f"{path} has {table.num_rows} rows for {rows} records; {remedy} again")
    if (table.schema.metadata or {}).get(STAMP) != stamp.encode():
        raise DataError(
            f"{path} belongs to other shards than those in {folder} (prepared anew since?), and might show a record "
            f"its own answer; {remedy} again"
        )
    pairs = zip(table["similarity"].to_pylist(), table["text"].to_pylist(), strict=True)
    return [[KnownText(*one) for one in zip(*pair, strict=True)] for pair in pairs]
