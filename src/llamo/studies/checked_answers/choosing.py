"""Which descriptions are asked for: those that the split of the shards keeps out of training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from llamo.data.shards import open_shards
from llamo.errors import DataError
from llamo.inference.conversation import Conversation, molecules_in

SOURCES = ("chebi20_validation", "pubchem324k_validation")


@dataclass(frozen=True)
class HeldOut:
    """A description that no model was trained on.

    Attributes:
        id: Of its record.
        source: Its source.
        smiles: Canonical SMILES of its molecule.
        conversation: The question, as the record words it.
        text: The published text, as training cuts it.
    """

    id: str
    source: str
    smiles: str
    conversation: Conversation
    text: str


def choose_held_out(
    data: Path, limit: int, *, sources: Sequence[str] = SOURCES, seed: int = 0
) -> list[HeldOut]:
    """Draw validation descriptions of one molecule each: of the first source all there are, the rest of the next.

    The training split of the shards holds none of their molecules, nor a tautomer, salt or stereoisomer of one.

    Args:
        data: Folder of `llamo prepare`.
        limit: Descriptions at most.
        sources: In order of preference.
        seed: Of the drawing.

    Raises:
        DataError: There are fewer than two.
    """
    shards = open_shards(data, "validation")
    tasks, names = shards.column("task"), shards.column("source")
    chosen: list[HeldOut] = []
    for source in sources:
        places = [i for i in range(len(shards)) if tasks[i] == "description" and names[i] == source]
        order = np.random.default_rng(seed).permutation(np.array(places, dtype=int))[: limit - len(chosen)]
        for place in sorted(order.tolist()):
            record = shards[place]
            molecules = molecules_in(record.messages[:1])
            if len(molecules) == 1 and len(record.messages) == 2:
                text = str(record.messages[-1]["content"])
                chosen.append(HeldOut(record.id, source, molecules[0], record.messages[:1], text))
    if len(chosen) < 2:
        raise DataError(
            f"{data} holds {len(chosen)} validation descriptions of {', '.join(sources)}; two are needed at least: "
            "prepare a recipe with such sources, or name others with --source"
        )
    return chosen
