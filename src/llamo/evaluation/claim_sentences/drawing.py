"""Drawing sentences of real captions to be labelled: seeded, stratified, and named so that they can be found again.

A stratum is a source and a place: a caption's first sentence says what the molecule is, the later ones mostly what it
is a member of, derives from or does. A quarter of every stratum is held against a molecule of another row, whose
SMILES is about as long: captions are true, and a checker's contradictions could not be measured on true sentences
alone. Nothing in an identifier tells which.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from llamo.errors import DataError, InvalidMoleculeError, UsageError
from llamo.files import replacing

SOURCES = ("chebi20_validation", "pubchem324k_validation", "gitmol", "pcdes", "chebi20_train_sample")
PLACES = ("first", "later")
COUNT = 400
_SWAPPED = 4  # one sentence in so many has another row's molecule
_CHARACTERS = (
    20,
    600,
)  # shorter ones are debris of splitting, longer ones lists that nobody labels with care
_BREAK = re.compile(r"(?<!\b[A-Z][.])(?<=[.!?])\s+(?=[A-Z(\[])")  # "E. Coli" is not broken


class DrawnSentence(NamedTuple):
    """A sentence to be labelled.

    Attributes:
        id: `source:row:sentence:hash`, where the hash is of the molecule and the sentence.
        smiles: Canonical SMILES that the sentence is held against.
        sentence: The words.
        is_swapped: Whether the molecule is another row's.
    """

    id: str
    smiles: str
    sentence: str
    is_swapped: bool

    @property
    def source(self) -> str:
        """The file that the sentence comes from."""
        return self.id.partition(":")[0]


class _Place(NamedTuple):
    """Where a sentence stands, before its molecule is read."""

    source: str
    row: int
    number: int
    smiles: str
    sentence: str


def split_sentences(text: str) -> list[str]:
    """Split a caption at full stops that white space and a capital follow.

    Example: "It is a C2. It has 1.5 g." -> ["It is a C2.", "It has 1.5 g."]
    """
    return [part.strip() for part in _BREAK.split(" ".join(text.split())) if part.strip()]


def write_sentences(drawn: Sequence[DrawnSentence], path: Path) -> None:
    """Write the working file of labellers: id, smiles and sentence a line; nothing of strata or swaps.

    Raises:
        UsageError: If the file would lie in a checkout of a repository, where captions must not go.
        LlamoError: If it cannot be written.
    """
    folder = path.resolve().parent
    checkout = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)
    if checkout is not None:
        raise UsageError(
            f"{path} lies in the repository {checkout}, and captions may not enter it; choose a place outside"
        )
    lines = [{"id": one.id, "smiles": one.smiles, "sentence": one.sentence} for one in drawn]
    with replacing(path) as temporary:
        temporary.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def draw_sentences(count: int = COUNT, *, seed: int = 0) -> list[DrawnSentence]:
    """Draw sentences from the description files under `LLAMO_DATA_DIR`; the same seed and files give the same.

    Every molecule is drawn once. The order is mixed, so that neighbours share no stratum.

    Args:
        count: How many; each of the ten strata gives the same number, the first ones one more if need be.
        seed: Of the choice.

    Raises:
        DataError: If a file is missing, or a stratum holds fewer sentences than it has to give.
    """
    strata = [(source, place) for source in SOURCES for place in PLACES]
    used: set[str] = set()
    drawn: list[DrawnSentence] = []
    for number, (source, place) in enumerate(strata):
        wanted = count // len(strata) + (number < count % len(strata))
        candidates = [one for one in _candidates(source) if (one.number == 1) == (place == "first")]
        chosen = list(_choose(candidates, wanted, seed, used))
        if len(chosen) < wanted:
            raise DataError(
                f"{source} has only {len(chosen)} {place} sentences to give, {wanted} were wanted; ask for fewer"
            )
        drawn += chosen
    return sorted(drawn, key=lambda one: _hash(seed, one.id))


@functools.lru_cache(maxsize=1)  # asked once for first sentences, and at once again for later ones
def _candidates(source: str) -> list[_Place]:
    """List the sentences of a file that can be labelled."""
    from llamo.data.locations import data_file
    from llamo.data.sources.description import read

    least, most = _CHARACTERS
    return [
        _Place(source, row.number, number, row.smiles, sentence)
        for row in read(data_file(f"description/{source}.tsv.gz"), on_left_out=lambda _: None)
        for number, sentence in enumerate(split_sentences(row.text), start=1)
        if least <= len(sentence) <= most
    ]


def _choose(candidates: Sequence[_Place], wanted: int, seed: int, used: set[str]) -> Iterator[DrawnSentence]:
    """Yield sentences of molecules that are not in `used` yet, and put these there."""
    others = sorted({one.smiles for one in candidates}, key=lambda smiles: (len(smiles), smiles))
    place_of = {smiles: place for place, smiles in enumerate(others)}
    found = 0
    for one in sorted(candidates, key=lambda one: _hash(seed, one.source, one.row, one.number)):
        if found == wanted:
            return
        own = _canonical(one.smiles)
        if own is None or own in used:
            continue
        is_swapped = found % _SWAPPED == 0
        smiles = _other(others, place_of[one.smiles], own) if is_swapped else own
        if smiles is None:
            continue
        used.add(own)
        found += 1
        name = f"{one.source}:{one.row}:{one.number}:{_hash(smiles, one.sentence)[:10]}"
        yield DrawnSentence(name, smiles, one.sentence, is_swapped)


def _other(smiles: Sequence[str], place: int, own: str) -> str | None:
    """Find the next molecule by length of SMILES that is not the same one."""
    for text in (*smiles[place + 1 :], *reversed(smiles[:place])):
        other = _canonical(text)
        if other is not None and other != own:
            return other
    return None


def _canonical(smiles: str) -> str | None:
    from llamo.chem.reading import canonical_smiles

    try:
        return canonical_smiles(smiles)
    except InvalidMoleculeError:
        return None


def _hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
